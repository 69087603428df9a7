// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const cordonHelp = {
  name: 'cordon',
  short: 'Mark node as unschedulable',
  long: 'Mark node as unschedulable.',
  examples: `  # Mark node "foo" as unschedulable
  kubectl cordon foo`,
  usage: 'kubectl cordon NODE [options]',
  flags: {
    'dry-run': flag.dryRun,
    'selector': flag.selector,
  },
} as const;
