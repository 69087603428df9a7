/**
 * busybox nslookup (FEATURE_NSLOOKUP_BIG, networking/nslookup.c). Like the real one it does not
 * search for names that have a dot, which surprises people in Pods.
 */
import { Inbox, type Process, type Program, select } from '../../../host/index.ts';
import { isIp } from '../../../host/net/address.ts';
import {
  type DnsAnswer,
  type DnsRecord,
  isDnsAnswer,
  type RecordType,
  reverseName,
} from '../../../host/net/dns.ts';
import { resolve, resolverConfig } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { complain } from '../../command.ts';

const timeoutMs = 5_000;
const tries = 2;
const types: readonly RecordType[] = ['SOA', 'NS', 'A', 'AAAA', 'CNAME', 'TXT', 'SRV', 'PTR'];

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: RecordType;
}

const usage = `Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,srv,ptr,any
`;

export const nslookup: Program = {
  name: 'nslookup',
  *main(process) {
    const words = process.args.slice(1);
    const operands = words.filter((word) => !word.startsWith('-'));
    const [host, given] = operands;
    if (host === undefined || operands.length > 2) {
      process.printError(usage);
      return 1;
    }
    const asked = words.flatMap((word) => /^-(?:q|query)?(?:t|type)=(.+)$/.exec(word)?.[1] ?? []);
    const unknown = asked.find((type) => !types.includes(type.toUpperCase() as RecordType));
    if (unknown !== undefined) return complain(process, `invalid query type "${unknown}"`);
    const config = resolverConfig(process);
    const server = given === undefined ? config.servers[0] : yield* resolve(process, given);
    if (server === undefined) return complain(process, `bad address '${given ?? ''}'`);
    const questions = questionsFor(
      process,
      host,
      asked.map((t) => t.toUpperCase() as RecordType),
      config.search,
    );
    return yield* ask(process, { name: given ?? server, ip: server }, questions);
  },
};

function questionsFor(
  process: Process,
  host: string,
  asked: readonly RecordType[],
  search: readonly string[],
): readonly Question[] {
  const first = process.site.chance.below(60_000);
  const all: { name: string; type: RecordType }[] = [];
  if (asked.length === 0 && isIp(host)) all.push({ name: reverseName(host), type: 'PTR' });
  else {
    const names =
      host.includes('.') || search.length === 0
        ? [host.replace(/\.$/, '')]
        : search.map((domain) => `${host}.${domain}`);
    for (const type of asked.length > 0 ? asked : (['A', 'AAAA'] as const)) {
      for (const name of names) all.push({ name, type });
    }
  }
  return all.map((question, i) => ({ ...question, id: first + i }));
}

function* ask(
  process: Process,
  server: { readonly name: string; readonly ip: string },
  questions: readonly Question[],
): Story<number> {
  const inbox = new Inbox<DnsAnswer>();
  const socket = process.net.openUdp(process, 0, ({ payload }) => {
    if (isDnsAnswer(payload)) inbox.push(payload);
  });
  const open = new Map(questions.map((question) => [question.id, question]));
  const send = ({ id, name, type: recordType }: Question) =>
    socket?.send(
      { ip: server.ip, port: 53 },
      { type: 'dns-query', id, name, recordType },
      `DNS ${recordType}? ${name}`,
    );
  let status = 0;
  let hasAnswer = false;
  for (let attempt = 0; attempt < tries && open.size > 0; attempt++) {
    for (const question of open.values()) send(question);
    const until = process.site.now + timeoutMs / tries;
    while (open.size > 0 && process.site.now < until) {
      const answer = (yield* select([inbox], until - process.site.now))?.value as
        DnsAnswer | undefined;
      if (answer === undefined || !open.delete(answer.id)) continue;
      if (!hasAnswer) process.print(`Server:\t\t${server.name}\nAddress:\t${server.ip}:53\n\n`);
      hasAnswer = true;
      if (!print(process, answer)) status = 1;
    }
  }
  socket?.close();
  if (!hasAnswer) {
    process.print(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  for (const { name } of open.values()) process.print(`*** Can't find ${name}: No answer\n`);
  if (open.size > 0) process.print('\n');
  return status;
}

/** False when there is no such name. */
function print(process: Process, answer: DnsAnswer): boolean {
  const isFound = answer.code === 'NOERROR';
  if (!isFound) process.print(`** server can't find ${answer.name}: ${answer.code}\n`);
  else {
    if (!answer.isAuthoritative) process.print('Non-authoritative answer:\n');
    for (const record of answer.records) process.print(recordText(record));
  }
  process.print('\n');
  return isFound;
}

function recordText({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${data}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${data}\n`;
    case 'PTR':
      return `${name}\tname = ${data}\n`;
    case 'NS':
      return `${name}\tnameserver = ${data}\n`;
    case 'SRV':
      return `${name}\tservice = ${data}\n`;
    default:
      return `${name}\ttext = "${data}"\n`;
  }
}
