import { describe, expect, it } from 'vitest';
import { Files } from '../files.ts';
import { broadcastOf, cidrText, ipNumber, isIn, parseCidr } from './address.ts';
import { HostLocal } from './host-local.ts';
import { candidates } from './resolver.ts';

const pod = { servers: [], search: ['a.svc.x', 'svc.x', 'x'], ndots: 5, timeoutMs: 1, attempts: 1 };

it.each([
  ['web', ['web.a.svc.x', 'web.svc.x', 'web.x', 'web']],
  ['web.b.svc.x', ['web.b.svc.x.a.svc.x', 'web.b.svc.x.svc.x', 'web.b.svc.x.x', 'web.b.svc.x']],
  ['a.b.c.d.e.f', ['a.b.c.d.e.f', 'a.b.c.d.e.f.a.svc.x', 'a.b.c.d.e.f.svc.x', 'a.b.c.d.e.f.x']],
  ['web.', ['web']],
])('the names that are tried for %s', (name, expected) => {
  expect(candidates(name, pod)).toEqual(expected);
});

it.each([
  ['10.244.1.2', 0x0af40102],
  ['255.255.255.255', 0xffffffff],
  ['256.1.1.1', undefined],
  ['1.2.3', undefined],
  ['1.2.3.4.5', undefined],
  ['web', undefined],
  ['', undefined],
  ['1..2.3', undefined],
])('%s is %s', (text, number) => {
  expect(ipNumber(text)).toBe(number);
});

it.each([
  ['10.244.1.7/24', '10.244.1.0/24', '10.244.1.255'],
  ['0.0.0.0/0', '0.0.0.0/0', '255.255.255.255'],
  ['192.168.1.1', '192.168.1.1/32', '192.168.1.1'],
])('the block %s', (text, block, broadcast) => {
  const cidr = parseCidr(text)!;
  expect([cidrText(cidr), broadcastOf(cidr)]).toEqual([block, broadcast]);
});

it('knows what lies in a block', () => {
  expect(isIn('10.244.3.4', '10.244.0.0/16')).toBe(true);
  expect(isIn('10.245.3.4', '10.244.0.0/16')).toBe(false);
  expect(isIn('10.244.3.4', '10.244.3.4')).toBe(true);
});

describe('host-local', () => {
  it('goes round, and ends when all are taken', () => {
    const files = new Files();
    const ipam = new HostLocal(files, 'n', '10.0.0.0/29');
    const taken = Array.from({ length: 6 }, (_, i) => ipam.allocate(`p${i}`));
    expect(taken).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', undefined]);
    ipam.release('10.0.0.3');
    expect(ipam.allocate('next')).toBe('10.0.0.3');
    expect(HostLocal.rangeText('10.0.0.0/29')).toBe('10.0.0.1-10.0.0.6');
  });
});
