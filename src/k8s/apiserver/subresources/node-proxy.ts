/**
 * Logs, exec, attach and port-forward: handed on to the kubelet of the Pod's node, on port 10250,
 * in the same messages. Follows pkg/registry/core/pod/rest/{log,subresources}.go and strategy.go.
 */
import type { CloseReason, Connection } from '../../../host/index.ts';
import {
  type Status, StatusError, badRequest, internalError, serviceUnavailable,
} from '../../../api/status.ts';
import type { Node, Pod } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  channels,
  type ServerMessage,
} from '../../client/wire.ts';
import { type Exchange, param, plainFailure, statusAnswer } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import { findEntry } from '../verbs/get.ts';

/** Where kubelets listen. */
export const kubeletPort = 10_250;

/** The kubelet's paths (pkg/kubelet/server/server.go). */
const kubeletPaths: Readonly<Record<string, string>> = {
  log: 'containerLogs',
  exec: 'exec',
  attach: 'attach',
  portforward: 'portForward',
};

export function* nodeProxy(x: Exchange): Story<ApiResponse | undefined> {
  const { object } = yield* findEntry(x, x.route.resource as Resource);
  const pod = object as Pod;
  const isForward = x.route.subresource === 'portforward';
  const container = isForward ? '' : containerOf(pod, param(x, 'container'));
  const nodeName = pod.spec?.nodeName ?? '';
  if (nodeName === '') {
    // Nothing has been said yet by what has not begun.
    if (x.route.subresource === 'log') return { status: 200, headers: plain, body: '' };
    throw new StatusError(badRequest(`pod ${pod.metadata.name} does not have a host assigned`));
  }
  forwardTo(x, addressOf(x, nodeName), kubeletRequest(x, pod, container));
  return undefined;
}

const plain = Object.freeze({ 'content-type': 'text/plain' });

/** The container that is meant, in the words of strategy.go where it is none. */
function containerOf({ metadata, spec }: Pod, asked: string): string {
  const names = (spec?.containers ?? []).map(({ name }) => name);
  const initial = (spec?.initContainers ?? []).map(({ name }) => name);
  const debug = (spec?.ephemeralContainers ?? []).map(({ name }) => name);
  if (asked !== '') {
    if ([...names, ...initial, ...debug].includes(asked)) return asked;
    throw new StatusError(badRequest(`container ${asked} is not valid for pod ${metadata.name}`));
  }
  if (names.length === 1 && initial.length === 0 && debug.length === 0) return names[0] as string;
  if (names.length === 1 && initial.length > 0) return choose(metadata.name, names, initial);
  if (names.length === 0) {
    throw new StatusError(
      badRequest(`a container name must be specified for pod ${metadata.name}`),
    );
  }
  return choose(metadata.name, names, initial);
}

function choose(pod: string, names: readonly string[], initial: readonly string[]): never {
  const inits =
    initial.length === 0 ? '' : ` or one of the init containers: [${initial.join(' ')}]`;
  throw new StatusError(
    badRequest(
      `a container name must be specified for pod ${pod}, ` +
        `choose one of: [${names.join(' ')}]${inits}`,
    ),
  );
}

/** A node's own address; throws what the server says when it knows none. */
export function addressOf(x: Exchange, name: string): string {
  const nodes = x.server.registry.named('nodes') as Resource;
  const node = nodes.cache.get(nodes.key('', name))?.object as Node | undefined;
  const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (address !== undefined) return address;
  throw new StatusError(
    node === undefined
      ? internalError(`nodes "${name}" not found`)
      : internalError('no preferred addresses found; known addresses: []'),
  );
}

function kubeletRequest(x: Exchange, { metadata }: Pod, container: string): ApiRequest {
  const { request, route } = x;
  const { container: _, ...query } = request.query ?? {};
  const base = `/${kubeletPaths[route.subresource]}/${metadata.namespace}/${metadata.name}`;
  return {
    method: request.method,
    path: container === '' ? base : `${base}/${container}`,
    query: { ...query, podUID: metadata.uid },
    ...(request.headers === undefined ? {} : { headers: request.headers }),
    credential: {
      type: 'certificate',
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
    },
    ...(request.because === undefined ? {} : { because: request.because }),
  };
}

