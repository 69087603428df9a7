/** The statecharts of a daemon: its own, and those of the caches that it keeps. */
import { Actor } from '../../kernel/index.ts';
import type { Machine } from '../../host/index.ts';
import type { ChartView } from '../protocol.ts';
import { chartsOf } from './chart-view.ts';
import type { Table } from './tables.ts';

/** Subjects of the charts that a daemon on a machine has for itself. */
function ownSubjects(machine: string, daemon: string): readonly string[] {
  return [
    `${daemon} ${machine}`, // etcd, flanneld, kube-proxy
    daemon, // Leader election goes by the Lease's name.
    ...(daemon === 'kube-apiserver' ? [`${machine} apiserver`] : []),
    ...(daemon === 'kubelet' ? [`lease ${machine}`] : []),
  ];
}

const isCacheOf = (daemon: string) => (subject: string) =>
  daemon === 'kube-apiserver'
    ? subject.startsWith('watch-cache ')
    : subject.startsWith(`${daemon} `);

/** Its own charts, and one of its caches: the others are in the table. */
export function componentCharts(machine: Machine, daemon: string): ChartView[] {
  const own = ownSubjects(machine.name, daemon);
  const charts = chartsOf(machine.site, (subject) => own.includes(subject));
  const isCache = isCacheOf(daemon);
  const caches = chartsOf(
    machine.site,
    (subject) => isCache(subject) && !own.includes(subject) && isFirstCache(subject),
  );
  return [...charts, ...caches];
}

/** One cache stands for all: they have the same chart. */
const isFirstCache = (subject: string): boolean => / (pods|nodes|services)$/.test(subject);

/** Every cache, and where it stands. */
export function reflectorTable(machine: Machine, daemon: string): Table {
  const own = ownSubjects(machine.name, daemon);
  const isCache = isCacheOf(daemon);
  const rows: string[][] = [];
  for (const receiver of machine.site.live) {
    if (!(receiver instanceof Actor)) continue;
    const { subject, value } = receiver as Actor<never>;
    if (!isCache(subject) || own.includes(subject)) continue;
    rows.push([subject.slice(subject.indexOf(' ') + 1), String(value)]);
  }
  return { title: 'Caches', columns: ['RESOURCE', 'STATE'], rows };
}
