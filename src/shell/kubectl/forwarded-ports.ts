/**
 * Which ports of this machine lead to which ports of a Pod, by what was typed. Follows kubectl
 * pkg/cmd/portforward and client-go tools/portforward.
 */
import type { Pod, Service } from '../../api/types.gen.ts';
import { failed } from './errors.ts';

/** `local` is 0 until a free one is found. */
export interface Port {
  local: number;
  readonly remote: number;
}

/** `8080:80` as its two sides. */
function split(word: string): readonly [string, string] {
  const parts = word.split(':');
  return parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [parts[0] ?? '', parts[0] ?? ''];
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** Ports of a Service as those of its Pod (translateServicePortToTargetPort). */
export function numbersOfService(
  words: readonly string[], { metadata, spec }: Service, pod: Pod,
): readonly string[] {
  const declared = spec?.ports ?? [];
  const named = (text: string): number => {
    if (isNumber(text)) return Number(text);
    const found = declared.find(({ name }) => name === text)?.port;
    if (found !== undefined) return found;
    throw failed(`Service '${metadata.name}' does not have a named port '${text}'`);
  };
  refuseUdp(words, named, declared.map(({ port, protocol }) => ({ port, protocol })));
  return words.map((word) => {
    const [local, remote] = split(word);
    const number = named(remote);
    const found = declared.find(({ port }) => port === number);
    if (found === undefined) {
      throw failed(`Service ${metadata.name} does not have a service port ${number}`);
    }
    const { targetPort = 0 } = found;
    let inside = number;
    if (spec?.clusterIP !== 'None') {
      if (typeof targetPort === 'string') inside = containerPort(pod, targetPort);
      else if (targetPort !== 0) inside = targetPort;
    }
    const here = local === remote ? String(number) : local;
    return here === String(inside) ? here : `${here}:${inside}`;
  });
}

/** Named ports of a Pod as numbers (convertPodNamedPortToNumber). */
export function numbersInPod(words: readonly string[], pod: Pod): readonly string[] {
  const named = (text: string) => (isNumber(text) ? Number(text) : containerPort(pod, text));
  const declared = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.map(({ containerPort: port, protocol }) => ({ port, protocol })));
  if (declared.some(({ protocol }) => protocol === 'UDP')) refuseUdp(words, named, declared);
  return words.map((word) => {
    const [local, remote] = split(word);
    if (remote === '') throw failed('remote port cannot be empty');
    const number = isNumber(remote) ? remote : String(named(remote));
    return local === remote ? number : `${local}:${number}`;
  });
}

function containerPort({ metadata, spec }: Pod, wanted: string): number {
  for (const { ports = [] } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    const found = ports.find(({ name }) => name === wanted);
    if (found !== undefined) return found.containerPort;
  }
  throw failed(`Pod '${metadata.name}' does not have a named port '${wanted}'`);
}

interface Declared {
  readonly port: number;
  readonly protocol?: string | undefined;
}

function refuseUdp(
  words: readonly string[], named: (text: string) => number, declared: readonly Declared[],
): void {
  const has = (number: number, isUdp: boolean) =>
    declared.some(({ port, protocol = 'TCP' }) => port === number && (protocol === 'UDP') === isUdp);
  for (const word of words) {
    const [, remote] = split(word);
    const number = named(remote);
    if (has(number, true) && !has(number, false)) {
      throw failed(`UDP protocol is not supported for ${remote}`);
    }
  }
}

/** Follows client-go's parsePorts. */
export function portOf(word: string): Port {
  const parts = word.split(':');
  if (parts.length > 2) throw failed(`invalid port format '${word}'`);
  const [first = ''] = parts;
  const local = number16('local', parts.length === 2 && first === '' ? '0' : first);
  const remote = number16('remote', parts.at(-1) ?? '');
  if (remote === 0) throw failed('remote port must be > 0');
  return { local, remote };
}

function number16(side: string, text: string): number {
  const quoted = JSON.stringify(text);
  if (!/^\d+$/.test(text)) {
    throw failed(`error parsing ${side} port '${text}': strconv.ParseUint: parsing ${quoted}: invalid syntax`);
  }
  if (Number(text) <= 65_535) return Number(text);
  throw failed(`error parsing ${side} port '${text}': strconv.ParseUint: parsing ${quoted}: value out of range`);
}

/** Addresses in their order; `localhost` is two, of which one is enough. */
export function addressesOf(words: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const word of words) {
    if (word === 'localhost') {
      found.add('127.0.0.1');
      found.add('::1');
    } else if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(word) || word.includes(':')) found.add(word);
    else throw failed(`${word} is not a valid IP`);
  }
  return [...found].sort();
}
