/** Commands that come after the first ones. */
import type { Command } from '../command.ts';
import { auth } from './auth.ts';
import { certificate } from './certificate.ts';
import { config } from './config.ts';
import { debug } from './debug.ts';
import { diff } from './diff.ts';
import { edit } from './edit.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { kustomize } from './kustomize.ts';
import { patch, replace } from './patch.ts';
import { small } from './small.ts';
import { wait } from './wait.ts';

export const others: readonly Command[] = [
  certificate, explain, auth, events, diff, patch, replace, wait, kustomize, edit, debug, config, ...small,
];
