// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const replaceHelp = {
  name: 'replace',
  short: 'Replace a resource by file name or stdin',
  long: `Replace a resource by file name or stdin.

 JSON and YAML formats are accepted. If replacing an existing resource, the complete resource spec must be provided. This can be obtained by

        $ kubectl get TYPE NAME -o yaml`,
  examples: `  # Replace a pod using the data in pod.json
  kubectl replace -f ./pod.json
  
  # Replace a pod based on the JSON passed into stdin
  cat pod.json | kubectl replace -f -
  
  # Update a single-container pod's image version (tag) to v4
  kubectl get pod mypod -o yaml | sed 's/\\(image: myimage\\):.*$/\\1:v4/' | kubectl replace -f -
  
  # Force replace, delete and then re-create the resource
  kubectl replace --force -f ./pod.json`,
  usage: 'kubectl replace -f FILENAME [options]',
  flags: {
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'cascade': flag.cascade,
    'dry-run': flag.dryRun,
    'field-manager': { type: 'string', default: 'kubectl-replace', usage: 'Name of the manager used to track field ownership.' },
    'filename': { short: 'f', type: 'list', default: [], usage: 'The files that contain the configurations to replace.' },
    'force': flag.force,
    'grace-period': flag.gracePeriod,
    'kustomize': flag.kustomize2,
    'output': flag.output,
    'raw': { type: 'string', default: '', usage: 'Raw URI to PUT to the server.  Uses the transport specified by the kubeconfig file.' },
    'recursive': flag.recursive,
    'save-config': flag.saveConfig,
    'show-managed-fields': flag.showManagedFields,
    'subresource': { type: 'string', default: '', usage: 'If specified, replace will operate on the subresource of the requested object.' },
    'template': flag.template,
    'timeout': flag.timeout,
    'validate': flag.validate,
    'wait': flag.wait,
  },
} as const;
