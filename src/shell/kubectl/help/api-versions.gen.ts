// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.

export const apiVersionsHelp = {
  name: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  long: 'Print the supported API versions on the server, in the form of "group/version".',
  examples: `  # Print the supported API versions
  kubectl api-versions`,
  usage: 'kubectl api-versions [options]',
  flags: {
  },
} as const;
