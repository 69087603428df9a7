// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const apiResourcesHelp = {
  name: 'api-resources',
  short: 'Print the supported API resources on the server',
  long: 'Print the supported API resources on the server.',
  examples: `  # Print the supported API resources
  kubectl api-resources
  
  # Print the supported API resources with more information
  kubectl api-resources -o wide
  
  # Print the supported API resources sorted by a column
  kubectl api-resources --sort-by=name
  
  # Print the supported namespaced resources
  kubectl api-resources --namespaced=true
  
  # Print the supported non-namespaced resources
  kubectl api-resources --namespaced=false
  
  # Print the supported API resources with a specific APIGroup
  kubectl api-resources --api-group=rbac.authorization.k8s.io`,
  usage: 'kubectl api-resources [flags] [options]',
  flags: {
    'api-group': { type: 'string', default: '', usage: 'Limit to resources in the specified API group.' },
    'cached': { type: 'boolean', default: false, usage: 'Use the cached list of resources if available.' },
    'categories': { type: 'list', default: [], usage: 'Limit to resources that belong to the specified categories.' },
    'namespaced': { type: 'boolean', default: true, usage: 'If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.' },
    'no-headers': flag.noHeaders,
    'output': { short: 'o', type: 'string', default: '', usage: 'Output format. One of: (wide, name).' },
    'sort-by': { type: 'string', default: '', usage: 'If non-empty, sort list of resources using specified field. The field can be either \'name\' or \'kind\'.' },
    'verbs': { type: 'list', default: [], usage: 'Limit to resources that support the specified verbs.' },
  },
} as const;
