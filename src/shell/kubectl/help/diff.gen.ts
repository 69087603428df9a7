// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const diffHelp = {
  name: 'diff',
  short: 'Diff the live version against a would-be applied version',
  long: `Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.

 The output is always YAML.

 KUBECTL_EXTERNAL_DIFF environment variable can be used to select your own diff command. Users can use external commands with params too, example: KUBECTL_EXTERNAL_DIFF="colordiff -N -u"

 By default, the "diff" command available in your path will be run with the "-u" (unified diff) and "-N" (treat absent files as empty) options.

 Exit status: 0 No differences were found. 1 Differences were found. >1 Kubectl or diff failed with an error.

 Note: KUBECTL_EXTERNAL_DIFF, if used, is expected to follow that convention.`,
  examples: `  # Diff resources included in pod.json
  kubectl diff -f pod.json
  
  # Diff file read from stdin
  cat service.yaml | kubectl diff -f -`,
  usage: 'kubectl diff -f FILENAME [options]',
  flags: {
    'concurrency': { type: 'int', default: 1, usage: 'Number of objects to process in parallel when diffing against the live version. Larger number = faster, but more memory, I/O and CPU over that shorter period of time.' },
    'field-manager': flag.fieldManager4,
    'filename': { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files contains the configuration to diff' },
    'force-conflicts': flag.forceConflicts,
    'kustomize': flag.kustomize,
    'prune': { type: 'boolean', default: false, usage: 'Include resources that would be deleted by pruning. Can be used with -l and default shows all resources would be pruned' },
    'prune-allowlist': flag.pruneAllowlist,
    'recursive': flag.recursive,
    'selector': flag.selector,
    'server-side': flag.serverSide,
    'show-managed-fields': { type: 'boolean', default: false, usage: 'If true, include managed fields in the diff.' },
  },
} as const;
