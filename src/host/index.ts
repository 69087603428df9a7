/** A simulated Linux computer: files, processes, network, container runtime. No Kubernetes. */
export { type Entry, type FileError, type FileTable, Files, normal, parentOf } from './files.ts';
export { type Edited, openFiles } from './editing.ts';
export { executable, programIn } from './executable.ts';
export { Inbox, type Source } from './inbox.ts';
export { Machine, type MachineDescription } from './machine.ts';
export { Process, type Sink, type Spawn } from './process.ts';
export {
  type Daemon,
  type HostRequest,
  type Program,
  select,
  type Selected,
  type Signal,
  endOnSignal,
  signalNumbers,
  sleep,
  take,
} from './program.ts';
export type {
  CloseReason,
  Connection,
  ConnectionHandler,
  ConnectOptions,
  Datagram,
  EchoReply,
  Endpoint,
  Listener,
  NetNamespace,
  UdpSocket,
} from './socket.ts';
export { groupOf, interrupt, Terminal, type Tty } from './terminal.ts';
export { type Identity, isAllowed, readBit, rootIdentity } from './identity.ts';
