// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const autoscaleHelp = {
  name: 'autoscale',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  long: `Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster. The command will attempt to use the autoscaling/v2 API first, in case of an error, it will fall back to autoscaling/v1 API.

 Looks up a deployment, replica set, stateful set, or replication controller by name and creates an autoscaler that uses the given resource as a reference. An autoscaler can automatically increase or decrease number of pods deployed within the system as needed.`,
  examples: `  # Auto scale a deployment "foo", with the number of pods between 2 and 10, no target CPU utilization specified so a default autoscaling policy will be used
  kubectl autoscale deployment foo --min=2 --max=10
  
  # Auto scale a replication controller "foo", with the number of pods between 1 and 5, target CPU utilization at 80%
  kubectl autoscale rc foo --max=5 --cpu-percent=80`,
  usage: 'kubectl autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU] [options]',
  flags: {
    'allow-missing-template-keys': flag.allowMissingTemplateKeys,
    'cpu-percent': { type: 'int', default: -1, usage: 'The target average CPU utilization (represented as a percent of requested CPU) over all the pods. If it\'s not specified or negative, a default autoscaling policy will be used.' },
    'dry-run': flag.dryRun,
    'field-manager': { type: 'string', default: 'kubectl-autoscale', usage: 'Name of the manager used to track field ownership.' },
    'filename': { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to autoscale.' },
    'kustomize': flag.kustomize,
    'max': { type: 'int', default: -1, usage: 'The upper limit for the number of pods that can be set by the autoscaler. Required.' },
    'min': { type: 'int', default: -1, usage: 'The lower limit for the number of pods that can be set by the autoscaler. If it\'s not specified or negative, the server will apply a default value.' },
    'name': { type: 'string', default: '', usage: 'The name for the newly created object. If not specified, the name of the input resource will be used.' },
    'output': flag.output,
    'recursive': flag.recursive,
    'save-config': flag.saveConfig,
    'show-managed-fields': flag.showManagedFields,
    'template': flag.template,
  },
} as const;
