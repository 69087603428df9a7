/** Two Pods cannot have the same port of a node. Upstream: plugins/nodeports. */
import type { HostPort } from '../node-info.ts';
import { type Plugin, rejection } from '../plugin.ts';

const taken = rejection(false, "node(s) didn't have free ports for the requested pod ports");

const isConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');

export const nodePorts: Plugin = {
  name: 'NodePorts',
  wakesOn: ['node added', 'pod deleted'],
  filter: ({ ports }) => {
    if (ports.length === 0) return undefined;
    return (info) =>
      ports.some((port) => info.ports.some((used) => isConflict(port, used))) ? taken : undefined;
  },
};
