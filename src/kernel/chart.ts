/**
 * Statecharts as tables. An XState machine is the one definition of a machine's behaviour; this
 * compiler turns the definition into a table that steps some hundred times faster than an actor
 * (PERFORMANCE.md). A feature that it does not know is refused at compile time, never ignored;
 * `chart.test.ts` walks both through the same events and compares every step.
 *
 * Known: atomic and compound states, `on`, `after`, `always`, guards (named, inline, with params),
 * entry and exit actions, `assign`, `emit`, named actions, top-level final states.
 * Refused: parallel and history states, invoke, spawn, undelayed raise, wildcards, built-in guards.
 */
import type { AnyStateMachine, ContextFrom, EmittedFrom, EventFromLogic, InputFrom } from 'xstate';
import { assert } from './assert.ts';

interface Facts {
  readonly context: unknown;
  readonly event: ChartEvent;
}
type Evaluate<R> = (facts: Facts, params?: unknown) => R;

/** An event of a chart: its type and what it carries. */
export interface ChartEvent {
  readonly type: string;
}

type Step =
  | { readonly do: 'assign'; readonly by: Evaluate<object> | Readonly<Record<string, unknown>> }
  | { readonly do: 'emit'; readonly what: ChartEvent | Evaluate<ChartEvent> }
  | { readonly do: 'arm'; readonly id: string; readonly delay: number | Evaluate<number> }
  | { readonly do: 'disarm'; readonly id: string };
type Bound = Step & { readonly params: unknown };

interface Arrow {
  readonly guard: ((facts: Facts) => boolean) | undefined;
  readonly steps: readonly Bound[];
  /** undefined: stay, and only act. */
  readonly target: State | undefined;
}

interface State {
  /** Dotted path: `running.ready`. */
  readonly path: string;
  readonly isFinal: boolean;
  readonly arrows: Map<string, Arrow[]>;
  readonly always: Arrow[];
}

/** What a live chart asks of its surroundings. */
export interface ChartPort<Effect> {
  /** Sends `event` back to the chart `ms` from now, unless `disarm(id)` comes first. */
  arm(id: string, ms: number, event: ChartEvent): void;
  disarm(id: string): void;
  effect(effect: Effect): void;
}

/** All that a live chart is: copy it, and it can go on from there. */
export interface ChartState<Context> {
  value: string;
  context: Context;
}

/** A compiled statechart: shared by all that live by it. */
export class Chart<M extends AnyStateMachine> {
  readonly machine: M;
  private readonly states = new Map<string, State>();
  private readonly first: Arrow;

  constructor(machine: M) {
    this.machine = machine;
    const compiler = new Compiler(machine, this.states);
    this.first = compiler.initial();
  }

  /** Enters the initial state. */
  begin(input: InputFrom<M>, port: ChartPort<EmittedFrom<M>>): ChartState<ContextFrom<M>> {
    const { context } = this.machine.config as { context?: unknown };
    const initial = typeof context === 'function' ? context({ input }) : (context ?? {});
    const live = { value: '', context: initial as ContextFrom<M> };
    const event = { type: 'xstate.init' };
    this.take(this.first, live, event, port);
    this.settle(live, event, port);
    return live;
  }

  /** Takes one event; false when the state ignores it. */
  send(
    live: ChartState<ContextFrom<M>>,
    event: EventFromLogic<M> | ChartEvent,
    port: ChartPort<EmittedFrom<M>>,
  ): boolean {
    const { type } = event as ChartEvent;
    const arrow = this.choose(this.stateOf(live).arrows.get(type), live, event as ChartEvent);
    if (arrow === undefined) return false;
    this.take(arrow, live, event as ChartEvent, port);
    this.settle(live, event as ChartEvent, port);
    return true;
  }

  /** Whether the chart is in a final state. */
  isDone(live: ChartState<ContextFrom<M>>): boolean {
    return this.stateOf(live).isFinal;
  }

  private stateOf(live: ChartState<unknown>): State {
    return this.states.get(live.value) as State;
  }

  private settle(live: ChartState<unknown>, event: ChartEvent, port: ChartPort<never>): void {
    for (let turns = 0; ; turns++) {
      assert(turns < 100, `${this.machine.id}: 'always' arrows run in a circle at ${live.value}`);
      const arrow = this.choose(this.stateOf(live).always, live, event);
      if (arrow === undefined) return;
      this.take(arrow, live, event, port);
    }
  }

