/** Commands that come after the first ones. */
import type { Command } from '../command.ts';

export const others: readonly Command[] = [];
