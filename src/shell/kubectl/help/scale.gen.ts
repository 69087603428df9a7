// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const scaleHelp = {
  name: 'scale',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  long: `Set a new size for a deployment, replica set, replication controller, or stateful set.

 Scale also allows users to specify one or more preconditions for the scale action.

 If --current-replicas or --resource-version is specified, it is validated before the scale is attempted, and it is guaranteed that the precondition holds true when the scale is sent to the server.`,
  examples: `  # Scale a replica set named 'foo' to 3
  kubectl scale --replicas=3 rs/foo
  
  # Scale a resource identified by type and name specified in "foo.yaml" to 3
  kubectl scale --replicas=3 -f foo.yaml
  
  # If the deployment named mysql's current size is 2, scale mysql to 3
  kubectl scale --current-replicas=2 --replicas=3 deployment/mysql
  
  # Scale multiple replication controllers
  kubectl scale --replicas=5 rc/example1 rc/example2 rc/example3
  
  # Scale stateful set named 'web' to 3
  kubectl scale --replicas=3 statefulset/web`,
  usage: 'kubectl scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]',
  flags: {
    'all': flag.all2,
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'current-replicas': { type: 'int', default: -1, usage: 'Precondition for current size. Requires that the current size of the resource match this value in order to scale. -1 (default) for no condition.' },
    'dry-run': flag.dryRun,
    'filename': { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to set a new size' },
    'kustomize': flag.kustomize,
    'output': flag.output,
    'recursive': flag.recursive,
    'replicas': { type: 'int', default: 0, usage: 'The new desired number of replicas. Required.' },
    'resource-version': { type: 'string', default: '', usage: 'Precondition for resource version. Requires that the current resource version match this value in order to scale.' },
    'selector': flag.selector,
    'show-managed-fields': flag.showManagedFields,
    'template': flag.template,
    'timeout': { type: 'duration', default: '0s', usage: 'The length of time to wait before giving up on a scale operation, zero means don\'t wait. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).' },
  },
} as const;