  private choose(
    arrows: readonly Arrow[] | undefined,
    live: ChartState<unknown>,
    event: ChartEvent,
  ): Arrow | undefined {
    if (arrows === undefined) return undefined;
    for (const arrow of arrows) {
      if (arrow.guard === undefined || arrow.guard({ context: live.context, event })) return arrow;
    }
    return undefined;
  }

  private take(
    arrow: Arrow,
    live: ChartState<unknown>,
    event: ChartEvent,
    port: ChartPort<never>,
  ): void {
    if (arrow.target !== undefined) live.value = arrow.target.path;
    for (const step of arrow.steps) act(step, live, event, port);
  }
}

function act(
  step: Bound,
  live: ChartState<unknown>,
  event: ChartEvent,
  port: ChartPort<never>,
): void {
  const facts = { context: live.context, event };
  switch (step.do) {
    case 'assign':
      live.context = { ...(live.context as object), ...assigned(step, facts) };
      return;
    case 'emit':
      port.effect(
        (typeof step.what === 'function' ? step.what(facts, step.params) : step.what) as never,
      );
      return;
    case 'arm': {
      const ms = typeof step.delay === 'function' ? step.delay(facts, step.params) : step.delay;
      port.arm(step.id, ms, { type: step.id });
      return;
    }
    case 'disarm':
      port.disarm(step.id);
  }
}

function assigned(step: Bound & { do: 'assign' }, facts: Facts): object {
  if (typeof step.by === 'function') return step.by(facts, step.params);
  const values: Record<string, unknown> = {};
  for (const key in step.by) {
    const by = step.by[key];
    values[key] = typeof by === 'function' ? (by as Evaluate<unknown>)(facts, step.params) : by;
  }
  return values;
}

/** The part of XState's StateNode that the compiler reads. */
interface Node {
  readonly id: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly parent?: Node;
  readonly states: Readonly<Record<string, Node>>;
  readonly entry: readonly unknown[];
  readonly exit: readonly unknown[];
  readonly initial?: { readonly target: readonly Node[]; readonly actions: readonly unknown[] };
  readonly transitions: ReadonlyMap<string, readonly Definition[]>;
  readonly always?: readonly Definition[];
  readonly invoke: readonly unknown[];
}
interface Definition {
  readonly target: readonly Node[] | undefined;
  readonly source: Node;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
}

class Compiler {
  private readonly machine: AnyStateMachine;
  private readonly states: Map<string, State>;

  constructor(machine: AnyStateMachine, states: Map<string, State>) {
    this.machine = machine;
    this.states = states;
    this.declare(machine.root as unknown as Node);
    this.connect(machine.root as unknown as Node);
  }

  initial(): Arrow {
    const root = this.machine.root as unknown as Node;
    const [leaf, entered] = this.descend(root);
    const steps = [...this.steps(root.entry), ...entered.flatMap((n) => this.steps(n.entry))];
    return { guard: undefined, steps, target: this.state(leaf) };
  }

  private refuse(node: Node, what: string): never {
    assert(false, `${this.machine.id}: ${node.id}: ${what} is not known to the chart compiler`);
  }

  private declare(node: Node): void {
    if (node.type === 'parallel' || node.type === 'history') this.refuse(node, node.type);
    if (node.invoke.length > 0) this.refuse(node, 'invoke');
    if (node.type === 'final' && (node.path.length > 1 || node.exit.length > 0)) {
      this.refuse(node, 'a nested final state, or one with exit actions');
    }
    const children = Object.values(node.states);
    if (children.length === 0) {
      const path = node.path.join('.');
      this.states.set(path, {
        path,
        isFinal: node.type === 'final',
        arrows: new Map(),
        always: [],
      });
    }
    children.forEach((child) => this.declare(child));
  }

