/** The network of simulated machines: cards, namespaces, packets, and how programs use them. */
export { cidrText, isIp, parseCidr } from './address.ts';
export type { Device, FdbEntry, Neighbour, Route } from './device.ts';
export { type Fabric, type FabricMachine, loopbackMs, nicAddress } from './fabric.ts';
export {
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  httpResponse,
  isHttpRequest,
  isHttpResponse,
} from './http.ts';
export { Namespace, type ProbeAnswer } from './namespace.ts';
export { Nic } from './nic.ts';
export { installNetwork, NetStack } from './stack.ts';
export { TcpConnection } from './tcp.ts';
