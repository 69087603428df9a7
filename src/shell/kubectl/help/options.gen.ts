// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.

export const optionsHelp = {
  name: 'options',
  short: 'Print the list of flags inherited by all commands',
  long: '',
  examples: '',
  usage: '',
  flags: {
  },
} as const;
