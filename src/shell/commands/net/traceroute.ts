/** busybox traceroute: UDP probes with growing TTLs; layout after networking/traceroute.c. */
import { Inbox, type Process, type Program, select } from '../../../host/index.ts';
import { Namespace, type ProbeAnswer } from '../../../host/net/namespace.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, complain } from '../../command.ts';

const firstPort = 33_434;

export const traceroute: Program = command(
  'traceroute',
  { valued: 'mqwpfis' },
  function* (process, words) {
    const [host] = words.operands;
    if (host === undefined) return complain(process, 'usage: traceroute HOST');
    const ip = yield* resolve(process, host);
    if (ip === undefined) return complain(process, `bad address '${host}'`);
    const hopsMax = Number(words.value('m') ?? 30);
    const probes = Number(words.value('q') ?? 3);
    const waitMs = Number(words.value('w') ?? 5) * 1000;
    const useEcho = words.has('I');
    process.print(`traceroute to ${host} (${ip}), ${hopsMax} hops max, 46 byte packets\n`);
    for (let ttl = 1, sent = 0; ttl <= hopsMax; ttl++) {
      process.print(String(ttl).padStart(2));
      let last = '';
      let isThere = false;
      for (let i = 0; i < probes; i++, sent++) {
        const port = useEcho ? undefined : firstPort + sent;
        const answer = yield* probe(process, ip, ttl, port, waitMs);
        if (answer === undefined) {
          process.print('  *');
          continue;
        }
        if (answer.from !== last)
          process.print(`  ${words.has('n') ? answer.from : `${answer.from} (${answer.from})`}`);
        last = answer.from;
        process.print(`  ${answer.ms.toFixed(3)} ms`);
        if (answer.type === 'host') process.print(' !H');
        if (answer.type === 'net') process.print(' !N');
        if (answer.type !== 'ttl') isThere = true;
      }
      process.print('\n');
      if (isThere) break;
    }
    return 0;
  },
);

function* probe(
  process: Process,
  ip: string,
  ttl: number,
  port: number | undefined,
  waitMs: number,
): Story<ProbeAnswer | undefined> {
  const { net } = process;
  if (!(net instanceof Namespace)) return undefined;
  const inbox = new Inbox<ProbeAnswer>();
  net.probe(process, { ip, ttl, ...(port === undefined ? {} : { port }) }, (answer) =>
    inbox.push(answer),
  );
  return (yield* select([inbox], waitMs))?.value as ProbeAnswer | undefined;
}
