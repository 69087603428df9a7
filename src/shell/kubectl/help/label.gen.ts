// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const labelHelp = {
  name: 'label',
  short: 'Update the labels on a resource',
  long: `Update the labels on a resource.

  *  A label key and value must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to 63 characters each.
  *  Optionally, the key can begin with a DNS subdomain prefix and a single '/', like example.com/my-app.
  *  If --overwrite is true, then existing labels can be overwritten, otherwise attempting to overwrite a label will result in an error.
  *  If --resource-version is specified, then updates will use this resource version, otherwise the existing resource-version will be used.`,
  examples: `  # Update pod 'foo' with the label 'unhealthy' and the value 'true'
  kubectl label pods foo unhealthy=true
  
  # Update pod 'foo' with the label 'status' and the value 'unhealthy', overwriting any existing value
  kubectl label --overwrite pods foo status=unhealthy
  
  # Update all pods in the namespace
  kubectl label pods --all status=unhealthy
  
  # Update a pod identified by the type and name in "pod.json"
  kubectl label -f pod.json status=unhealthy
  
  # Update pod 'foo' only if the resource is unchanged from version 1
  kubectl label pods foo status=unhealthy --resource-version=1
  
  # Update pod 'foo' by removing a label named 'bar' if it exists
  # Does not require the --overwrite flag
  kubectl label pods foo bar-`,
  usage: 'kubectl label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  flags: {
    'all': flag.all,
    'all-namespaces': flag.allNamespaces2,
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'dry-run': flag.dryRun,
    'field-manager': { type: 'string', default: 'kubectl-label', usage: 'Name of the manager used to track field ownership.' },
    'field-selector': flag.fieldSelector,
    'filename': { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to update the labels' },
    'kustomize': flag.kustomize,
    'list': { type: 'boolean', default: false, usage: 'If true, display the labels for a given resource.' },
    'local': { type: 'boolean', default: false, usage: 'If true, label will NOT contact api-server but run locally.' },
    'output': flag.output,
    'overwrite': { type: 'boolean', default: false, usage: 'If true, allow labels to be overwritten, otherwise reject label updates that overwrite existing labels.' },
    'recursive': flag.recursive,
    'resource-version': { type: 'string', default: '', usage: 'If non-empty, the labels update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.' },
    'selector': flag.selector,
    'show-managed-fields': flag.showManagedFields,
    'template': flag.template,
  },
} as const;
