/**
 * What only the machine itself can tell: live statecharts, processes, routes, files. It runs where
 * the machine is (the director's worker, or a shard's), and what it gives is plain data.
 */
import type { Pod } from '../api/types.gen.ts';
import type { ApiObject } from '../api/object.ts';
import type { Machine } from '../host/index.ts';
import { completeOn } from './complete.ts';
import { chartsOf } from './inspect/chart-view.ts';
import { componentCharts, reflectorTable } from './inspect/component.ts';
import { type Table, machineTables, podTables, processTable } from './inspect/tables.ts';
import type { DecisionFacts } from './observer/observer.ts';
import type { ChartView, Completion } from './protocol.ts';

export type LookRequest =
  | { readonly type: 'pod'; readonly pod: Pod; readonly decision?: DecisionFacts }
  | { readonly type: 'machine' }
  | { readonly type: 'component'; readonly name: string }
  /** What Tab offers on the terminal; `objects` are those that its commands may name. */
  | {
      readonly type: 'complete';
      readonly line: string;
      readonly cursor: number;
      readonly objects: readonly ApiObject[];
    };

export interface Looked {
  readonly charts: readonly ChartView[];
  readonly tables: readonly Table[];
  readonly completion?: Completion;
}

export function lookAt(machine: Machine, request: LookRequest): Looked {
  switch (request.type) {
    case 'pod':
      return {
        charts: podCharts(request.pod, machine),
        tables: podTables(request.pod, machine, request.decision),
      };
    case 'machine':
      return {
        charts: chartsOf(machine.site, (about) => about === `lease ${machine.name}`),
        tables: machine.isOn ? machineTables(machine) : [],
      };
    case 'component':
      return component(machine, request.name);
    case 'complete': {
      const { line, cursor, objects } = request;
      return { charts: [], tables: [], completion: completeOn(machine, objects, line, cursor) };
    }
  }
}

function component(machine: Machine, name: string): Looked {
  const processes = [...machine.processes.values()].filter(({ program }) => program.name === name);
  return {
    charts: processes.length === 0 ? [] : componentCharts(machine, name),
    tables: [processTable(processes), reflectorTable(machine, name)].filter(
      ({ rows }) => rows.length > 0,
    ),
  };
}

/** Its worker, its sandboxes, containers and probes, and the pulls that they wait for. */
function podCharts({ metadata, spec }: Pod, node: Machine): ChartView[] {
  const key = `${metadata.namespace ?? ''}/${metadata.name}`;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const pulls = new Set(containers.map(({ image }) => `pull ${image ?? ''}`));
  return chartsOf(node.site, (subject) => {
    const about = subject.slice(subject.indexOf(' ') + 1);
    return about === key || about.startsWith(`${key}/`) || pulls.has(subject);
  });
}
