/** Live statecharts as data: states and arrows out of the one definition, timers out of the kernel. */
import type { AnyStateMachine } from 'xstate';
import { Actor, type Site } from '../../kernel/index.ts';
import type { ChartView } from '../protocol.ts';

type AnyActor = Actor<AnyStateMachine>;
type Arrow = ChartView['arrows'][number];

/** The part of XState's StateNode that is shown. */
interface Node {
  readonly id: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly states: Readonly<Record<string, Node>>;
  readonly initial?: { readonly target: readonly Node[] };
  readonly transitions: ReadonlyMap<string, readonly Definition[]>;
  readonly always?: readonly Definition[];
}
interface Definition {
  readonly target: readonly Node[] | undefined;
}

/** What does not change from one live chart to the next. */
interface Shape {
  readonly states: ChartView['states'];
  /** `timer` is the id under which the kernel knows it. */
  readonly arrows: readonly (Arrow & { readonly timer: string })[];
}

const shapes = new WeakMap<AnyStateMachine, Shape>();

/** The charts that live on a site and whose subject is one of those wanted, oldest first. */
export function chartsOf(site: Site, isWanted: (subject: string) => boolean): ChartView[] {
  const views: ChartView[] = [];
  for (const receiver of site.live) {
    if (!(receiver instanceof Actor) || receiver.isDone || !isWanted(receiver.subject)) continue;
    views.push(chartView(receiver as AnyActor));
  }
  return views;
}

export function chartView({ chart, subject, value, due }: AnyActor): ChartView {
  const machine = chart.machine as AnyStateMachine;
  const known = shapes.get(machine);
  const { states, arrows } = known ?? shapeOf(machine);
  if (known === undefined) shapes.set(machine, { states, arrows });
  return {
    id: machine.id,
    subject,
    value,
    states,
    arrows: arrows.map(({ timer, ...arrow }) => {
      const dueAt = isIn(value, arrow.from) ? due.get(timer) : undefined;
      return dueAt === undefined ? arrow : { ...arrow, dueAt };
    }),
  };
}

const isIn = (value: string, path: string): boolean =>
  value === path || value.startsWith(`${path}.`);

/** A chart is only ever in a leaf: those are the states, and arrows go from leaf to leaf. */
function shapeOf(machine: AnyStateMachine): Shape {
  const root = machine.root as unknown as Node;
  const first = firstLeaf(root);
  const leaves = [first, ...leavesOf(root).filter((leaf) => leaf !== first)];
  const states = leaves.map((leaf) => ({ path: pathOf(leaf), isFinal: leaf.type === 'final' }));
  return { states, arrows: arrowsBelow(root) };
}

const pathOf = ({ path }: Node): string => path.join('.');

function leavesOf(node: Node): Node[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

function firstLeaf(node: Node): Node {
  const child = node.initial?.target[0];
  return child === undefined ? node : firstLeaf(child);
}

function arrowsBelow(node: Node): (Arrow & { timer: string })[] {
  const own = [...node.transitions].flatMap(([event, definitions]) =>
    definitions.flatMap((definition) => arrowsOf(node, event, definition)),
  );
  const always = (node.always ?? []).flatMap((definition) => arrowsOf(node, '', definition));
  return [...own, ...always, ...Object.values(node.states).flatMap(arrowsBelow)];
}

/** An arrow without a target acts and stays: it is shown where a timer of it may be running. */
function arrowsOf(
  node: Node,
  event: string,
  { target }: Definition,
): (Arrow & { timer: string })[] {
  const to = target?.[0];
  return leavesOf(node)
    .filter(({ type }) => type !== 'final')
    .map((leaf) => ({
      from: pathOf(leaf),
      to: pathOf(to === undefined ? leaf : firstLeaf(to)),
      on: labelOf(event, node),
      timer: event,
    }));
}

/** `xstate.after.2000.leader.leading` → `after 2 s`; a named delay keeps its name. */
function labelOf(event: string, { id }: Node): string {
  const prefix = 'xstate.after.';
  if (!event.startsWith(prefix)) return event;
  const delay = event.slice(prefix.length, event.length - id.length - 1);
  const ms = Number(delay);
  if (Number.isNaN(ms)) return `after ${delay}`;
  return ms % 1000 === 0 ? `after ${ms / 1000} s` : `after ${ms} ms`;
}
