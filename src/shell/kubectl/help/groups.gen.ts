// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.

/** The order in which `kubectl --help` lists the commands. */
export const groups = [
  { title: 'Basic Commands (Beginner)', commands: ['create', 'expose', 'run', 'set'] },
  { title: 'Basic Commands (Intermediate)', commands: ['explain', 'get', 'edit', 'delete'] },
  { title: 'Deploy Commands', commands: ['rollout', 'scale', 'autoscale'] },
  { title: 'Cluster Management Commands', commands: ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint'] },
  { title: 'Troubleshooting and Debugging Commands', commands: ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'] },
  { title: 'Advanced Commands', commands: ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize'] },
  { title: 'Settings Commands', commands: ['label', 'annotate', 'completion'] },
  { title: 'Subcommands provided by plugins', commands: [] },
  { title: 'Other Commands', commands: ['api-resources', 'api-versions', 'config', 'plugin', 'version', 'options'] },
] as const;
