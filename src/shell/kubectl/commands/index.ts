/** Every kubectl command, in the order in which `kubectl --help` lists them. */
import type { Command } from '../command.ts';
import { apply } from './apply.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe.ts';
import { get } from './get.ts';

export const commands: readonly Command[] = [get, deleteCommand, describe, apply];
