// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.

export const versionHelp = {
  name: 'version',
  short: 'Print the client and server version information',
  long: 'Print the client and server version information for the current context.',
  examples: `  # Print the client and server versions for the current context
  kubectl version`,
  usage: 'kubectl version [flags] [options]',
  flags: {
    'client': { type: 'boolean', default: false, usage: 'If true, shows client version only (no server required).' },
    'output': { short: 'o', type: 'string', default: '', usage: 'One of \'yaml\' or \'json\'.' },
  },
} as const;
