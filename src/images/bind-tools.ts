/**
 * nslookup and dig as BIND's tools are (bin/dig/nslookup.c, dig.c): they go through the search list
 * of /etc/resolv.conf (dig only with +search). Simplified: dig prints what people read, without the
 * extension's section.
 */
import type { Process, Program } from '../host/index.ts';
import { isIp } from '../host/net/address.ts';
import { type DnsAnswer, type DnsRecord, type RecordType, reverseName } from '../host/net/dns.ts';
import { askServer, candidates, resolve, resolverConfig } from '../host/net/resolver.ts';
import type { Story } from '../kernel/index.ts';

const timedOut = ';; connection timed out; no servers could be reached\n';

/** The first name that has an answer, with it; else the last answer. */
function* search(
  process: Process,
  names: readonly string[],
  server: string,
  type: RecordType,
): Story<DnsAnswer | undefined> {
  const { timeoutMs } = resolverConfig(process);
  let last: DnsAnswer | undefined;
  for (const name of names) {
    const answer = yield* askServer(process, server, name, type, timeoutMs);
    if (answer === undefined) return undefined;
    last = answer;
    if (answer.code === 'NOERROR') return answer;
  }
  return last;
}

const lineOf = ({ name, type, data }: DnsRecord): string => {
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${data}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${data}.\n`;
    case 'PTR':
      return `${name}\tname = ${data}.\n`;
    case 'SRV':
      return `${name}\tservice = ${data}.\n`;
    default:
      return `${name}\ttext = "${data}"\n`;
  }
};

export const bindNslookup: Program = {
  name: 'nslookup',
  *main(process) {
    const words = process.args.slice(1);
    const option = words.find((word) => /^-(type|q|query|querytype)=/.test(word));
    const [host, given] = words.filter((word) => !word.startsWith('-'));
    const config = resolverConfig(process);
    const server = given ?? config.servers[0] ?? '127.0.0.1';
    const serverIp = isIp(server) ? server : ((yield* resolve(process, server)) ?? server);
    if (host === undefined) {
      process.printError('kubarium: nslookup wants a name\n');
      return 1;
    }
    const asked = option?.replace(/^.*=/, '').toUpperCase() as RecordType | undefined;
    const isAddress = isIp(host);
    const names = isAddress ? [reverseName(host)] : candidates(host, config);
    const types: readonly RecordType[] = isAddress ? ['PTR'] : asked ? [asked] : ['A', 'AAAA'];
    let text = '';
    for (const type of types) {
      const answer = yield* search(process, names, serverIp, type);
      if (answer === undefined) {
        process.print(`${timedOut}\n`);
        return 1;
      }
      if (answer.code !== 'NOERROR') {
        process.print(`Server:\t\t${server}\nAddress:\t${serverIp}#53\n\n`);
        process.print(`** server can't find ${host}: ${answer.code}\n\n`);
        return 1;
      }
      if (text === '' && !answer.isAuthoritative) text = 'Non-authoritative answer:\n';
      text += answer.records.map(lineOf).join('');
    }
    if (text === '') text = `*** Can't find ${host}: No answer\n`;
    process.print(`Server:\t\t${server}\nAddress:\t${serverIp}#53\n\n${text}\n`);
    return 0;
  },
};

export const dig: Program = {
  name: 'dig',
  *main(process) {
    const words = process.args.slice(1);
    const config = resolverConfig(process);
    const at = words.find((word) => word.startsWith('@'))?.slice(1);
    const server = at ?? config.servers[0] ?? '127.0.0.1';
    const serverIp = isIp(server) ? server : ((yield* resolve(process, server)) ?? server);
    const reversed = words.indexOf('-x');
    const plain = words.filter(
      (word, i) => !/^[-+@]/.test(word) && (reversed < 0 || i !== reversed + 1),
    );
    const isType = (word: string) => /^(A|AAAA|SRV|PTR|CNAME|NS|TXT|ANY)$/i.test(word);
    const type = (reversed >= 0 ? 'PTR' : (plain.find(isType) ?? 'A').toUpperCase()) as RecordType;
    const asked = plain.find((word) => !isType(word)) ?? '.';
    const name = reversed >= 0 ? reverseName(words[reversed + 1] ?? '') : asked;
    const names = words.includes('+search') ? candidates(name, config) : [name.replace(/\.$/, '')];
    const before = process.site.now;
    const answer = yield* search(process, names, serverIp, type);
    const isShort = words.includes('+short');
    if (answer === undefined) {
      process.print(isShort ? timedOut : `\n; <<>> DiG 9.16 <<>> ${words.join(' ')}\n${timedOut}`);
      return 9;
    }
    if (isShort) process.print(answer.records.map(({ data }) => `${data}\n`).join(''));
    else process.print(longAnswer(words.join(' '), answer, type, serverIp, process.site.now - before));
    return 0;
  },
};

function longAnswer(
  words: string,
  { code, id, name, records, isAuthoritative }: DnsAnswer,
  type: RecordType,
  server: string,
  ms: number,
): string {
  const flags = `qr ${isAuthoritative ? 'aa ' : ''}rd${isAuthoritative ? '' : ' ra'}`;
  const answers = records.map((one) => `${one.name}.\t30\tIN\t${one.type}\t${one.data}\n`).join('');
  return (
    `\n; <<>> DiG 9.16 <<>> ${words}\n;; global options: +cmd\n;; Got answer:\n` +
    `;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: ${id}\n` +
    `;; flags: ${flags}; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n` +
    `;; QUESTION SECTION:\n;${name}.\t\tIN\t${type}\n\n` +
    (records.length === 0 ? '' : `;; ANSWER SECTION:\n${answers}\n`) +
    `;; Query time: ${Math.round(ms)} msec\n;; SERVER: ${server}#53(${server})\n\n`
  );
}
