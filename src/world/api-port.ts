/**
 * The bridge's side in the world: real clients' messages come in as inputs, go to the API server
 * over a connection of the workstation, and what it answers is handed out as it happens.
 */
import type { Connection, Machine, Process, Program } from '../host/index.ts';
import type { ClientMessage, ServerMessage } from '../k8s/client/wire.ts';

/** Where answers go: outside. Not part of history, which holds only what came in. */
export type Answer = (client: number, message: ServerMessage) => void;

export class ApiPort {
  private readonly machine: Machine;
  private readonly server: { readonly ip: string; readonly port: number };
  private readonly answer: Answer;
  private readonly connections = new Map<number, { connection: Connection; process: Process }>();

  constructor(machine: Machine, server: { ip: string; port: number }, answer: Answer) {
    this.machine = machine;
    this.server = server;
    this.answer = answer;
    machine.onHalt(() => this.connections.clear());
  }

  /** A message of a client; `null` says that it has gone. */
  receive(client: number, message: unknown): void {
    const known = this.connections.get(client);
    if (message === null) {
      this.connections.delete(client);
      known?.process.end(0);
      return;
    }
    const { connection } = known ?? this.connect(client);
    connection.send(message as ClientMessage);
  }

  private connect(client: number): { connection: Connection; process: Process } {
    const program: Program = { name: 'bridge', start: () => ({}) };
    const process = this.machine.spawn({ program, args: ['bridge', String(client)] });
    const connection = this.machine.net.connect(
      process,
      this.server,
      {
        received: (payload) => this.answer(client, payload as ServerMessage),
        closed: (reason) => {
          this.connections.delete(client);
          process.end(0);
          this.answer(client, gone(reason));
        },
      },
      { detail: 'brief' },
    );
    const opened = { connection, process };
    this.connections.set(client, opened);
    return opened;
  }
}

/** What the bridge is told when the API server cannot be reached: end of everything asked. */
const gone = (reason: string): ServerMessage => ({
  type: 'response',
  id: -1,
  response: { status: 503, body: reason },
});
