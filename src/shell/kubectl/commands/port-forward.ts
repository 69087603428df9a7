/**
 * `kubectl port-forward`: ports of this machine that lead to a Pod's. Follows kubectl
 * pkg/cmd/portforward and client-go tools/portforward. Simplified: this machine has no IPv6, so what
 * is said to listen on ::1 does not; connections carry HTTP or text.
 */
import type { JsonObject } from '../../../api/object.ts';
import type { Pod, Service } from '../../../api/types.gen.ts';
import { type Connection, type ConnectionHandler, Inbox, select } from '../../../host/index.ts';
import { ResponseReader, textOfPayload } from '../../../host/net/http-text.ts';
import type { Story } from '../../../kernel/index.ts';
import type { OpenStream, ServerMessage } from '../../../k8s/client/index.ts';
import { command } from '../command.ts';
import { podOf } from '../containers.ts';
import type { Context } from '../context.ts';
import { ServerError, failed } from '../errors.ts';
import {
  type Port, addressesOf, numbersInPod, numbersOfService, portOf,
} from '../forwarded-ports.ts';
import { pods } from '../generate.ts';
import { portForwardHelp } from '../help/port-forward.gen.ts';
import { usageError } from '../pairs.ts';

export const portForward = command(portForwardHelp, function* (context, { args }, flags) {
  const [target = '', ...words] = args;
  if (words.length === 0) {
    throw usageError('TYPE/NAME and list of ports are required for port-forward', 'port-forward');
  }
  const { pod, service } = yield* targetOf(context, target);
  const texts = service === undefined
    ? numbersInPod(words, pod) : numbersOfService(words, service, pod);
  const { namespace = '', name } = pod.metadata;
  const current = (yield* context.get(pods, namespace, name)) as unknown as Pod;
  const { phase = '' } = current.status ?? {};
  if (phase !== 'Running') {
    throw failed(`unable to forward port because pod is not running. Current status=${phase}`);
  }
  const addresses = addressesOf(flags.address);
  const ports = texts.map(portOf);
  const stream = yield* opened(context, namespace, name);
  yield* new Forwarder(context, stream, ports, addresses).run();
});

function* targetOf(
  context: Context, word: string,
): Story<{ readonly pod: Pod; readonly service: Service | undefined }> {
  const slash = word.indexOf('/');
  const resource = slash < 0 ? pods : yield* context.resource(word.slice(0, slash));
  const object: JsonObject = yield* context.get(resource, context.namespace, word.slice(slash + 1));
  const pod = yield* podOf(context, resource, object);
  const isService = resource.kind === 'Service' && resource.group === '';
  return { pod, service: isService ? (object as unknown as Service) : undefined };
}

