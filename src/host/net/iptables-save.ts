import { type Rule, type TableName, type Tables, type Target } from './rule.ts';

/** The tables as `iptables-save` prints them, without its comment lines' time. */
export function saveTable(tables: Tables, name: TableName): string {
  const chains = [...tables.table(name)];
  const heads = chains.map(([chain, { policy }]) => `:${chain} ${policy ?? '-'} [0:0]`);
  const rules = chains.flatMap(([chain, { rules: all }]) =>
    all.map((rule) => `-A ${chain} ${ruleText(rule)}`),
  );
  return [`*${name}`, ...heads, ...rules, 'COMMIT'].join('\n');
}

/** A rule's options, in the order in which iptables 1.8 prints them. */
export function ruleText(rule: Rule): string {
  return [...addressParts(rule), ...matchParts(rule), ...targetParts(rule.target)].join(' ');
}

function addressParts(rule: Rule): string[] {
  const parts: string[] = [];
  const add = (flag: string, value: string | undefined) => {
    if (value !== undefined) parts.push(`${flag} ${withPrefix(value)}`);
  };
  add('-s', rule.source);
  add('! -s', rule.notSource);
  add('-d', rule.destination);
  add('! -d', rule.notDestination);
  if (rule.inDevice !== undefined) parts.push(`-i ${rule.inDevice}`);
  if (rule.outDevice !== undefined) parts.push(`-o ${rule.outDevice}`);
  if (rule.protocol !== undefined) parts.push(`-p ${rule.protocol}`);
  return parts;
}

function matchParts(rule: Rule): string[] {
  const parts: string[] = [];
  if (rule.comment !== undefined) parts.push(`-m comment --comment ${quoted(rule.comment)}`);
  if (rule.destinationPort !== undefined) {
    parts.push(`-m ${rule.protocol ?? 'tcp'} --dport ${rule.destinationPort}`);
  }
  if (rule.isFromLocal) parts.push('-m addrtype --src-type LOCAL');
  if (rule.isToLocal) parts.push('-m addrtype --dst-type LOCAL');
  if (rule.mark !== undefined) {
    const { value, mask, isNot } = rule.mark;
    parts.push(`-m mark ${isNot ? '! ' : ''}--mark ${hex(value)}/${hex(mask)}`);
  }
  if (rule.states !== undefined) parts.push(`-m conntrack --ctstate ${rule.states.join(',')}`);
  if (rule.probability !== undefined) {
    parts.push(`-m statistic --mode random --probability ${chanceText(rule.probability)}`);
  }
  if (rule.recent !== undefined) {
    const { name, op, seconds } = rule.recent;
    const check = op === 'set' ? '--set' : `--rcheck --seconds ${seconds ?? 0} --reap`;
    parts.push(`-m recent ${check} --name ${name} --mask 255.255.255.255 --rsource`);
  }
  // A bare `-p tcp` in front of DNAT loads its match all the same, as kube-proxy writes it.
  if (rule.target.type === 'DNAT' && rule.destinationPort === undefined) {
    parts.push(`-m ${rule.protocol ?? 'tcp'}`);
  }
  return parts;
}

function targetParts(target: Target): string[] {
  switch (target.type) {
    case 'jump':
      return [`-j ${target.chain}`];
    case 'DNAT':
      return [`-j DNAT --to-destination ${target.to}`];
    case 'MARK':
      return [
        target.op === 'or'
          ? `-j MARK --set-xmark ${hex(target.bits)}/${hex(target.bits)}`
          : `-j MARK --set-xmark ${hex(target.bits)}/0x0`,
      ];
    case 'REJECT':
      return [`-j REJECT --reject-with ${target.with ?? 'icmp-port-unreachable'}`];
    case 'MASQUERADE':
      return [`-j MASQUERADE${target.isRandomFully ? ' --random-fully' : ''}`];
    default:
      return [`-j ${target.type}`];
  }
}

const hex = (bits: number): string => `0x${bits.toString(16)}`;
const withPrefix = (block: string): string => (block.includes('/') ? block : `${block}/32`);
const quoted = (text: string): string => (/[^\w\-/:.]/.test(text) ? `"${text}"` : text);

/** The kernel keeps 31 bits of a probability; iptables prints what is left of it. */
function chanceText(probability: number): string {
  return (Math.round(probability * 0x8000_0000) / 0x8000_0000).toFixed(11);
}