  private connect(node: Node): void {
    const children = Object.values(node.states);
    children.forEach((child) => this.connect(child));
    if (children.length > 0) return;
    const state = this.state(node);
    if (state.isFinal) return;
    for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
      for (const [event, definitions] of at.transitions) {
        if (event.includes('*')) this.refuse(at, `the wildcard ${event}`);
        const arrows = state.arrows.get(event) ?? [];
        arrows.push(...definitions.map((definition) => this.arrow(node, definition)));
        state.arrows.set(event, arrows);
      }
      state.always.push(...(at.always ?? []).map((definition) => this.arrow(node, definition)));
    }
  }

  private arrow(leaf: Node, definition: Definition): Arrow {
    const { source, target: targets, actions, reenter } = definition;
    const guard = this.guard(source, definition.guard);
    if (targets === undefined || targets.length === 0) {
      return { guard, steps: this.steps(actions), target: undefined };
    }
    const target = targets[0] as Node;
    const domain = this.domain(source, target, reenter);
    const exited = upTo(leaf, domain);
    const above = upTo(target, domain).toReversed();
    const [to, below] = this.descend(target);
    const steps = [
      ...exited.flatMap((node) => this.steps(node.exit)),
      ...this.steps(actions),
      ...[...above, ...below].flatMap((node) => this.steps(node.entry)),
    ];
    return { guard, steps, target: this.state(to) };
  }

  /** The state that is neither left nor entered; XState's getTransitionDomain for one target. */
  private domain(source: Node, target: Node, reenter: boolean): Node | undefined {
    if (!reenter && (target === source || isWithin(target, source))) return source;
    let domain: Node | undefined = source.parent;
    while (domain !== undefined && !isWithin(target, domain)) domain = domain.parent;
    return domain;
  }

  private descend(node: Node): [leaf: Node, entered: Node[]] {
    const entered: Node[] = [];
    let at = node;
    while (at.initial?.target[0] !== undefined) {
      if (at.initial.actions.length > 0) this.refuse(at, 'an initial transition with actions');
      at = at.initial.target[0];
      entered.push(at);
    }
    return [at, entered];
  }

  private state(node: Node): State {
    const state = this.states.get(node.path.join('.'));
    assert(state, `${node.id} is atomic`);
    return state;
  }

  private guard(node: Node, guard: unknown): Arrow['guard'] {
    if (guard === undefined) return undefined;
    if (typeof guard === 'function') {
      if ('check' in guard) this.refuse(node, 'a built-in guard');
      return guard as (facts: Facts) => boolean;
    }
    const { type, params } =
      typeof guard === 'string' ? { type: guard, params: undefined } : (guard as Named);
    const found: unknown = this.machine.implementations.guards[type];
    if (typeof found !== 'function' || 'check' in found) this.refuse(node, `the guard '${type}'`);
    const check = found as Evaluate<boolean>;
    return (facts) => check(facts, typeof params === 'function' ? params(facts) : params);
  }

  private steps(actions: readonly unknown[]): Bound[] {
    return actions.map((action) => this.step(action));
  }

  private step(action: unknown, params?: unknown): Bound {
    const root = this.machine.root as unknown as Node;
    if (typeof action === 'string') return this.step({ type: action });
    if (typeof action === 'object') {
      const named = action as Named;
      const found: unknown = this.machine.implementations.actions[named.type];
      if (typeof found !== 'function') this.refuse(root, `the action '${named.type}'`);
      if (typeof named.params === 'function') this.refuse(root, 'computed params');
      return this.step(found, named.params);
    }
    const built = action as BuiltIn;
    switch (built.type) {
      case 'xstate.assign':
        return { do: 'assign', by: built.assignment as Evaluate<object>, params };
      case 'xstate.emit':
        return { do: 'emit', what: built.event as ChartEvent, params };
      case 'xstate.cancel':
        return { do: 'disarm', id: built.sendId as string, params };
      case 'xstate.raise':
        if (built.delay === undefined || built.id === undefined) this.refuse(root, 'this raise');
        return { do: 'arm', id: built.id, delay: this.delay(built.delay), params };
      default:
        return this.refuse(root, `the action '${String(built.type)}'`);
    }
  }

  private delay(delay: unknown): number | Evaluate<number> {
    const found: unknown =
      typeof delay === 'string' ? this.machine.implementations.delays[delay] : delay;
    assert(
      typeof found === 'number' || typeof found === 'function',
      `${this.machine.id}: the delay '${String(delay)}' is defined`,
    );
    return found as number | Evaluate<number>;
  }
}

interface Named {
  readonly type: string;
  readonly params?: unknown;
}
interface BuiltIn {
  readonly type?: string;
  readonly assignment?: unknown;
  readonly event?: unknown;
  readonly sendId?: unknown;
  readonly delay?: unknown;
  readonly id?: string;
}

const isWithin = (node: Node, ancestor: Node): boolean => {
  for (let at = node.parent; at !== undefined; at = at.parent) if (at === ancestor) return true;
  return false;
};

/** From a node upwards, without `end`. */
function upTo(node: Node, end: Node | undefined): Node[] {
  const nodes: Node[] = [];
  for (let at: Node | undefined = node; at !== undefined && at !== end; at = at.parent) {
    nodes.push(at);
  }
  return nodes;
}
