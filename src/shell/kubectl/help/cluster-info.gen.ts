// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const clusterInfoHelp = {
  name: 'cluster-info',
  short: 'Display cluster information',
  long: 'Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use \'kubectl cluster-info dump\'.',
  examples: `  # Print the address of the control plane and cluster services
  kubectl cluster-info`,
  usage: 'kubectl cluster-info [flags] [options]',
  flags: {
  },
  children: {
    'dump': {
      name: 'dump',
      short: 'Dump relevant information for debugging and diagnosis',
      long: `Dump cluster information out suitable for debugging and diagnosing cluster problems.  By default, dumps everything to stdout. You can optionally specify a directory with --output-directory.  If you specify a directory, Kubernetes will build a set of files in that directory.  By default, only dumps things in the current namespace and 'kube-system' namespace, but you can switch to a different namespace with the --namespaces flag, or specify --all-namespaces to dump all namespaces.

 The command also dumps the logs of all of the pods in the cluster; these logs are dumped into different directories based on namespace and pod name.`,
      examples: `  # Dump current cluster state to stdout
  kubectl cluster-info dump
  
  # Dump current cluster state to /path/to/cluster-state
  kubectl cluster-info dump --output-directory=/path/to/cluster-state
  
  # Dump all namespaces to stdout
  kubectl cluster-info dump --all-namespaces
  
  # Dump a set of namespaces to /path/to/cluster-state
  kubectl cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state`,
      usage: 'kubectl cluster-info dump [flags] [options]',
      flags: {
        'all-namespaces': { short: 'A', type: 'boolean', default: false, usage: 'If true, dump all namespaces.  If true, --namespaces is ignored.' },
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'namespaces': { type: 'list', default: [], usage: 'A comma separated list of namespaces to dump.' },
        'output': { short: 'o', type: 'string', default: 'json', usage: 'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).' },
        'output-directory': { type: 'string', default: '', usage: 'Where to output the files.  If empty or \'-\' uses stdout, otherwise creates a directory hierarchy in that directory' },
        'pod-running-timeout': flag.podRunningTimeout2,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
  },
} as const;
