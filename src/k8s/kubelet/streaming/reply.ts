/**
 * The kubelet's answer to one request: whole, or a stream with channels that ends with a Status on
 * the error channel. Upstream: kubelet/cri/streaming/remotecommand and apimachinery
 * pkg/util/remotecommand; simplified: always the fourth version of that protocol.
 */
import type { Json } from '../../../api/object.ts';
import type { Connection } from '../../../host/index.ts';
import { channels, type ServerMessage } from '../../client/wire.ts';

/** Takes what the client sends on a stream's channels. */
export interface Session {
  data?(channel: number, text: string, isEnd: boolean): void;
  /** The client is gone. */
  ended?(): void;
}

/** Answers one request on its connection. */
export class Reply {
  private readonly connection: Connection;
  private readonly id: number;
  private isOver = false;

  constructor(connection: Connection, id: number) {
    this.connection = connection;
    this.id = id;
  }

  whole(status: number, body: Json): void {
    this.send({ type: 'response', id: this.id, response: { status, body } });
    this.isOver = true;
  }

  /** A refusal, as a Status. */
  status(status: { readonly code?: number }): void {
    this.whole(status.code ?? 500, status as unknown as Json);
  }

  begin(status: number): void {
    this.send({ type: 'response', id: this.id, response: { status, body: null }, isStream: true });
  }

  data(channel: number, text: string, isEnd = false): void {
    this.send({ type: 'data', id: this.id, channel, text, ...(isEnd ? { isEnd } : {}) });
  }

  /** The command has ended: its exit code goes over the error channel. */
  exit(code: number): void {
    const failure = {
      status: 'Failure',
      message:
        'command terminated with non-zero exit code: ' +
        `error executing command [], exit code ${code}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    };
    this.verdict(code === 0 ? { status: 'Success' } : failure);
  }

  /** It could not be run. */
  error(message: string): void {
    this.verdict({
      status: 'Failure',
      message: `Internal error occurred: ${message}`,
      reason: 'InternalError',
      details: { causes: [{ message }] },
      code: 500,
    });
  }

  end(): void {
    this.send({ type: 'end', id: this.id });
    this.isOver = true;
  }

  /** Nobody listens any more. */
  mute(): void {
    this.isOver = true;
  }

  private verdict(status: Readonly<Record<string, Json>>): void {
    this.data(channels.error, JSON.stringify({ metadata: {}, ...status }));
    this.end();
  }

  private send(message: ServerMessage): void {
    if (!this.isOver && this.connection.isOpen) this.connection.send(message);
  }
}
