/**
 * nslookup of busybox before 1.29 (networking/nslookup.c without FEATURE_NSLOOKUP_BIG). It asks as
 * every program does, by way of the search list, which is why the documentation still names these
 * versions.
 */
import type { Process, Program } from '../host/index.ts';
import { isIp } from '../host/net/address.ts';
import { reverseName } from '../host/net/dns.ts';
import { askServer, candidates, resolve, resolverConfig } from '../host/net/resolver.ts';
import type { Story } from '../kernel/index.ts';

export const oldNslookup: Program = {
  name: 'nslookup',
  *main(process) {
    const [host, given] = process.args.slice(1).filter((word) => !word.startsWith('-'));
    if (host === undefined) {
      process.printError('Usage: nslookup [HOST] [SERVER]\n\nQuery the nameserver for the IP address ' +
        'of the given HOST\noptionally using a specified DNS server\n');
      return 1;
    }
    const server = given ?? resolverConfig(process).servers[0] ?? '0.0.0.0';
    const serverIp = isIp(server) ? server : ((yield* resolve(process, server)) ?? server);
    process.print(`Server:    ${server}\n`);
    yield* printAddress(process, serverIp, serverIp);
    process.print('\n');
    const addresses = yield* addressesOf(process, host, serverIp);
    if (addresses.length === 0) {
      process.printError(`nslookup: can't resolve '${host}'\n`);
      return 1;
    }
    process.print(`Name:      ${host}\n`);
    for (const [i, ip] of addresses.entries()) yield* printAddress(process, ip, serverIp, i + 1);
    return 0;
  },
};

function* addressesOf(process: Process, host: string, server: string): Story<readonly string[]> {
  if (isIp(host)) return [host];
  const config = resolverConfig(process);
  for (const name of candidates(host, config)) {
    const answer = yield* askServer(process, server, name, 'A', config.timeoutMs);
    const found = answer?.records.filter(({ type }) => type === 'A').map(({ data }) => data) ?? [];
    if (found.length > 0) return found;
  }
  // /etc/hosts, and names for other names.
  const ip = yield* resolve(process, host);
  return ip === undefined ? [] : [ip];
}

/** With the name that the address has, if it has one. */
function* printAddress(process: Process, ip: string, server: string, number = 1): Story {
  const { timeoutMs } = resolverConfig(process);
  const answer = yield* askServer(process, server, reverseName(ip), 'PTR', timeoutMs);
  const name = answer?.records.find(({ type }) => type === 'PTR')?.data.replace(/\.$/, '');
  process.print(`Address ${number}: ${ip}${name === undefined ? '' : ` ${name}`}\n`);
}
