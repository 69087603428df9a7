/** Whole worlds: booting, a thousand Pods, idling, seeking. */
import type { Deployment } from '../../api/types.gen.ts';
import type { JsonObject } from '../../api/object.ts';
import { grain, type TraceEntry } from '../../kernel/index.ts';
import {
  replay,
  type SessionFile,
  type TimedInput,
  World,
  type WorldDefinition,
  worldByName,
} from '../../world/index.ts';
import { usualEpoch } from '../open-world.ts';
import { type Figure, median, medianMs, timed } from './measure.ts';

function definitionOf(name: string): WorldDefinition {
  const definition = worldByName(name);
  if (definition === undefined) throw new Error(`no world ${name}`);
  return definition;
}

function open(definition: WorldDefinition, sink: (entry: TraceEntry) => void = () => undefined): World {
  const world = new World({ definition, seed: 1, epoch: usualEpoch, sink });
  world.runUntil(definition.openAt);
  return world;
}

/** From nothing to the moment at which the page opens, in ms of real time. */
export function boot(bareMs: number): Figure {
  const definition = definitionOf('three-nodes');
  const ms = medianMs(5, () => void open(definition));
  return { name: 'world boots', value: ms, unit: 'ms', aim: '<= 1000', bareSteps: ms / bareMs };
}

/** Simulated seconds per second of the default world when nobody does anything. */
export function idle(bareMs: number): Figure {
  const world = open(definitionOf('three-nodes'));
  const simulated = 600_000;
  const ms = medianMs(3, () => world.runUntil(world.now + simulated));
  return {
    name: 'idle three-nodes',
    value: simulated / ms,
    unit: 's/s',
    aim: '>= 1000',
    bareSteps: ms / 600 / bareMs,
  };
}

/** Any moment of ten minutes, from the beginning. */
export function seek(bareMs: number): Figure {
  const definition = definitionOf('three-nodes');
  const { openAt } = definition;
  const at = (seconds: number) => openAt + seconds * 1_000;
  const inputs = [
    request(at(5), 1, 'POST', deployments, deployment('web', 3)),
    request(at(120), 2, 'PATCH', `${deployments}/web/scale`, { spec: { replicas: 6 } }),
    { at: at(240), input: { type: 'fault', fault: { do: 'power-off', machine: 'worker-2' } } },
    { at: at(420), input: { type: 'fault', fault: { do: 'power-on', machine: 'worker-2' } } },
    request(at(500), 3, 'DELETE', `${deployments}/web`, {}),
  ] as const satisfies readonly TimedInput[];
  const session: SessionFile = {
    format: 'kubarium-session',
    version: 1,
    world: definition.name,
    seed: 1,
    epoch: usualEpoch,
    inputs,
    until: at(600),
  };
  const ms = medianMs(3, () => void replay(session, session.until));
  return { name: 'seek over 10 min', value: ms, unit: 'ms', aim: '<= 200', bareSteps: ms / bareMs };
}

const deployments = '/apis/apps/v1/namespaces/default/deployments';

const deployment = (name: string, replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:1.16.1' }] },
    },
  },
});

function request(
  at: number,
  id: number,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: JsonObject,
): TimedInput {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const credential = {
    type: 'certificate',
    commonName: 'kubernetes-admin',
    organizations: ['kubeadm:cluster-admins'],
  };
  const message = {
    type: 'request',
    id,
    request: { method, path, headers: { 'content-type': type }, credential, body },
  };
  return { at, input: { type: 'api', client: 1, message } };
}

/** A Deployment of a thousand replicas on a hundred nodes, until all are Ready. */
export function thousandPods(bareMs: number, pods = 1_000, nodes = 100): readonly Figure[] {
  const definition = definitionOf(`nodes-${nodes}`);
  const simulated: number[] = [];
  const real: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    let ready = 0;
    const world = open(definition, ({ record }) => {
      const object = record['object'] as Deployment | undefined;
      if (record.type === 'write' && object?.kind === 'Deployment' && object.metadata.name === 'web') {
        ready = object.status?.readyReplicas ?? 0;
      }
    });
    const start = world.now;
    world.enter(request(start + grain, 1, 'POST', deployments, deployment('web', pods)));
    real.push(
      timed(() => {
        while (ready < pods) {
          world.runUntil(world.now + 50);
          if (world.now - start > 1_800_000) throw new Error(`only ${ready} of ${pods} became Ready`);
        }
      }),
    );
    simulated.push((world.now - start) / 1_000);
  }
  const ms = median(real);
  const name = `${pods} Pods on ${nodes} nodes`;
  const bareSteps = ms / pods / bareMs;
  return [
    { name, value: pods / (ms / 1_000), unit: 'Pods/s', aim: '>= 1000', bareSteps },
    { name: `${name}, all Ready`, value: ms / 1_000, unit: 's', aim: '<= 1', bareSteps: ms / bareMs },
    { name: `${name}, simulated`, value: median(simulated), unit: 's', bareSteps: 0 },
  ];
}
