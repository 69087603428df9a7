/** `kubarium bench`: the figures that the project is held to. */
import { kernelEvents, machineSteps } from '../bench/kernel.ts';
import { bareStepMs, type Figure } from '../bench/measure.ts';
import { firstLoad } from '../bench/page.ts';
import {
  fanOutInside,
  fanOutThroughBridge,
  requestsInside,
  requestsThroughBridge,
} from '../bench/requests.ts';
import { boot, idle, seek, thousandPods } from '../bench/worlds.ts';
import { type CliCommand, Mistake, numberFlag, textFlag, type Words } from '../command.ts';

export const bench: CliCommand = {
  name: 'bench',
  usage: 'bench [--json] [--only NAME] [--pods N] [--nodes N] [--watchers N]',
  about: 'Measure the kernel and whole worlds, each beside a bare loop in the same run.',
  flags: {
    json: true,
    only: 'part of a name',
    pods: 'how many',
    nodes: 'how many',
    watchers: 'how many',
  },
  run: runBench,
};

type Figures = Figure | readonly Figure[];
type Benchmark = (bareMs: number, words: Words) => Figures | Promise<Figures>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  kernel: kernelEvents,
  machine: machineSteps,
  boot,
  idle,
  seek,
  pods: (bareMs, words) =>
    thousandPods(bareMs, numberFlag(words, 'pods', 1_000), numberFlag(words, 'nodes', 100)),
  'requests inside': requestsInside,
  'requests over HTTP': requestsThroughBridge,
  'fan-out inside': (bareMs, words) => fanOutInside(bareMs, watchersOf(words, 5_000)),
  'fan-out over HTTP': (bareMs, words) => fanOutThroughBridge(bareMs, watchersOf(words, 1_000)),
  page: (bareMs) => firstLoad('dist', bareMs),
};

const watchersOf = (words: Words, usual: number): number =>
  numberFlag(words, 'watchers', usual);

async function runBench(words: Words): Promise<number> {
  const only = textFlag(words, 'only') ?? '';
  const chosen = Object.entries(benchmarks).filter(([name]) => name.includes(only));
  if (chosen.length === 0) {
    throw new Mistake(`no benchmark "${only}": there are ${Object.keys(benchmarks).join(', ')}`);
  }
  const isJson = words.flags['json'] === true;
  const bareMs = bareStepMs();
  const figures: Figure[] = [];
  if (!isJson) console.log(`bare loop: ${shown(1_000 / bareMs)} steps/s\n${heading}`);
  for (const [, benchmark] of chosen) {
    for (const figure of [await benchmark(bareMs, words)].flat()) {
      figures.push(figure);
      if (!isJson) console.log(row(figure));
    }
  }
  if (isJson) console.log(JSON.stringify({ bareStepsPerSecond: 1_000 / bareMs, figures }, null, 2));
  return 0;
}

const columns = (name: string, value: string, unit: string, aim: string, bare: string): string =>
  `${name.padEnd(36)}${value.padStart(12)} ${unit.padEnd(10)}${aim.padEnd(10)}${bare.padStart(14)}`;

const heading = columns('', 'median', '', 'aim', 'in bare steps');

const row = ({ name, value, unit, aim, bareSteps }: Figure): string =>
  columns(name, shown(value), unit, aim ?? '', bareSteps === 0 ? '' : shown(bareSteps));

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
