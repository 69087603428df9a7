import type { Pod } from '../../api/types.gen.ts';
import { runtimeOf } from '../../host/runtime/index.ts';
import type { Liveness } from './invariant.ts';

/** Every process of a container belongs to a container and to a sandbox that live. */
export const processesHaveSandboxes: Liveness = {
  holds: 'settles',
  name: 'processes of containers belong to live sandboxes',
  withinMs: 60_000,
  check(view) {
    const wrong: string[] = [];
    for (const machine of view.machines.values()) {
      const runtime = runtimeOf(machine);
      if (runtime === undefined || !machine.isOn) continue;
      for (const { pid, container, program } of machine.processes.values()) {
        if (container === undefined || program.name === 'pause') continue;
        const sandbox = runtime.containers.get(container)?.sandbox;
        if (sandbox?.isReady === true && runtime.sandboxes.has(sandbox.id)) continue;
        wrong.push(`process ${pid} (${program.name}) on ${machine.name} has no live sandbox`);
      }
    }
    return wrong;
  },
};

/** Without power, nothing runs. */
export const offIsOff: Liveness = {
  holds: 'settles',
  name: 'nothing runs on a machine that is off',
  withinMs: 0,
  check: (view) =>
    [...view.machines.values()]
      .filter(({ isOn, processes }) => !isOn && processes.size > 0)
      .map(({ name }) => `processes run on ${name}, which is off`),
};

/** Every live sandbox is some Pod's. */
export const sandboxesHavePods: Liveness = {
  holds: 'settles',
  name: 'sandboxes belong to Pods',
  withinMs: 120_000,
  check(view) {
    const keys = new Set<string>();
    for (const { metadata, spec } of view.of<Pod>('Pod').values()) {
      keys.add(`${spec?.nodeName} ${metadata.namespace}/${metadata.name}`);
    }
    const wrong: string[] = [];
    for (const machine of view.machines.values()) {
      if (!machine.isOn) continue;
      for (const { isReady, config } of runtimeOf(machine)?.sandboxes.values() ?? []) {
        const pod = `${config.namespace}/${config.name}`;
        if (!isReady || keys.has(`${machine.name} ${pod}`)) continue;
        wrong.push(`the sandbox of ${pod} on ${machine.name} is nobody's`);
      }
    }
    return wrong;
  },
};
