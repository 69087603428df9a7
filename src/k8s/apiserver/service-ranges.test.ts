import { describe, expect, it } from 'vitest';
import type { Service } from '../../api/types.gen.ts';
import { look, meta, secondsAgo } from '../controllers/testing.ts';
import { serviceCidrController } from '../controllers/service-cidrs.ts';
import { type Rig, startRig } from './testing.ts';

const services = '/api/v1/namespaces/default/services';
const addresses = '/apis/networking.k8s.io/v1/ipaddresses';
const ranges = '/apis/networking.k8s.io/v1/servicecidrs';
const port = { ports: [{ port: 80 }] };
const make = (rig: Rig, name: string, spec: object = {}) =>
  rig.create<Service>(services, { metadata: { name }, spec: { ...port, ...spec } });
const refusal = (rig: Rig, path: string, body: object) =>
  (rig.request({ method: 'POST', path, body: body as never }).body as { message?: string }).message;
const names = (rig: Rig) => rig.list(addresses).map(({ metadata }) => metadata.name);

describe('addresses of Services', () => {
  it('the default range is there, and the kubernetes Service has its address out of it', () => {
    const rig = startRig();
    expect(rig.get(`${ranges}/kubernetes`)).toMatchObject({
      spec: { cidrs: ['10.96.0.0/12'] },
      status: {
        conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready' }],
      },
    });
    expect(rig.get(`${addresses}/10.96.0.1`)).toMatchObject({
      metadata: {
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'kubernetes' } },
    });
  });

  it('an address comes with its Service and goes with it', () => {
    const rig = startRig();
    const ip = make(rig, 'web').spec.clusterIP as string;
    expect(names(rig)).toEqual(['10.96.0.1', ip].sort());
    rig.delete(`${services}/web`);
    expect(names(rig)).toEqual(['10.96.0.1']);
  });

  it.each<[string, object]>([
    ['headless', { clusterIP: 'None' }],
    ['an external name', { type: 'ExternalName', externalName: 'a.example' }],
  ])('%s takes none', (_, spec) => {
    const rig = startRig();
    make(rig, 'web', spec);
    expect(names(rig)).toEqual(['10.96.0.1']);
  });

  it('a Service that is refused leaves none behind', () => {
    const rig = startRig();
    const text = refusal(rig, services, {
      metadata: { name: 'web' },
      spec: { ports: [{ port: 80, nodePort: 80 }], type: 'NodePort' },
    });
    expect(text).toContain('not in the valid range');
    expect(names(rig)).toEqual(['10.96.0.1']);
  });

  it('what becomes an external name gives its address back', () => {
    const rig = startRig();
    make(rig, 'web');
    rig.patch(`${services}/web`, { spec: { type: 'ExternalName', externalName: 'a.example', clusterIP: '', clusterIPs: null } });
    expect(names(rig)).toEqual(['10.96.0.1']);
  });

  it('an address that somebody else has made an object of is taken', () => {
    const rig = startRig();
    const parentRef = { group: 'gateway.networking.k8s.io', resource: 'gateways', name: 'g' };
    rig.create(addresses, { metadata: { name: '10.96.0.77' }, spec: { parentRef } });
    expect(refusal(rig, services, { metadata: { name: 'web' }, spec: { ...port, clusterIP: '10.96.0.77' } })).toBe(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.77"}: ' +
        'failed to allocate IP 10.96.0.77: provided IP is already allocated');
  });

  it('an address that was deleted under its Service comes back', () => {
    const rig = startRig();
    const ip = make(rig, 'web').spec.clusterIP as string;
    rig.delete(`${addresses}/${ip}`);
    rig.run(500);
    expect(rig.get(`${addresses}/${ip}`)).toMatchObject({ spec: { parentRef: { name: 'web' } } });
  });

  it('an address of a Service that is not there goes after a minute', () => {
    const rig = startRig();
    rig.create(addresses, {
      metadata: { name: '10.96.0.78', labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'gone' } },
    });
    rig.run(30_000);
    expect(names(rig)).toContain('10.96.0.78');
    rig.run(40_000);
    expect(names(rig)).toEqual(['10.96.0.1']);
  });

  it('another range is used as well', () => {
    const rig = startRig();
    const web = { metadata: { name: 'web' }, spec: { ...port, clusterIP: '10.5.0.9' } };
    expect(refusal(rig, services, web)).toContain(
      'failed to allocate IP 10.5.0.9: the provided network does not match the current range');
    rig.create(ranges, { metadata: { name: 'more' }, spec: { cidrs: ['10.5.0.0/24'] } });
    expect(rig.create<Service>(services, web).spec.clusterIP).toBe('10.5.0.9');
  });

  it('a full range is followed by the next', () => {
    const rig = startRig({ apiserverArgs: ['--service-cluster-ip-range=10.7.0.0/30'] });
    make(rig, 'a');
    expect(refusal(rig, services, { metadata: { name: 'b' }, spec: port })).toContain('range is full');
    rig.create(ranges, { metadata: { name: 'more' }, spec: { cidrs: ['10.5.0.0/24'] } });
    expect(make(rig, 'b').spec.clusterIP).toMatch(/^10\.5\.0\./);
  });
});

