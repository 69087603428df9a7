/**
 * How a program finds the address of a name: /etc/hosts, then the name servers of
 * /etc/resolv.conf with its search list and `ndots`. Follows resolver(5). Simplified: asks for
 * IPv4 addresses only.
 */
import type { Story } from '../../kernel/index.ts';
import { Inbox } from '../inbox.ts';
import { select } from '../program.ts';
import type { Process } from '../process.ts';
import { isIp } from './address.ts';
import { type DnsAnswer, isDnsAnswer, type RecordType } from './dns.ts';

export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** What the files of a process say. Without a name server it is the machine itself, as in libc. */
export function resolverConfig(process: Process): ResolverConfig {
  const text = process.files.read('/etc/resolv.conf') ?? '';
  const servers: string[] = [];
  let search: string[] = [];
  let options = '';
  for (const line of text.split('\n')) {
    const [key, ...words] = line.trim().split(/\s+/);
    if (key === 'nameserver' && words[0] !== undefined) servers.push(words[0]);
    else if (key === 'search' || key === 'domain') search = words;
    else if (key === 'options') options += ` ${words.join(' ')}`;
  }
  const option = (name: string, byDefault: number) =>
    Number(new RegExp(`\\b${name}:(\\d+)`).exec(options)?.[1] ?? byDefault);
  return {
    servers: servers.length > 0 ? servers.slice(0, 3) : ['127.0.0.1'],
    search,
    ndots: option('ndots', 1),
    timeoutMs: option('timeout', 5) * 1000,
    attempts: option('attempts', 2),
  };
}

/** The address of a name; undefined when there is none, or nobody says. */
export function* resolve(process: Process, name: string): Story<string | undefined> {
  if (isIp(name)) return name;
  const known = fromHosts(process, name);
  if (known !== undefined) return known;
  const config = resolverConfig(process);
  for (const candidate of candidates(name, config)) {
    const answer = yield* askAll(process, config, candidate, 'A');
    // Nobody answers: the other candidates would fare no better.
    if (answer === undefined) return undefined;
    const address = answer.records.find(({ type }) => type === 'A');
    if (address !== undefined) return address.data;
    const alias = answer.records.find(({ type }) => type === 'CNAME');
    if (alias !== undefined) return yield* resolve(process, `${alias.data}.`);
  }
  return undefined;
}

/** The names to try, in order. */
export function candidates(name: string, { search, ndots }: ResolverConfig): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

function fromHosts(process: Process, name: string): string | undefined {
  for (const line of (process.files.read('/etc/hosts') ?? '').split('\n')) {
    const [ip = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIp(ip) && names.includes(name)) return ip;
  }
  return undefined;
}

/** Each server in turn, as often as the configuration says; undefined when all are silent. */
function* askAll(
  process: Process,
  config: ResolverConfig,
  name: string,
  type: RecordType,
): Story<DnsAnswer | undefined> {
  let last: DnsAnswer | undefined;
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const server of config.servers) {
      const answer = yield* askServer(process, server, name, type, config.timeoutMs);
      if (answer === undefined) continue;
      last = answer;
      if (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN') return answer;
    }
  }
  return last;
}

/** One question to one server; undefined when nothing comes back in time. */
export function* askServer(
  process: Process,
  server: string,
  name: string,
  recordType: RecordType,
  timeoutMs: number,
): Story<DnsAnswer | undefined> {
  const inbox = new Inbox<DnsAnswer>();
  const id = process.site.chance.below(65_536);
  const socket = process.net.openUdp(process, 0, ({ payload }) => {
    if (isDnsAnswer(payload) && payload.id === id) inbox.push(payload);
  });
  if (socket === undefined) return undefined;
  try {
    const query = { type: 'dns-query', id, name, recordType };
    socket.send({ ip: server, port: 53 }, query, `DNS ${recordType}? ${name}`);
    const selected = yield* select([inbox], timeoutMs);
    return selected?.value as DnsAnswer | undefined;
  } finally {
    socket.close();
  }
}
