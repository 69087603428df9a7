// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const topHelp = {
  name: 'top',
  short: 'Display resource (CPU/memory) usage',
  long: `Display resource (CPU/memory) usage.

 The top command allows you to see the resource consumption for nodes or pods.

 This command requires Metrics Server to be correctly configured and working on the server.`,
  examples: '',
  usage: 'kubectl top [flags] [options]',
  flags: {
  },
  children: {
    'node': {
      name: 'node',
      short: 'Display resource (CPU/memory) usage of nodes',
      aliases: ['nodes', 'no'],
      long: `Display resource (CPU/memory) usage of nodes.

 The top-node command allows you to see the resource consumption of nodes.`,
      examples: `  # Show metrics for all nodes
  kubectl top node
  
  # Show metrics for a given node
  kubectl top node NODE_NAME`,
      usage: 'kubectl top node [NAME | -l label] [options]',
      flags: {
        'no-headers': { type: 'boolean', default: false, usage: 'If present, print output without headers' },
        'selector': flag.selector,
        'show-capacity': { type: 'boolean', default: false, usage: 'Print node resources based on Capacity instead of Allocatable(default) of the nodes.' },
        'sort-by': { type: 'string', default: '', usage: 'If non-empty, sort nodes list using specified field. The field can be either \'cpu\' or \'memory\'.' },
        'use-protocol-buffers': flag.useProtocolBuffers,
      },
    },
    'pod': {
      name: 'pod',
      short: 'Display resource (CPU/memory) usage of pods',
      aliases: ['pods', 'po'],
      long: `Display resource (CPU/memory) usage of pods.

 The 'top pod' command allows you to see the resource consumption of pods.

 Due to the metrics pipeline delay, they may be unavailable for a few minutes since pod creation.`,
      examples: `  # Show metrics for all pods in the default namespace
  kubectl top pod
  
  # Show metrics for all pods in the given namespace
  kubectl top pod --namespace=NAMESPACE
  
  # Show metrics for a given pod and its containers
  kubectl top pod POD_NAME --containers
  
  # Show metrics for the pods defined by label name=myLabel
  kubectl top pod -l name=myLabel`,
      usage: 'kubectl top pod [NAME | -l label] [options]',
      flags: {
        'all-namespaces': flag.allNamespaces,
        'containers': { type: 'boolean', default: false, usage: 'If present, print usage of containers within a pod.' },
        'field-selector': flag.fieldSelector,
        'no-headers': { type: 'boolean', default: false, usage: 'If present, print output without headers.' },
        'selector': flag.selector,
        'sort-by': { type: 'string', default: '', usage: 'If non-empty, sort pods list using specified field. The field can be either \'cpu\' or \'memory\'.' },
        'sum': { type: 'boolean', default: false, usage: 'Print the sum of the resource usage' },
        'use-protocol-buffers': flag.useProtocolBuffers,
      },
    },
  },
} as const;
