import { expect, it } from 'vitest';
import { Tables } from '../../host/net/rule.ts';
import { saveTable } from '../../host/net/iptables-save.ts';
import { base32Digest, sha256 } from '../../api/sha256.ts';
import { rulesFor } from './rules.ts';
import { proxiedPorts } from './service-ports.ts';
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import { createHash } from 'node:crypto';

it.each(['', 'abc', 'ns1/svc1:p80tcp', 'x'.repeat(55), 'x'.repeat(56), 'ä€😀'.repeat(40)])(
  'sha256 of %j is that of Node',
  (text) => {
    const hex = [...sha256(text)].map((word) => word.toString(16).padStart(8, '0')).join('');
    expect(hex).toBe(createHash('sha256').update(text).digest('hex'));
  },
);

it('names chains as upstream does', () => {
  expect(base32Digest('ns1/svc1:p80tcp')).toBe('XPGD46QRK7WJZT7O');
});

const service = (namespace: string, name: string, clusterIP: string, spec = {}, status = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    status,
    spec: { clusterIP, ports: [{ name: 'p80', port: 80, protocol: 'TCP' }], ...spec },
  }) as unknown as Service;
const slice = (namespace: string, name: string, addresses: [string, string?][]) =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    endpoints: addresses.map(([ip, nodeName]) => ({ addresses: [ip], nodeName })),
    ports: [{ name: 'p80', port: 80, protocol: 'TCP' }],
  }) as unknown as EndpointSlice;

/** The world of upstream's TestOverallIPTablesRulesWithMultipleServices. */
const services = [
  service('ns1', 'svc1', '172.30.0.41'),
  service(
    'ns2',
    'svc2',
    '172.30.0.42',
    {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      externalIPs: ['192.168.99.22'],
      healthCheckNodePort: 30000,
      ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3001 }],
    },
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  ),
  service('ns3', 'svc3', '172.30.0.43', {
    type: 'NodePort',
    ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3003 }],
  }),
  service('ns4', 'svc4', '172.30.0.44', { type: 'NodePort', externalIPs: ['192.168.99.33'] }),
  service(
    'ns5',
    'svc5',
    '172.30.0.45',
    {
      type: 'LoadBalancer',
      loadBalancerSourceRanges: [' 203.0.113.0/25'],
      ports: [{ name: 'p80', port: 80, protocol: 'TCP', nodePort: 3002 }],
    },
    { loadBalancer: { ingress: [{ ip: '5.6.7.8' }] } },
  ),
  service('ns6', 'svc6', '172.30.0.46'),
];
const slices = [
  slice('ns1', 'svc1', [['10.180.0.1']]),
  slice('ns2', 'svc2', [['10.180.0.2']]),
  slice('ns3', 'svc3', [['10.180.0.3']]),
  slice('ns4', 'svc4', [['10.180.0.4'], ['10.180.0.5', 'me']]),
  slice('ns5', 'svc5', [['10.180.0.3']]),
];

it('writes the rules that iptables-save would show', () => {
  const set = rulesFor(proxiedPorts(services, slices, 'me'), { clusterCidr: '10.0.0.0/8' });
  const tables = new Tables(() => undefined);
  for (const table of ['filter', 'nat'] as const) {
    for (const [name, rules] of set[table]) tables.setChain(table, name, rules);
  }
  const text = `${saveTable(tables, 'filter')}\n${saveTable(tables, 'nat')}\n`;
  expect(text).toMatchSnapshot();
});
