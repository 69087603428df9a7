import type { CliCommand } from '../command.ts';

export const bench: CliCommand = {
  name: 'bench',
  usage: 'bench [--json]',
  about: 'Measure the kernel, the world and its clients.',
  flags: { json: true },
  run: () => Promise.resolve(0),
};
