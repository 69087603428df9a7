/**
 * ComponentStatuses: not stored, but asked of the components when somebody looks. The real one asks
 * scheduler, controller manager and each etcd server (pkg/registry/core/componentstatus/rest.go);
 * here etcd's health is the API server's own connection to it.
 */
import { StatusError, methodNotAllowed, notFound } from '../../../api/status.ts';
import type { ApiObject } from '../../../api/object.ts';
import { httpRequest, isHttpResponse } from '../../../host/net/http.ts';
import type { Connection } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, answer, statusAnswer } from '../exchange.ts';
import { present, presentList } from '../present.ts';
import type { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';

interface Health {
  readonly isHealthy: boolean;
  readonly message: string;
}

type Probe = (x: Exchange, found: (health: Health) => void) => void;

const probes: Readonly<Record<string, Probe>> = {
  'controller-manager': (x, found) => probe(x, 10_257, found),
  scheduler: (x, found) => probe(x, 10_259, found),
  'etcd-0': ({ server }, found) =>
    found(server.etcd.isConnected ? healthy : unhealthy('context deadline exceeded')),
};

const healthy: Health = { isHealthy: true, message: 'ok' };
const unhealthy = (message: string): Health => ({ isHealthy: false, message });

/** pkg/probe/http: how long a component may take. */
const probeTimeoutMs = 20_000;

// oxlint-disable-next-line require-yield -- it answers when the components have
export function* componentStatus(x: Exchange): Story<ApiResponse | undefined> {
  const { verb, name } = x.route;
  const resource = x.route.resource as Resource;
  if (verb !== 'get' && verb !== 'list') throw new StatusError(methodNotAllowed());
  const names = Object.keys(probes).filter((one) => verb === 'list' || one === name);
  const found = new Map<string, Health>();
  const respond = () => {
    if (found.size < names.length) return;
    const entries = names.map((one) => entryOf(one, found.get(one) as Health));
    const [first] = entries;
    if (verb === 'list') {
      x.stream.respond(answer(x, 200, presentList(x, resource, entries, { resourceVersion: '' })));
    } else if (first !== undefined) x.stream.respond(answer(x, 200, present(x, resource, first)));
    else x.stream.respond(statusAnswer(x, notFound(resource.kind, name)));
  };
  for (const one of names) {
    probes[one]?.(x, (health) => {
      found.set(one, health);
      respond();
    });
  }
  if (names.length === 0) respond();
  return undefined;
}

/** Looks at a component's /healthz, on the API server's own machine. */
function probe({ server: { process } }: Exchange, port: number, found: (health: Health) => void) {
  let isOver = false;
  const over = (health: Health) => {
    if (isOver) return;
    isOver = true;
    found(health);
    connection.close();
  };
  const failed = (problem: string) =>
    over(
      unhealthy(`Get "https://127.0.0.1:${port}/healthz": dial tcp 127.0.0.1:${port}: ${problem}`),
    );
  const connection: Connection = process.net.connect(
    process,
    { ip: '127.0.0.1', port },
    {
      opened: (opened) => opened.send(httpRequest('GET', '/healthz'), 'GET /healthz'),
      received: (payload) => {
        if (!isHttpResponse(payload)) return;
        over(payload.status === 200 ? healthy : unhealthy(payload.body));
      },
      closed: (reason) =>
        failed(reason === 'refused' ? 'connect: connection refused' : 'i/o timeout'),
    },
    { timeoutMs: probeTimeoutMs, detail: 'brief' },
  );
}

function entryOf(name: string, { isHealthy, message }: Health): Entry {
  const status = isHealthy ? 'True' : 'False';
  const object = {
    apiVersion: 'v1',
    kind: 'ComponentStatus',
    metadata: { name },
    conditions: [{ type: 'Healthy', status, message }],
  } as unknown as ApiObject;
  return { key: name, object, modRevision: 0, history: undefined };
}
