/** Places of the components inside a tank: organs of the control plane, daemons along the floor. */
import type { ComponentView } from '../worker/protocol.ts';
import type { OrganGlyph } from './frame.ts';
import { componentKey } from './frame.ts';
import type { Box } from './geometry.ts';
import type { Tank } from './tanks.ts';

const ORGANS = ['kube-apiserver', 'etcd', 'kube-scheduler', 'kube-controller-manager'];

/** Share of the room's width and height at which an organ's middle lies. */
const ANATOMY: Readonly<Record<string, readonly [number, number]>> = {
  'kube-scheduler': [0.25, 0.17],
  'kube-controller-manager': [0.75, 0.17],
  'kube-apiserver': [0.5, 0.52],
  etcd: [0.5, 0.87],
};

export const PILL_HEIGHT = 20;

export function organsOf(tank: Tank, room: Box, floor: Box): OrganGlyph[] {
  if (tank.detail !== 'full') return [];
  const isChief = tank.machine.role === 'control-plane';
  const organs = isChief ? tank.machine.components.filter(isOrgan) : [];
  const daemons = tank.machine.components
    .filter((each) => !organs.includes(each))
    .toSorted((a, b) => rank(a.name) - rank(b.name));
  return [
    ...organs.map((component) => organAt(tank.machine.name, component, room)),
    ...pills(tank.machine.name, daemons, floor),
  ];
}

const DAEMONS = ['kubelet', 'containerd', 'kube-proxy', 'flanneld'];

/** The daemon that one asks about most comes first, and so keeps its name longest. */
function rank(name: string): number {
  const at = DAEMONS.indexOf(name);
  return at < 0 ? DAEMONS.length : at;
}

const isOrgan = (component: ComponentView): boolean => ORGANS.includes(component.name);

/** Less height than this, and the organs lie in two rows of two. */
const FLAT = 118;
const FLAT_ANATOMY: Readonly<Record<string, readonly [number, number]>> = {
  'kube-scheduler': [0.25, 0.25],
  'kube-controller-manager': [0.75, 0.25],
  'kube-apiserver': [0.25, 0.8],
  etcd: [0.75, 0.8],
};

function organAt(machine: string, component: ComponentView, room: Box): OrganGlyph {
  const isFlat = room.height < FLAT;
  const anatomy = isFlat ? FLAT_ANATOMY : ANATOMY;
  const [shareX, shareY] = anatomy[component.name] ?? [0.5, 0.5];
  const isHub = component.name === 'kube-apiserver';
  const half = (room.width - 14) / 2;
  const width = Math.min(168, isHub && !isFlat ? room.width : half);
  const height = isFlat
    ? Math.min(28, room.height / 2 - 6)
    : Math.min(isHub ? 46 : 38, room.height / 4);
  const x = Math.min(
    room.x + room.width - width,
    Math.max(room.x, room.x + shareX * room.width - width / 2),
  );
  return {
    key: componentKey(machine, component.name),
    box: { x, y: room.y + shareY * room.height - height / 2, width, height },
    shape: isHub ? 'hub' : component.name === 'etcd' ? 'store' : 'organ',
    label: width < (isHub ? 136 : 158) ? shortName(component.name) : component.name,
    component,
  };
}

const SHORT: Readonly<Record<string, string>> = {
  'kube-controller-manager': 'controllers',
  'kube-apiserver': 'apiserver',
  'kube-scheduler': 'scheduler',
};

const shortName = (name: string): string => SHORT[name] ?? name;

function pills(machine: string, daemons: readonly ComponentView[], floor: Box): OrganGlyph[] {
  if (daemons.length === 0) return [];
  const gap = 6;
  const wanted = daemons.map(({ name }) => name.length * 5.9 + 28);
  const dot = 24;
  let spare = floor.width - gap * (daemons.length - 1) - dot * daemons.length;
  let x = floor.x;
  // Names as far as the room goes; the others are dots that say theirs when pointed at.
  return daemons.map((component, index) => {
    const need = (wanted[index] as number) - dot;
    const isNamed = need <= spare;
    if (isNamed) spare -= need;
    const width = isNamed ? dot + need : dot;
    const box = { x, y: floor.y, width, height: PILL_HEIGHT };
    x += width + gap;
    const label = isNamed ? component.name : '';
    return { key: componentKey(machine, component.name), box, shape: 'pill', label, component };
  });
}
