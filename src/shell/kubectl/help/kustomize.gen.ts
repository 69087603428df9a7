// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.

export const kustomizeHelp = {
  name: 'kustomize',
  short: 'Build a kustomization target from a directory or URL',
  long: 'Build a set of KRM resources using a \'kustomization.yaml\' file. The DIR argument must be a path to a directory containing \'kustomization.yaml\', or a git repository URL with a path suffix specifying same with respect to the repository root. If DIR is omitted, \'.\' is assumed.',
  examples: `  # Build the current working directory
  kubectl kustomize
  
  # Build some shared configuration directory
  kubectl kustomize /home/config/production
  
  # Build from github
  kubectl kustomize https://github.com/kubernetes-sigs/kustomize.git/examples/helloWorld?ref=v1.0.6`,
  usage: 'kubectl kustomize DIR [flags] [options]',
  flags: {
    'as-current-user': { type: 'boolean', default: false, usage: 'use the uid and gid of the command executor to run the function in the container' },
    'enable-alpha-plugins': { type: 'boolean', default: false, usage: 'enable kustomize plugins' },
    'enable-helm': { type: 'boolean', default: false, usage: 'Enable use of the Helm chart inflator generator.' },
    'env': { short: 'e', type: 'array', default: [], usage: 'a list of environment variables to be used by functions' },
    'helm-api-versions': { type: 'list', default: [], usage: 'Kubernetes api versions used by Helm for Capabilities.APIVersions' },
    'helm-command': { type: 'string', default: 'helm', usage: 'helm command (path to executable)' },
    'helm-debug': { type: 'boolean', default: false, usage: 'Enable debug output from the Helm chart inflator generator.' },
    'helm-kube-version': { type: 'string', default: '', usage: 'Kubernetes version used by Helm for Capabilities.KubeVersion' },
    'load-restrictor': { type: 'string', default: 'LoadRestrictionsRootOnly', usage: 'if set to \'LoadRestrictionsNone\', local kustomizations may load files from outside their root. This does, however, break the relocatability of the kustomization.' },
    'mount': { type: 'list', default: [], usage: 'a list of storage options read from the filesystem' },
    'network': { type: 'boolean', default: false, usage: 'enable network access for functions that declare it' },
    'network-name': { type: 'string', default: 'bridge', usage: 'the docker network to run the container in' },
    'output': { short: 'o', type: 'string', default: '', usage: 'If specified, write output to this path.' },
  },
} as const;
