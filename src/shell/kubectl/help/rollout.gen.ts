// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const rolloutHelp = {
  name: 'rollout',
  short: 'Manage the rollout of a resource',
  long: `Manage the rollout of one or many resources.
        
 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets`,
  examples: `  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  
  # Restart a deployment
  kubectl rollout restart deployment/abc
  
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx`,
  usage: 'kubectl rollout SUBCOMMAND [options]',
  flags: {
  },
  children: {
    'history': {
      name: 'history',
      short: 'View rollout history',
      long: 'View previous rollout revisions and configurations.',
      examples: `  # View the rollout history of a deployment
  kubectl rollout history deployment/abc
  
  # View the details of daemonset revision 3
  kubectl rollout history daemonset/abc --revision=3`,
      usage: 'kubectl rollout history (TYPE NAME | TYPE/NAME) [flags] [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'revision': { type: 'int', default: 0, usage: 'See the details, including podTemplate of the revision specified' },
        'selector': flag.selector,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'pause': {
      name: 'pause',
      short: 'Mark the provided resource as paused',
      long: `Mark the provided resource as paused.

 Paused resources will not be reconciled by a controller. Use "kubectl rollout resume" to resume a paused resource. Currently only deployments support being paused.`,
      examples: `  # Mark the nginx deployment as paused
  # Any current state of the deployment will continue its function; new updates
  # to the deployment will not have an effect as long as the deployment is paused
  kubectl rollout pause deployment/nginx`,
      usage: 'kubectl rollout pause RESOURCE [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'field-manager': flag.fieldManager3,
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'selector': flag.selector,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'restart': {
      name: 'restart',
      short: 'Restart a resource',
      long: `Restart a resource.

        Resource rollout will be restarted.`,
      examples: `  # Restart all deployments in the test-namespace namespace
  kubectl rollout restart deployment -n test-namespace
  
  # Restart a deployment
  kubectl rollout restart deployment/nginx
  
  # Restart a daemon set
  kubectl rollout restart daemonset/abc
  
  # Restart deployments with the app=nginx label
  kubectl rollout restart deployment --selector=app=nginx`,
      usage: 'kubectl rollout restart RESOURCE [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'field-manager': flag.fieldManager3,
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'selector': flag.selector,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'resume': {
      name: 'resume',
      short: 'Resume a paused resource',
      long: `Resume a paused resource.

 Paused resources will not be reconciled by a controller. By resuming a resource, we allow it to be reconciled again. Currently only deployments support being resumed.`,
      examples: `  # Resume an already paused deployment
  kubectl rollout resume deployment/nginx`,
      usage: 'kubectl rollout resume RESOURCE [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'field-manager': flag.fieldManager3,
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'selector': flag.selector,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'status': {
      name: 'status',
      short: 'Show the status of the rollout',
      long: `Show the status of the rollout.

 By default 'rollout status' will watch the status of the latest rollout until it's done. If you don't want to wait for the rollout to finish then you can use --watch=false. Note that if a new rollout starts in-between, then 'rollout status' will continue watching the latest revision. If you want to pin to a specific revision and abort if it is rolled over by another revision, use --revision=N where N is the revision you need to watch for.`,
      examples: `  # Watch the rollout status of a deployment
  kubectl rollout status deployment/nginx`,
      usage: 'kubectl rollout status (TYPE NAME | TYPE/NAME) [flags] [options]',
      flags: {
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'recursive': flag.recursive,
        'revision': { type: 'int', default: 0, usage: 'Pin to a specific revision for showing its status. Defaults to 0 (last revision).' },
        'selector': flag.selector,
        'timeout': { type: 'duration', default: '0s', usage: 'The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).' },
        'watch': { short: 'w', type: 'boolean', default: true, usage: 'Watch the status of the rollout until it\'s done.' },
      },
    },
    'undo': {
      name: 'undo',
      short: 'Undo a previous rollout',
      long: 'Roll back to a previous rollout.',
      examples: `  # Roll back to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Roll back to daemonset revision 3
  kubectl rollout undo daemonset/abc --to-revision=3
  
  # Roll back to the previous deployment with dry-run
  kubectl rollout undo --dry-run=server deployment/abc`,
      usage: 'kubectl rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'dry-run': flag.dryRun,
        'filename': flag.filename,
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'selector': flag.selector,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
        'to-revision': { type: 'int', default: 0, usage: 'The revision to rollback to. Default to 0 (last revision).' },
      },
    },
  },
} as const;
