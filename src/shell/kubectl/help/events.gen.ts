// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const eventsHelp = {
  name: 'events',
  short: 'List events',
  long: `Display events.

 Prints a table of the most important information about events. You can request events for a namespace, for all namespace, or filtered to only those pertaining to a specified resource.`,
  examples: `  # List recent events in the default namespace
  kubectl events
  
  # List recent events in all namespaces
  kubectl events --all-namespaces
  
  # List recent events for the specified pod, then wait for more events and list them as they arrive
  kubectl events --for pod/web-pod-13je7 --watch
  
  # List recent events in YAML format
  kubectl events -oyaml
  
  # List recent only events of type 'Warning' or 'Normal'
  kubectl events --types=Warning,Normal`,
  usage: 'kubectl events [(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]',
  flags: {
    'all-namespaces': flag.allNamespaces,
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'chunk-size': flag.chunkSize,
    'for': { type: 'string', default: '', usage: 'Filter events to only those pertaining to the specified resource.' },
    'no-headers': { type: 'boolean', default: false, usage: 'When using the default output format, don\'t print headers.' },
    'output': flag.output,
    'show-managed-fields': flag.showManagedFields,
    'template': flag.template,
    'types': { type: 'list', default: [], usage: 'Output only events of given types.' },
    'watch': { short: 'w', type: 'boolean', default: false, usage: 'After listing the requested events, watch for more events.' },
  },
} as const;
