// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const uncordonHelp = {
  name: 'uncordon',
  short: 'Mark node as schedulable',
  long: 'Mark node as schedulable.',
  examples: `  # Mark node "foo" as schedulable
  kubectl uncordon foo`,
  usage: 'kubectl uncordon NODE [options]',
  flags: {
    'dry-run': flag.dryRun,
    'selector': flag.selector,
  },
} as const;
