/** What breaks in a cluster, drawn by lot; each fault that lasts is mended after a while. */
import type { Chance, Ms } from '../../kernel/index.ts';
import { runtimeOf } from '../../host/runtime/index.ts';
import type { Fault } from '../session-file.ts';
import { type Deed, type Lot, type Step, worker } from './deeds.ts';

const fault = (what: Fault, afterMs: Ms = 0): Step => ({
  afterMs,
  input: { type: 'fault', fault: what },
});

/** How long a fault lasts: mostly short, sometimes long enough to be noticed by the cluster. */
const lasting = (chance: Chance): Ms => chance.pick([2_000, 15_000, 60_000, 400_000]);

/** Breaks a machine, and mends it. */
const forAWhile =
  (broken: 'power-off' | 'cut-cable', mended: 'power-on' | 'mend-cable') =>
  (lot: Lot): readonly Step[] => {
    const machine = lot.chance.below(5) === 0 ? 'control-plane' : worker(lot);
    if (machine === undefined) return [];
    return [fault({ do: broken, machine }), fault({ do: mended, machine }, lasting(lot.chance))];
  };

interface Running {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Some container that runs on some machine. */
function someContainer({ chance, view }: Lot): Running | undefined {
  const running: Running[] = [];
  for (const machine of view.machines.values()) {
    for (const { config, sandbox, process } of runtimeOf(machine)?.containers.values() ?? []) {
      if (process?.isRunning !== true) continue;
      const { namespace, name: pod } = sandbox.config;
      running.push({ namespace, pod, container: config.name });
    }
  }
  return running.length === 0 ? undefined : chance.pick(running);
}

export const faults: readonly Deed[] = [
  {
    name: 'kill container',
    weight: 5,
    steps: (lot) => {
      const found = someContainer(lot);
      return found === undefined ? [] : [fault({ do: 'kill-container', ...found })];
    },
  },
  {
    name: 'kill pause',
    weight: 4,
    steps: (lot) => {
      const found = someContainer(lot);
      if (found === undefined) return [];
      return [fault({ do: 'kill-pause', namespace: found.namespace, pod: found.pod })];
    },
  },
  { name: 'power', weight: 2, steps: forAWhile('power-off', 'power-on') },
  { name: 'cable', weight: 3, steps: forAWhile('cut-cable', 'mend-cable') },
  {
    name: 'stop unit',
    weight: 2,
    steps: (lot) => {
      const machine = worker(lot);
      if (machine === undefined) return [];
      const unit = lot.chance.pick(['kubelet', 'containerd']);
      return [
        fault({ do: 'stop-unit', machine, unit }),
        fault({ do: 'start-unit', machine, unit }, lasting(lot.chance)),
      ];
    },
  },
];

/** Mends everything that these faults can break. */
export const healing = ({ view }: Lot): readonly Step[] =>
  [...view.machines.values()].flatMap(({ name: machine, description }) => {
    const mended = [fault({ do: 'power-on', machine }), fault({ do: 'mend-cable', machine })];
    if (description.role === 'workstation') return mended;
    return [
      ...mended,
      ...['containerd', 'kubelet'].map((unit) => fault({ do: 'start-unit', machine, unit }, 1_000)),
    ];
  });
