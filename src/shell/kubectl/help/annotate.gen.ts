// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const annotateHelp = {
  name: 'annotate',
  short: 'Update the annotations on a resource',
  long: `Update the annotations on one or more resources.

 All Kubernetes objects support the ability to store additional data with the object as annotations. Annotations are key/value pairs that can be larger than labels and include arbitrary string values such as structured JSON. Tools and system extensions may use annotations to store their own data.

 Attempting to set an annotation that already exists will fail unless --overwrite is set. If --resource-version is specified and does not match the current resource version on the server the command will fail.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `  # Update pod 'foo' with the annotation 'description' and the value 'my frontend'
  # If the same annotation is set multiple times, only the last value will be applied
  kubectl annotate pods foo description='my frontend'
  
  # Update a pod identified by type and name in "pod.json"
  kubectl annotate -f pod.json description='my frontend'
  
  # Update pod 'foo' with the annotation 'description' and the value 'my frontend running nginx', overwriting any existing value
  kubectl annotate --overwrite pods foo description='my frontend running nginx'
  
  # Update all pods in the namespace
  kubectl annotate pods --all description='my frontend running nginx'
  
  # Update pod 'foo' only if the resource is unchanged from version 1
  kubectl annotate pods foo description='my frontend running nginx' --resource-version=1
  
  # Update pod 'foo' by removing an annotation named 'description' if it exists
  # Does not require the --overwrite flag
  kubectl annotate pods foo description-`,
  usage: 'kubectl annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  flags: {
    'all': { type: 'boolean', default: false, usage: 'Select all resources, in the namespace of the specified resource types.' },
    'all-namespaces': flag.allNamespaces2,
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'dry-run': flag.dryRun,
    'field-manager': { type: 'string', default: 'kubectl-annotate', usage: 'Name of the manager used to track field ownership.' },
    'field-selector': flag.fieldSelector,
    'filename': { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to update the annotation' },
    'kustomize': flag.kustomize,
    'list': { type: 'boolean', default: false, usage: 'If true, display the annotations for a given resource.' },
    'local': flag.local,
    'output': flag.output,
    'overwrite': { type: 'boolean', default: false, usage: 'If true, allow annotations to be overwritten, otherwise reject annotation updates that overwrite existing annotations.' },
    'recursive': flag.recursive,
    'resource-version': { type: 'string', default: '', usage: 'If non-empty, the annotation update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.' },
    'selector': flag.selector,
    'show-managed-fields': flag.showManagedFields,
    'template': flag.template,
  },
} as const;
