/**
 * The bridge's side in the world: real clients' messages come in as inputs, go to the API server,
 * and what it answers is handed out as it happens. It is at home on the control plane's machine,
 * so that real clients need no other one: the laptop can be switched off.
 */
import type { Connection, Machine, Process, Program } from '../host/index.ts';
import type { ClientMessage, ServerMessage } from '../k8s/client/wire.ts';

/** Where answers go: outside. Not part of history, which holds only what came in. */
export type Answer = (client: number, message: ServerMessage) => void;

const program: Program = { name: 'bridge', start: () => ({}) };

export class ApiPort {
  private readonly machine: Machine;
  private readonly server: { readonly ip: string; readonly port: number };
  private readonly answer: Answer;
  private readonly connections = new Map<number, Connection>();
  private process: Process | undefined;

  constructor(machine: Machine, server: { ip: string; port: number }, answer: Answer) {
    this.machine = machine;
    this.server = server;
    this.answer = answer;
    machine.onHalt(() => this.halted());
  }

  /** A message of a client; `null` says that it has gone. */
  receive(client: number, message: unknown): void {
    const known = this.connections.get(client);
    if (message === null) {
      this.connections.delete(client);
      known?.close();
      return;
    }
    if (known !== undefined) return known.send(message as ClientMessage);
    // What belongs to a request went down with its connection.
    if ((message as ClientMessage).type !== 'request') return;
    if (!this.machine.isOn) return this.answer(client, gone('unreachable'));
    this.connect(client).send(message as ClientMessage);
  }

  private connect(client: number): Connection {
    const connection = this.machine.net.connect(
      this.owner(),
      this.server,
      {
        received: (payload) => this.answer(client, payload as ServerMessage),
        closed: (reason) => {
          if (this.connections.get(client) === connection) this.connections.delete(client);
          this.answer(client, gone(reason));
        },
      },
      { detail: 'brief' },
    );
    this.connections.set(client, connection);
    return connection;
  }

  /** One process has them all; when somebody has killed it, there is another. */
  private owner(): Process {
    if (this.process?.isRunning === true) return this.process;
    const process = this.machine.spawn({ program, args: ['bridge'] });
    process.onExit(() => this.lose('closed'));
    this.process = process;
    return process;
  }

  /** The plug was pulled: nothing is said on the wire, but nothing will come any more. */
  private halted(): void {
    this.process = undefined;
    this.lose('unreachable');
  }

  private lose(reason: string): void {
    const lost = [...this.connections.keys()];
    this.connections.clear();
    for (const client of lost) this.answer(client, gone(reason));
  }
}

/** What the bridge is told when the API server cannot be reached: end of everything asked. */
const gone = (reason: string): ServerMessage => ({
  type: 'response',
  id: -1,
  response: { status: 503, body: reason },
});
