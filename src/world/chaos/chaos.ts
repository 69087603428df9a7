/**
 * Chaos: deeds and faults at random times on a world whose invariants are watched; then everything
 * is mended, and what must settle is given time to. One seed, one story.
 */
import { isPodActive, isPodReady, isPodScheduled } from '../../api/kinds/pod/facts.ts';
import type { Pod } from '../../api/types.gen.ts';
import { Chance, type Ms, type TraceSink, grain, minute, toGrain } from '../../kernel/index.ts';
import type { WorldDefinition } from '../definition.ts';
import {
  type Breach,
  type ClusterView,
  Watchdog,
  checkInvariants,
  invariants,
  nameOf,
} from '../invariants/index.ts';
import type { SessionFile, TimedInput } from '../session-file.ts';
import { World } from '../world.ts';
import { type Deed, type Lot, type Step, deeds } from './deeds.ts';
import { faults, healing } from './faults.ts';

export interface ChaosOptions {
  readonly definition: WorldDefinition;
  readonly seed: number;
  readonly epoch: number;
  /** How long things are done and broken. */
  readonly forMs: Ms;
  /** How long the cluster then has to recover. */
  readonly healMs?: Ms;
  /** False: only deeds. */
  readonly withFaults?: boolean;
  /** Between two deeds, at most. */
  readonly everyMs?: Ms;
  readonly sink?: TraceSink;
}

export interface ChaosReport {
  readonly breaches: readonly Breach[];
  /** What is still not as it must come to be. */
  readonly unsettled: readonly string[];
  /** The whole story, to be replayed. */
  readonly session: SessionFile;
  readonly hash: string;
  readonly world: World;
}

const defaultHealMs = 12 * minute;

export function runChaos(options: ChaosOptions): ChaosReport {
  const { definition, seed, epoch, forMs, sink, healMs = defaultHealMs } = options;
  const watchdog = new Watchdog({ invariants, from: definition.openAt });
  const world = new World({
    definition,
    seed,
    epoch,
    sink: (entry) => {
      watchdog.sink(entry);
      sink?.(entry);
    },
  });
  const view = watchdog.attach(world);
  const chance = new Chance(seed, 'chaos');
  const inputs: TimedInput[] = [];
  let scripts = 0;
  const lot: Lot = { chance, view, script: () => (scripts += 1) };
  const enter = (steps: readonly Step[]) =>
    pending.push(...steps.map((step) => timed(world, step)));
  let pending: TimedInput[] = [];
  const choice = options.withFaults === false ? deeds : [...deeds, ...faults];
  world.runUntil(definition.openAt);
  const end = world.now + forMs;
  while (world.now < end) {
    enter(draw(chance, choice).steps(lot));
    const next = Math.min(end, world.now + toGrain(chance.between(50, options.everyMs ?? 8_000)));
    pending = play(world, pending, next, inputs);
  }
  pending = [];
  enter(healing(lot));
  play(world, pending, world.now + healMs, inputs);
  return {
    breaches: watchdog.breaches,
    unsettled: [...checkInvariants(view), ...notReady(view)],
    session: sessionOf(options, inputs, world.now),
    hash: world.hash,
    world,
  };
}

/** The programs of chaos are healthy: where nothing is broken, every Pod with a node gets Ready. */
function notReady(view: ClusterView): string[] {
  return [...view.of<Pod>('Pod').values()]
    .filter((pod) => isPodScheduled(pod) && isPodActive(pod) && !isPodReady(pod))
    .map((pod) => `${nameOf(pod)} is not Ready`);
}

const timed = ({ now }: World, { afterMs, input }: Step): TimedInput => ({
  at: now + toGrain(afterMs) + grain,
  input,
});

/** Plays to a moment, with the inputs that are due; returns those that are due later. */
function play(
  world: World,
  pending: readonly TimedInput[],
  until: Ms,
  inputs: TimedInput[],
): TimedInput[] {
  const due = pending.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
  for (const each of due) {
    world.enter(each);
    inputs.push(each);
  }
  world.runUntil(until);
  return pending.filter(({ at }) => at > until);
}

function draw(chance: Chance, choice: readonly Deed[]): Deed {
  let at = chance.below(choice.reduce((sum, { weight }) => sum + weight, 0));
  for (const deed of choice) {
    at -= deed.weight;
    if (at < 0) return deed;
  }
  return choice[0] as Deed;
}

function sessionOf(
  { definition, seed, epoch }: ChaosOptions,
  inputs: readonly TimedInput[],
  until: Ms,
): SessionFile {
  const world = definition.name;
  return { format: 'kubarium-session', version: 1, world, seed, epoch, inputs, until };
}
