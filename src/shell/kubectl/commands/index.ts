/** Every kubectl command, in the order in which `kubectl --help` lists them. */
import type { Command } from '../command.ts';
import { apiResources, apiVersions } from './api-resources.ts';
import { apply } from './apply.ts';
import { cordon, uncordon } from './cordon.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe.ts';
import { drain } from './drain.ts';
import { get } from './get.ts';
import { annotate, label } from './label.ts';
import { rollout } from './rollout.ts';
import { scale } from './scale.ts';
import { taint } from './taint.ts';
import { version } from './version.ts';

export const commands: readonly Command[] = [
  get, deleteCommand, rollout, scale, cordon, uncordon, drain, taint, describe, apply, label, annotate,
  apiResources, apiVersions, version,
];
