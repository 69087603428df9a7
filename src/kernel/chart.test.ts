import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createActor, emit, setup, SimulatedClock } from 'xstate';
import { Chance } from './chance.ts';
import { Chart, type ChartEvent } from './chart.ts';

/** One machine with every feature that the compiler knows. */
const everything = setup({
  types: {
    context: {} as { count: number; log: readonly string[] },
    events: {} as
      { type: 'go' | 'back' | 'reset' | 'poke' | 'deep' | 'end' } | { type: 'add'; by: number },
    emitted: {} as { type: 'said'; text: string },
    input: {} as { start: number },
  },
  delays: { soon: 50, later: ({ context }) => 100 + context.count * 10 },
  guards: {
    isBig: ({ context }) => context.count > 3,
    isAtLeast: ({ context }, params: { n: number }) => context.count >= params.n,
  },
  actions: {
    count: assign({ count: ({ context }) => context.count + 1 }),
    add: assign({
      count: ({ context, event }) => context.count + (event.type === 'add' ? event.by : 0),
    }),
    note: assign(({ context }, params: { text: string }) => ({
      log: [...context.log, params.text],
    })),
    say: emit(({ context }) => ({ type: 'said' as const, text: `count ${context.count}` })),
    shout: emit({ type: 'said', text: 'hey' }),
  },
}).createMachine({
  id: 'everything',
  context: ({ input }) => ({ count: input.start, log: [] }),
  initial: 'idle',
  on: { reset: { target: '.idle', actions: assign({ count: 0 }) }, end: '.over' },
  states: {
    idle: {
      entry: [{ type: 'note', params: { text: 'idle in' } }],
      exit: [{ type: 'note', params: { text: 'idle out' } }],
      on: {
        go: [
          { guard: 'isBig', target: 'busy.hard' },
          { target: 'busy', actions: 'count' },
        ],
        poke: { actions: ['count', 'say'] },
        add: { actions: 'add' },
      },
    },
    busy: {
      initial: 'easy',
      entry: ['shout', { type: 'note', params: { text: 'busy in' } }],
      exit: { type: 'note', params: { text: 'busy out' } },
      after: { later: 'idle' },
      on: { back: 'idle', poke: { target: 'busy', reenter: true, actions: 'count' } },
      states: {
        easy: {
          after: { soon: { target: 'hard', actions: 'count' } },
          on: { deep: '#everything.busy.hard' },
        },
        hard: {
          entry: 'say',
          always: { guard: { type: 'isAtLeast', params: { n: 6 } }, target: '#everything.over' },
          on: { poke: { actions: 'say' }, add: { target: 'easy', actions: 'add' }, go: 'hard' },
        },
      },
    },
    over: { type: 'final' },
  },
});

interface Step {
  readonly state: unknown;
  readonly context: unknown;
  readonly said: readonly unknown[];
}
type Move = ChartEvent | { readonly wait: number };

/** XState's own answer, on its own simulated clock. */
function walkActor(machine: AnyStateMachine, input: unknown, moves: readonly Move[]): Step[] {
  const clock = new SimulatedClock();
  const actor = createActor(machine, { input, clock });
  const said: unknown[] = [];
  actor.on('*', (event) => said.push(event));
  actor.start();
  const steps: Step[] = [];
  const look = () => {
    const { value, context } = actor.getSnapshot();
    steps.push({ state: flat(value), context: structuredClone(context), said: said.splice(0) });
  };
  look();
  for (const move of moves) {
    // Millisecond by millisecond: XState's clock moves first and fires then.
    if ('wait' in move) for (let i = 0; i < move.wait; i++) clock.increment(1);
    else if (actor.getSnapshot().status === 'active') actor.send(move);
    look();
  }
  return steps;
}

const flat = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as object)
        .map(([key, inner]) => `${key}.${flat(inner)}`)
        .join();

/** The table's answer. */
function walkChart(machine: AnyStateMachine, input: unknown, moves: readonly Move[]): Step[] {
  const chart = new Chart(machine);
  const timers = new Map<string, { at: number; event: ChartEvent; seq: number }>();
  let now = 0;
  let seq = 0;
  let said: unknown[] = [];
  const port = {
    arm: (id: string, ms: number, event: ChartEvent) =>
      void timers.set(id, { at: now + ms, event, seq: ++seq }),
    disarm: (id: string) => void timers.delete(id),
    effect: (effect: unknown) => void said.push(effect),
  };
  const live = chart.begin(input as never, port as never);
  const steps: Step[] = [];
  const look = () => {
    steps.push({ state: live.value, context: live.context, said });
    said = [];
  };
  look();
  for (const move of moves) {
    if ('wait' in move) {
      for (const end = now + move.wait; now < end;) {
        now += 1;
        for (;;) {
          const due = [...timers]
            .filter(([, { at }]) => at <= now)
            .toSorted((a, b) => a[1].at - b[1].at || a[1].seq - b[1].seq)[0];
          if (due === undefined) break;
          timers.delete(due[0]);
          chart.send(live, due[1].event, port as never);
        }
      }
    } else chart.send(live, move, port as never);
    look();
  }
  return steps;
}

function randomMoves(seed: number, count: number): Move[] {
  const chance = new Chance(seed, 'moves');
  return Array.from({ length: count }, () => {
    const pick = chance.below(9);
    if (pick < 2) return { wait: 1 + chance.below(140) };
    if (pick === 2) return { type: 'add', by: chance.below(3) } as Move;
    return {
      type: chance.pick([
        'go',
        'back',
        'reset',
        'poke',
        'deep',
        chance.below(12) === 0 ? 'end' : 'go',
      ]),
    };
  });
}

describe('the table takes every step that XState takes', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('SEED=%i', (seed) => {
    const moves = randomMoves(seed, 40);
    const input = { start: seed % 5 };
    expect(walkChart(everything, input, moves)).toEqual(walkActor(everything, input, moves));
  });
});

describe('what it does not know, it refuses', () => {
  it.each([
    ['parallel states', { type: 'parallel' as const, states: { a: {}, b: {} } }],
    ['invoke', { initial: 'a', states: { a: { invoke: { src: 'x' } } } }],
    ['wildcards', { initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } }],
    ['unknown actions', { initial: 'a', states: { a: { entry: 'nowhere' } } }],
    [
      'unknown guards',
      { initial: 'a', states: { a: { on: { x: { guard: 'nowhere', target: 'b' } } }, b: {} } },
    ],
  ])('%s', (_, config) => {
    const machine = setup({}).createMachine({ id: 'odd', ...config } as never);
    expect(() => new Chart(machine as unknown as AnyStateMachine)).toThrow(/odd: /);
  });
});