/** The stream that all connections share. */
function* opened(context: Context, namespace: string, name: string): Story<OpenStream> {
  try {
    const { open } = yield* context.stream({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/portforward`,
      headers: { 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' },
    });
    if (open !== undefined) return open;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // A text that is no Status is the kubelet's own.
    const { message = '' } = error.status;
    const plain = /^an error on the server \("(.*)"\) has prevented/s.exec(message)?.[1];
    const told = plain === undefined
      ? message : `unable to upgrade connection: ${plain.replaceAll('\\"', '"')}`;
    throw failed(`error upgrading connection: ${told}`);
  }
  throw failed('error upgrading connection: unable to upgrade connection: EOF');
}

/** Ephemeral ports of Linux: net.ipv4.ip_local_port_range. */
const ephemeral = { first: 32_768, count: 28_232 };

class Forwarder {
  private readonly context: Context;
  private readonly stream: OpenStream;
  private readonly ports: readonly Port[];
  private readonly addresses: readonly string[];
  private readonly pairs = new Map<number, { connection: Connection; reader: ResponseReader }>();
  private lastPair = -1;

  // oxlint-disable-next-line max-params -- what leads where
  constructor(
    context: Context, stream: OpenStream, ports: readonly Port[], addresses: readonly string[],
  ) {
    this.context = context;
    this.stream = stream;
    this.ports = ports;
    this.addresses = addresses;
  }

  /** Until Ctrl-C, or until the other end is gone. */
  *run(): Story {
    const { process } = this.context;
    const interrupts = new Inbox<'SIGINT'>();
    process.trap = (signal) => {
      if (signal !== 'SIGINT') return false;
      interrupts.push('SIGINT');
      return true;
    };
    this.listen();
    for (;;) {
      const found = yield* select([interrupts, this.stream.inbox]);
      if (found?.index === 0) return;
      const message = found?.value as ServerMessage | undefined;
      if (message === undefined || message.type === 'end') break;
      if (message.type === 'data' && !this.take(message.channel, message.text, message.isEnd)) break;
    }
    throw failed('lost connection to pod');
  }

  private listen(): void {
    let isListening = false;
    for (const port of this.ports) {
      const problems = this.listenOn(port);
      if (problems.length === 0) isListening = true;
      else {
        this.context.printError(`Unable to listen on port ${port.local}: Listeners failed to ` +
          `create with the following errors: [${problems.join(' ')}]\n`);
      }
    }
    if (isListening) return;
    const wanted = this.ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
    throw failed(`unable to listen on any of the requested ports: [${wanted}]`);
  }

  /** Nothing, or why not. */
  private listenOn(port: Port): readonly string[] {
    const problems: string[] = [];
    const isFree = port.local === 0;
    for (const address of this.addresses) {
      const shown = address.includes(':') ? `[${address}]` : address;
      const protocol = address.includes(':') ? 'tcp6' : 'tcp4';
      // What IPv4 has taken is taken: there is no other.
      const isHeard = protocol === 'tcp6'
        ? problems.length === 0 : this.bind(port, address, isFree);
      if (isHeard) {
        this.context.print(`Forwarding from ${shown}:${port.local} -> ${port.remote}\n`);
      } else {
        problems.push(`unable to create listener: Error listen ${protocol} ` +
          `${shown}:${port.local}: bind: address already in use`);
      }
    }
    return problems;
  }

  private bind(port: Port, address: string, isFree: boolean): boolean {
    const { process } = this.context;
    const accept = (connection: Connection) => this.accept(connection, port);
    const options = address === '0.0.0.0' ? {} : { ip: address };
    for (let tries = 0; tries < 100; tries += 1) {
      const number = isFree && port.local === 0
        ? ephemeral.first + process.site.chance.below(ephemeral.count) : port.local;
      if (process.net.listen(process, number, accept, options) !== undefined) {
        port.local = number;
        return true;
      }
      if (!isFree) return false;
    }
    return false;
  }

  private accept(connection: Connection, { local, remote }: Port): ConnectionHandler {
    this.context.print(`Handling connection for ${local}\n`);
    const id = (this.lastPair += 1);
    this.pairs.set(id, { connection, reader: new ResponseReader() });
    this.stream.stream.send(2 * id + 1, String(remote));
    return {
      received: (payload) => {
        const text = textOfPayload(payload);
        if (text !== undefined) this.stream.stream.send(2 * id, text);
      },
      closed: () => {
        if (this.pairs.delete(id)) this.stream.stream.send(2 * id, '', true);
      },
    };
  }

  /** A piece for one of the connections; false when all is over with it. */
  private take(channel: number, text: string, isEnd = false): boolean {
    const id = channel >> 1;
    if (channel % 2 === 1) return text === '' || this.complain(id, text);
    const pair = this.pairs.get(id);
    for (const payload of pair?.reader.read(text) ?? []) pair?.connection.send(payload);
    if (!isEnd) return true;
    const rest = pair?.reader.rest();
    if (rest !== undefined) pair?.connection.send(rest);
    this.pairs.delete(id);
    pair?.connection.close();
    return true;
  }

  private complain(id: number, text: string): false {
    const local = this.pairs.get(id)?.connection.local.port ?? 0;
    const remote = this.ports.find((port) => port.local === local)?.remote ?? 0;
    const message = `an error occurred forwarding ${local} -> ${remote}: ${text}`;
    this.context.log('E', 'portforward.go:424', `"Unhandled Error" err=${JSON.stringify(message)}`);
    this.pairs.get(id)?.connection.close();
    return false;
  }
}
