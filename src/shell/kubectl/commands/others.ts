/** Commands that come after the first ones. */
import type { Command } from '../command.ts';
import { auth } from './auth.ts';
import { config } from './config.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { patch, replace } from './patch.ts';
import { small } from './small.ts';
import { wait } from './wait.ts';

export const others: readonly Command[] = [explain, auth, events, patch, replace, wait, config, ...small];