describe('validation', () => {
  const range = (cidrs: string[]) => ({ metadata: { name: 'x' }, spec: { cidrs } });
  const dual = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  it.each<[string, object, string]>([
    [ranges, range([]), 'spec.cidrs: Required value: at least one CIDR required'],
    [ranges, range(['1', '2', '3']),
      'spec.cidrs: Invalid value: networking.ServiceCIDRSpec{CIDRs:[]string{"1", "2", "3"}}: may only hold up to 2 values'],
    [ranges, range(['10.0.0.0/24', '10.0.1.0/24']),
      `spec.cidrs: Invalid value: networking.ServiceCIDRSpec{CIDRs:[]string{"10.0.0.0/24", "10.0.1.0/24"}}: ${dual}`],
    [ranges, range(['10.0.0.0']),
      'spec.cidrs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    [addresses, { metadata: { name: 'x' }, spec: { parentRef: { resource: 'services', name: 'a' } } },
      'metadata.name: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    [addresses, { metadata: { name: '10.0.0.1' } }, 'spec.parentRef: Required value'],
    [addresses, { metadata: { name: '10.0.0.1' }, spec: { parentRef: { resource: 'a/b' } } },
      "[spec.parentRef.resource: Invalid value: \"a/b\": may not contain '/', spec.parentRef.name: Required value]"],
  ])('%s', (path, body, text) => {
    expect(refusal(startRig(), path, body)?.replace(/^.* is invalid: /, '')).toBe(text);
  });
});

describe('the ranges\' controller', () => {
  const cidr = (name: string, text: string, more: object = {}, status: object = {}) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR',
    metadata: meta(name, { namespace: undefined, ...more }), spec: { cidrs: [text] }, status,
  });
  const ip = (name: string) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress',
    metadata: meta(name, {
      namespace: undefined, labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
    }),
    spec: { parentRef: { resource: 'services', namespace: 'x', name: 'a' } },
  });
  const going = (seconds: number) => ({
    finalizers: ['networking.k8s.io/service-cidr-finalizer'], deletionTimestamp: secondsAgo(seconds),
  });
  it.each<[string, object[], string[], unknown, number | undefined]>([
    ['a new one is protected and ready', [cidr('a', '10.0.0.0/24')], ['patch ServiceCIDR a'],
      { conditions: [expect.objectContaining({ status: 'True', message: 'Kubernetes Service CIDR is ready' })] }, undefined],
    ['one that is used stays', [cidr('a', '10.0.0.0/24', going(60)), ip('10.0.0.5')], [],
      { conditions: [expect.objectContaining({ status: 'False', reason: 'Terminating' })] }, undefined],
    ['one within another goes', [cidr('a', '10.0.0.0/24', going(60)), cidr('b', '10.0.0.0/16'), ip('10.0.0.5')],
      ['patch ServiceCIDR a'], undefined, undefined],
    ['one that is free goes', [cidr('a', '10.0.0.0/24', going(60)), ip('10.0.1.5')], ['patch ServiceCIDR a'], undefined, undefined],
    ['but not at once', [cidr('a', '10.0.0.0/24', going(4))], [], undefined, 6_000],
  ])('%s', (_, objects, writes, status, wait) => {
    const looked = look(serviceCidrController, 'a', objects);
    expect([looked.writes, looked.status, looked.requeueAfterMs]).toEqual([writes, status, wait]);
  });
});
