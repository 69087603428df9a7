/** The layers, from the bottom of the sea to what is pointed at. */
import type { Layer } from '../layer.ts';
import { containers } from './containers.ts';
import { focus } from './focus.ts';
import { groups } from './groups.ts';
import { labels } from './labels.ts';
import { nerves, selectors, threads } from './lines.ts';
import { machines, rims } from './machines.ts';
import { notes } from './notes.ts';
import { organs } from './organs.ts';
import { owners } from './owners.ts';
import { pods } from './pods.ts';
import { rings } from './rings.ts';
import { services } from './services.ts';
import { waterline } from './waterline.ts';
import { wires } from './wires.ts';

export const layers: readonly Layer[] = [
  wires,
  machines,
  waterline,
  threads,
  selectors,
  nerves,
  rims,
  organs,
  notes,
  groups,
  focus,
  pods,
  containers,
  labels,
  rings,
  owners,
  services,
];
