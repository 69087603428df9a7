/** Every kubectl command, in the order in which `kubectl --help` lists them. */
import type { Command } from '../command.ts';
import { apiResources, apiVersions } from './api-resources.ts';
import { apply } from './apply.ts';
import { cordon, uncordon } from './cordon.ts';
import { cp } from './cp.ts';
import { create } from './create.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe.ts';
import { drain } from './drain.ts';
import { attach, exec } from './exec.ts';
import { expose } from './expose.ts';
import { get } from './get.ts';
import { annotate, label } from './label.ts';
import { logs } from './logs.ts';
import { others } from './others.ts';
import { portForward } from './port-forward.ts';
import { proxy } from './proxy.ts';
import { rollout } from './rollout.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { set } from './set.ts';
import { taint } from './taint.ts';
import { version } from './version.ts';

export const commands: readonly Command[] = [
  create, expose, run, set, get, deleteCommand, rollout, scale, cordon, uncordon, drain, taint,
  describe, logs, attach, exec, portForward, proxy, cp, apply, label, annotate, apiResources, apiVersions, version, ...others,
];
