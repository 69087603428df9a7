// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const applyHelp = {
  name: 'apply',
  short: 'Apply a configuration to a resource by file name or stdin',
  long: `Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet. To use 'apply', always create the resource initially with either 'apply' or 'create --save-config'.

 JSON and YAML formats are accepted.

 Alpha Disclaimer: the --prune functionality is not yet complete. Do not use unless you are aware of what the current state is. See https://issues.k8s.io/34274.`,
  examples: `  # Apply the configuration in pod.json to a pod
  kubectl apply -f ./pod.json
  
  # Apply resources from a directory containing kustomization.yaml - e.g. dir/kustomization.yaml
  kubectl apply -k dir/
  
  # Apply the JSON passed into stdin to a pod
  cat pod.json | kubectl apply -f -
  
  # Apply the configuration from all files that end with '.json'
  kubectl apply -f '*.json'
  
  # Note: --prune is still in Alpha
  # Apply the configuration in manifest.yaml that matches label app=nginx and delete all other resources that are not in the file and match label app=nginx
  kubectl apply --prune -f manifest.yaml -l app=nginx
  
  # Apply the configuration in manifest.yaml and delete all the other config maps that are not in the file
  kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap`,
  usage: 'kubectl apply (-f FILENAME | -k DIRECTORY) [options]',
  flags: {
    'all': { type: 'boolean', default: false, usage: 'Select all resources in the namespace of the specified resource types.' },
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'cascade': flag.cascade,
    'dry-run': flag.dryRun,
    'field-manager': flag.fieldManager4,
    'filename': { short: 'f', type: 'list', default: [], usage: 'The files that contain the configurations to apply.' },
    'force': flag.force,
    'force-conflicts': flag.forceConflicts,
    'grace-period': flag.gracePeriod,
    'kustomize': flag.kustomize2,
    'openapi-patch': { type: 'boolean', default: true, usage: 'If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec. Otherwise, fall back to use baked-in types.' },
    'output': flag.output,
    'overwrite': { type: 'boolean', default: true, usage: 'Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration' },
    'prune': { type: 'boolean', default: false, usage: 'Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config. Should be used with either -l or --all.' },
    'prune-allowlist': flag.pruneAllowlist,
    'recursive': flag.recursive,
    'selector': flag.selector,
    'server-side': flag.serverSide,
    'show-managed-fields': flag.showManagedFields,
    'subresource': { type: 'string', default: '', usage: 'If specified, apply will operate on the subresource of the requested object.  Only allowed when using --server-side.' },
    'template': flag.template,
    'timeout': flag.timeout,
    'validate': flag.validate,
    'wait': flag.wait,
  },
  children: {
    'edit-last-applied': {
      name: 'edit-last-applied',
      short: 'Edit latest last-applied-configuration annotations of a resource/object',
      long: `Edit the latest last-applied-configuration annotations of resources from the default editor.

 The edit-last-applied command allows you to directly edit any API resource you can retrieve via the command-line tools. It will open the editor defined by your KUBE_EDITOR, or EDITOR environment variables, or fall back to 'vi' for Linux or 'notepad' for Windows. You can edit multiple objects, although changes are applied one at a time. The command accepts file names as well as command-line arguments, although the files you point to must be previously saved versions of resources.

 The default format is YAML. To edit in JSON, specify "-o json".

 The flag --windows-line-endings can be used to force Windows line endings, otherwise the default for your operating system will be used.

 In the event an error occurs while updating, a temporary file will be created on disk that contains your unapplied changes. The most common error when updating a resource is another editor changing the resource on the server. When this occurs, you will have to apply your changes to the newer version of the resource, or update your temporary saved copy to include the latest resource version.`,
      examples: `  # Edit the last-applied-configuration annotations by type/name in YAML
  kubectl apply edit-last-applied deployment/nginx
  
  # Edit the last-applied-configuration annotations by file in JSON
  kubectl apply edit-last-applied -f deploy.yaml -o json`,
      usage: 'kubectl apply edit-last-applied (RESOURCE/NAME | -f FILENAME) [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'field-manager': flag.fieldManager4,
        'filename': flag.filename3,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
        'validate': flag.validate,
        'windows-line-endings': flag.windowsLineEndings,
      },
    },
    'set-last-applied': {
      name: 'set-last-applied',
      short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
      long: 'Set the latest last-applied-configuration annotations by setting it to match the contents of a file. This results in the last-applied-configuration being updated as though \'kubectl apply -f<file> \' was run, without updating any other parts of the object.',
      examples: `  # Set the last-applied-configuration of a resource to match the contents of a file
  kubectl apply set-last-applied -f deploy.yaml
  
  # Execute set-last-applied against each configuration file in a directory
  kubectl apply set-last-applied -f path/
  
  # Set the last-applied-configuration of a resource to match the contents of a file; will create the annotation if it does not already exist
  kubectl apply set-last-applied -f deploy.yaml --create-annotation=true`,
      usage: 'kubectl apply set-last-applied -f FILENAME [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'create-annotation': { type: 'boolean', default: false, usage: 'Will create \'last-applied-configuration\' annotations if current objects doesn\'t have one' },
        'dry-run': flag.dryRun,
        'filename': flag.filename5,
        'output': flag.output,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'view-last-applied': {
      name: 'view-last-applied',
      short: 'View the latest last-applied-configuration annotations of a resource/object',
      long: `View the latest last-applied-configuration annotations by type/name or file.

 The default output will be printed to stdout in YAML format. You can use the -o option to change the output format.`,
      examples: `  # View the last-applied-configuration annotations by type/name in YAML
  kubectl apply view-last-applied deployment/nginx
  
  # View the last-applied-configuration annotations by file in JSON
  kubectl apply view-last-applied -f deploy.yaml -o json`,
      usage: 'kubectl apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]',
      flags: {
        'all': flag.all2,
        'filename': flag.filename5,
        'kustomize': flag.kustomize,
        'output': { short: 'o', type: 'string', default: 'yaml', usage: 'Output format. Must be one of (yaml, json)' },
        'recursive': flag.recursive,
        'selector': flag.selector,
      },
    },
  },
} as const;
