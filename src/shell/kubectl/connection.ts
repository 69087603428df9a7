/**
 * The wire between kubectl and an API server: requests, answers that go on, and what kubectl says
 * when the server is not there.
 */
import type { Story } from '../../kernel/index.ts';
import { type Process, take } from '../../host/index.ts';
import {
  ApiClient, type ApiRequest, type ApiResponse, type Failure, type OpenStream, type WatchEvent,
  failureOf, parseServer,
} from '../../k8s/client/index.ts';
import { ConnectionError } from './errors.ts';
import type { ClientSettings } from './kubeconfig.ts';

/** An answer that goes on: a watch, a followed log, a shell in a container. */
export interface Stream {
  readonly response: ApiResponse;
  /** What follows the head; undefined when the head is the whole answer. */
  readonly open: OpenStream | undefined;
}

/** How kubectl names itself to the server. */
export const userAgent = 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0';

/** kubectl waits for an answer for as long as it takes; the server ends it before this. */
const answerTimeoutMs = 3_600_000;

export class ServerConnection {
  /** `192.168.56.10:6443`: how messages name the server. */
  readonly host: string;
  private readonly process: Process;
  private readonly settings: ClientSettings;
  private client: ApiClient | undefined;

  constructor(process: Process, settings: ClientSettings) {
    this.process = process;
    this.settings = settings;
    this.host = settings.server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  }

  /** One request and its whole answer, whatever its status. */
  *call(request: ApiRequest, timeoutMs = answerTimeoutMs): Story<ApiResponse> {
    const response = yield* this.dialled().call(this.signed(request), timeoutMs);
    this.check(response);
    return response;
  }

  /** One request and the head of its answer. */
  *open(request: ApiRequest): Story<Stream> {
    const open = this.dialled().open(this.signed(request), answerTimeoutMs);
    const first = yield* take(open.inbox);
    if (first?.type === 'response') return { response: first.response, open };
    const response = open.failure ?? { status: 200, body: '' };
    this.check(response);
    return { response, open: undefined };
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  private check(response: ApiResponse): void {
    const failure = failureOf(response);
    if (failure !== undefined) throw connectionError(failure, this.host);
  }

  private signed(request: ApiRequest): ApiRequest {
    const { impersonate } = this.settings;
    return { ...request, headers: { ...request.headers, ...impersonate } };
  }

  private dialled(): ApiClient {
    if (this.client !== undefined) return this.client;
    const address = parseServer(this.settings.server);
    const ip = address === undefined ? undefined : this.resolve(address.ip);
    if (address === undefined || ip === undefined) {
      throw new ConnectionError('unreachable', 'Unable to connect to the server: ' +
        `dial tcp: lookup ${address?.ip ?? ''}: no such host`);
    }
    this.client = new ApiClient(this.process, {
      server: { ip, port: address.port },
      credential: this.settings.credential,
      userAgent,
    });
    return this.client;
  }

  private resolve(name: string): string | undefined {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return name;
    if (name === 'localhost') return '127.0.0.1';
    for (const line of (this.process.files.read('/etc/hosts') ?? '').split('\n')) {
      const [ip, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (names.includes(name)) return ip;
    }
    return undefined;
  }
}

/** What kubectl says when a server cannot be reached. */
function connectionError({ reason, body }: Failure, host: string): ConnectionError {
  const kind = reason === 'deadline' ? 'timeout' : reason;
  return new ConnectionError(kind, reason === 'refused'
    ? `The connection to the server ${host} was refused - did you specify the right host or port?`
    : `Unable to connect to the server: ${body}`);
}

/** The next event of a watch; undefined when it has ended. */
export function* nextEvent({ open }: Stream): Story<WatchEvent | undefined> {
  if (open === undefined) return undefined;
  const arrival = yield* take(open.inbox);
  return arrival?.type === 'event' ? arrival.event : undefined;
}
