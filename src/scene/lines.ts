/** Lines that mean something: who owns whom, who selects whom, who watches whom. */
import type { OwnerView, PodView, ServiceView } from '../worker/protocol.ts';
import type { Attention, GroupGlyph, LineGlyph, OrganGlyph, OwnerGlyph } from './frame.ts';
import type { ServiceGlyph } from './frame.ts';
import type { Box } from './geometry.ts';
import { bottomOf, centreOf, topOf } from './geometry.ts';
import { matches } from './text.ts';

/** Up to this many lines of a kind are always drawn; beyond, only those of what is looked at. */
export const LINES_MAX = 40;
/** Selectors cross threads: fewer of them are clear at once. */
export const SELECTORS_MAX = 9;

export interface Ends {
  readonly places: ReadonlyMap<string, Box>;
  readonly groups: readonly GroupGlyph[];
  readonly attention: Attention;
}

const isTense = (owner: OwnerView): boolean => owner.wanted !== owner.actual || owner.isTerminating;

/** From each float down to what it owns: other floats, Pods, or a group of them. */
export function threads(
  owners: readonly OwnerGlyph[],
  podsOf: (owner: OwnerView) => readonly PodView[],
  ends: Ends,
): LineGlyph[] {
  const lines: LineGlyph[] = [];
  for (const glyph of owners) {
    const parent = ends.places.get(glyph.owner.owner ?? '');
    if (parent !== undefined) lines.push(thread(glyph, parent, glyph.box, glyph.key, 1.6));
    for (const group of ends.groups) {
      if (!group.key.endsWith(`/${glyph.key}`)) continue;
      lines.push(thread(glyph, glyph.box, group.box, `${glyph.key}>${group.key}`, 3));
    }
    for (const pod of podsOf(glyph.owner)) {
      const place = ends.places.get(pod.uid);
      if (place === undefined) continue;
      const line = thread(glyph, glyph.box, place, `${glyph.key}>${pod.uid}`, 1.2);
      lines.push({ ...line, look: pod.look });
    }
  }
  return few(lines, ends.attention);
}

function thread(glyph: OwnerGlyph, from: Box, to: Box, key: string, weight: number): LineGlyph {
  return {
    key,
    kind: 'owns',
    from: bottomOf(from),
    to: topOf(to),
    isTense: isTense(glyph.owner),
    weight,
  };
}

/** From each Service to the Pods that its selector catches; broken where one is not ready. */
export function selectorLines(
  services: readonly ServiceGlyph[],
  pods: ReadonlyMap<string, PodView>,
  podsOf: (service: ServiceView) => readonly PodView[],
  ends: Ends,
): LineGlyph[] {
  const lines: LineGlyph[] = [];
  for (const glyph of services) {
    const ready = new Set(glyph.service.endpoints);
    for (const pod of podsOf(glyph.service)) {
      const place = ends.places.get(pod.uid);
      if (place === undefined || !pods.has(pod.uid)) continue;
      lines.push({
        key: `${glyph.key}>${pod.uid}`,
        kind: 'selects',
        from: bottomOf(glyph.box),
        to: { x: place.x + place.width - Math.min(24, place.width / 4), y: place.y },
        isTense: !ready.has(pod.uid),
        weight: 1.5,
        hue: glyph.hue,
      });
    }
  }
  return few(lines, ends.attention, SELECTORS_MAX);
}

function few(lines: LineGlyph[], attention: Attention, most = LINES_MAX): LineGlyph[] {
  const wanted = [attention.selected, attention.hovered, attention.focused].filter(
    (key) => key !== undefined,
  );
  const lit = (line: LineGlyph): boolean => line.key.split('>').some((end) => wanted.includes(end));
  const told =
    lines.length <= most
      ? lines
      : lines.filter((line) => line.weight > 1.5 || lit(line)).slice(0, LINES_MAX * 2);
  return wanted.length === 0 ? told : told.map((line) => ({ ...line, isLit: lit(line) }));
}

/** The organs of a control plane talk to its apiserver, and the apiserver alone to etcd. */
export function nerves(organs: readonly OrganGlyph[]): LineGlyph[] {
  const lines: LineGlyph[] = [];
  for (const hub of organs.filter((organ) => organ.shape === 'hub')) {
    const machine = hub.key.split('/')[1] ?? '';
    for (const organ of organs) {
      if (organ === hub || organ.shape === 'pill') continue;
      if (organ.key.split('/')[1] !== machine) continue;
      const isStore = organ.shape === 'store';
      lines.push({
        key: `${organ.key}>${hub.key}`,
        kind: 'watches',
        ...nerveEnds(hub.box, organ.box, isStore),
        isTense: !organ.component.isRunning || !hub.component.isRunning,
        weight: isStore ? 2.5 : 1.2,
      });
    }
  }
  return lines;
}

function nerveEnds(hub: Box, organ: Box, isStore: boolean): Pick<LineGlyph, 'from' | 'to'> {
  const isBeside = organ.y < hub.y + hub.height && hub.y < organ.y + organ.height;
  if (isBeside) {
    const y = organ.y + organ.height / 2;
    return { from: { x: hub.x + hub.width, y }, to: { x: organ.x, y } };
  }
  if (isStore) return { from: topOf(organ), to: bottomOf(hub) };
  return { from: bottomOf(organ), to: towards(hub, organ) };
}

function towards(hub: Box, organ: Box): { x: number; y: number } {
  const side = centreOf(organ).x < centreOf(hub).x ? 0.3 : 0.7;
  return { x: hub.x + hub.width * side, y: hub.y };
}

/** Pods by owner and by selector, looked up once a frame. */
export function kinship(pods: Iterable<PodView>): {
  ownedBy(owner: OwnerView): readonly PodView[];
  selectedBy(service: ServiceView): readonly PodView[];
} {
  const byOwner = new Map<string, PodView[]>();
  const byNamespace = new Map<string, PodView[]>();
  for (const pod of pods) {
    push(byOwner, pod.owner ?? '', pod);
    push(byNamespace, pod.namespace, pod);
  }
  return {
    ownedBy: (owner) => byOwner.get(owner.uid) ?? [],
    selectedBy: (service) =>
      (byNamespace.get(service.namespace) ?? []).filter((pod) =>
        matches(service.selector, pod.labels),
      ),
  };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