/** One connection to the kubelet for one stream; both ends live and die together. */
export function forwardTo(x: Exchange, ip: string, request: ApiRequest): void {
  const { process } = x.server;
  const { stream } = x;
  let isOver = false;
  let hasBegun = false;
  const finish = () => {
    isOver = true;
    connection.close();
  };
  const fail = (problem: string) => {
    if (isOver) return;
    isOver = true;
    if (!hasBegun) refuse(x, statusAnswer(x, unreached(x, ip, request, problem)));
    stream.end();
  };
  const connection: Connection = process.net.connect(
    process,
    { ip, port: kubeletPort },
    {
      opened: (opened) =>
        opened.send({ type: 'request', id: 1, request }, `${request.method} ${request.path}`),
      received: (payload) => {
        const message = payload as ServerMessage;
        if (message.type === 'response') {
          hasBegun = message.isStream === true;
          if (hasBegun) stream.begin(message.response);
          else {
            refuse(x, message.response);
            finish();
          }
        } else if (message.type === 'data') {
          stream.data(message.channel, message.text, message.isEnd);
        } else if (message.type === 'end') {
          stream.end();
          finish();
        }
      },
      closed: (reason) => fail(dialProblems[reason] ?? 'EOF'),
    },
    { timeoutMs: dialTimeoutMs },
  );
  stream.received = (channel, text, isEnd) => {
    if (!isOver)
      connection.send({ type: 'data', id: 1, channel, text, ...(isEnd ? { isEnd } : {}) });
  };
  stream.ended = finish;
}

/** A client of this protocol has been given its stream before the kubelet is asked. */
const isTranslated = ({ request, route }: Exchange): boolean =>
  (route.subresource === 'exec' || route.subresource === 'attach') &&
  (request.headers?.['sec-websocket-protocol'] ?? '').includes('v5.channel.k8s.io');

/**
 * No stream comes of it. Who speaks WebSocket v5 hears that on the error channel, in the words of
 * the client that the API server then is itself (apiserver pkg/util/proxy/streamtranslator.go).
 */
function refuse(x: Exchange, response: ApiResponse): void {
  const { stream } = x;
  if (!isTranslated(x)) return stream.respond(response);
  const { body } = response;
  const status =
    typeof body === 'string' ? internalError(`unable to upgrade connection: ${body.trim()}`) : body;
  stream.begin({ status: 101, body: null });
  stream.data(channels.error, JSON.stringify(status));
  stream.end();
}

/** How long the API server waits for a kubelet to take its call (kubelet/client: the dialer). */
const dialTimeoutMs = 30_000;

const dialProblems: Partial<Record<CloseReason, string>> = {
  refused: 'connect: connection refused',
  unreachable: 'connect: no route to host',
  timeout: 'i/o timeout',
};

/** Logs are an ordinary request; the others are translated (apiserver pkg/util/proxy). */
// oxlint-disable-next-line max-params -- a request, where to, and what went wrong
function unreached(x: Exchange, ip: string, request: ApiRequest, problem: string): Status {
  const { subresource } = x.route;
  if (subresource === 'proxy') {
    const text = `error trying to reach service: dial tcp ${ip}:${kubeletPort}: ${problem}`;
    return serviceUnavailable(text);
  }
  const isLog = subresource === 'log';
  if (!isLog && !isTranslated(x)) {
    return plainFailure(500, `error dialing backend: dial tcp ${ip}:${kubeletPort}: ${problem}`);
  }
  const query = Object.entries(request.query ?? {})
    .filter(([key]) => key !== 'podUID')
    .flatMap(([key, value]) => [value].flat().map((one) => [key, one] as const))
    .map(([key, value]) => (isLog ? `${key}=${value}` : kubeletParameter(key, value)))
    .toSorted()
    .join('&');
  const url = `https://${ip}:${kubeletPort}${request.path}${query === '' ? '' : `?${query}`}`;
  const failed = `${JSON.stringify(url)}: dial tcp ${ip}:${kubeletPort}: ${problem}`;
  return isLog
    ? plainFailure(500, `Get ${failed}`)
    : internalError(`error sending request: Post ${failed}`);
}

/** The kubelet's own names of the streams (pkg/kubelet/types… remotecommand constants). */
const streamParameters: Readonly<Record<string, string>> = {
  stdin: 'input=1',
  stdout: 'output=1',
  stderr: 'error=1',
  tty: 'tty=1',
};

const kubeletParameter = (key: string, value: unknown): string =>
  streamParameters[key] ?? `${key}=${encodeURIComponent(String(value))}`;
