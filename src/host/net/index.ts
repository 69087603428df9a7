/** The network of simulated machines: cards, namespaces, packets, and how programs use them. */
export { cidrText, isIn, isIp, parseCidr } from './address.ts';
export type { Attachment } from './bridge.ts';
export { Cni } from './cni.ts';
export type { Device, FdbEntry, Neighbour, Route } from './device.ts';
export {
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  isDnsAnswer,
  isDnsQuery,
  reverseName,
} from './dns.ts';
export { type Exchange, exchange } from './exchange.ts';
export { type Fabric, type FabricMachine, loopbackMs, nicAddress } from './fabric.ts';
export {
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  httpResponse,
  isHttpRequest,
  isHttpResponse,
} from './http.ts';
export { saveTable } from './iptables-save.ts';
export { Namespace, type ProbeAnswer } from './namespace.ts';
export { Nic } from './nic.ts';
export { resolve, resolverConfig } from './resolver.ts';
export { jump, type Rule, type TableName, Tables } from './rule.ts';
export { serveHttp } from './serve-http.ts';
export { installNetwork, NetStack, stackOf } from './stack.ts';
export { TcpConnection } from './tcp.ts';
export { tcpChart } from './tcp-chart.ts';
