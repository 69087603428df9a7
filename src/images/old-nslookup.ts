/**
 * nslookup of busybox before 1.29 (networking/nslookup.c without FEATURE_NSLOOKUP_BIG). It asks as
 * every program does, by way of the search list, which is why the documentation still names these
 * versions.
 */
import type { Process, Program } from '../host/index.ts';
import { isIp } from '../host/net/address.ts';
import { reverseName } from '../host/net/dns.ts';
import { askServer, resolve, resolverConfig } from '../host/net/resolver.ts';
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
    const ip = yield* resolve(process, host);
    if (ip === undefined) {
      process.printError(`nslookup: can't resolve '${host}'\n`);
      return 1;
    }
    process.print(`Name:      ${host}\n`);
    yield* printAddress(process, ip, serverIp);
    return 0;
  },
};

/** With the name that the address has, if it has one. */
function* printAddress(process: Process, ip: string, server: string): Story {
  const { timeoutMs } = resolverConfig(process);
  const answer = yield* askServer(process, server, reverseName(ip), 'PTR', timeoutMs);
  const name = answer?.records.find(({ type }) => type === 'PTR')?.data.replace(/\.$/, '');
  process.print(`Address 1: ${ip}${name === undefined ? '' : ` ${name}`}\n`);
}
