import type { Protocol } from './packet.ts';

export type TableName = 'filter' | 'nat' | 'mangle';

/** A rule of iptables as data: all matches that are given must hold. */
export interface Rule {
  readonly comment?: string;
  readonly protocol?: Protocol;
  /** `10.244.0.0/16`; `notSource` and `notDestination` are `!`. */
  readonly source?: string;
  readonly notSource?: string;
  readonly destination?: string;
  readonly notDestination?: string;
  readonly destinationPort?: number;
  readonly inDevice?: string;
  readonly outDevice?: string;
  /** `-m addrtype --dst-type LOCAL`: one of the machine's own addresses. */
  readonly isToLocal?: boolean;
  readonly isFromLocal?: boolean;
  /** `-m addrtype ! --dst-type MULTICAST` and such never hold here. */
  readonly mark?: { readonly value: number; readonly mask: number; readonly isNot?: boolean };
  readonly states?: readonly ConnectionState[];
  /** `-m statistic --mode random --probability`. */
  readonly probability?: number;
  /** `-m recent --name … --rcheck --seconds … --reap` or `--set`, by source address. */
  readonly recent?: {
    readonly name: string;
    readonly op: 'rcheck' | 'set';
    readonly seconds?: number;
  };
  readonly target: Target;
}

export type ConnectionState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID';

export type Target =
  | { readonly type: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly type: 'REJECT'; readonly with?: string }
  | { readonly type: 'MASQUERADE'; readonly isRandomFully?: boolean }
  | { readonly type: 'DNAT'; readonly to: string }
  | { readonly type: 'MARK'; readonly op: 'or' | 'xor'; readonly bits: number }
  | { readonly type: 'jump'; readonly chain: string };

export const jump = (chain: string): Target => ({ type: 'jump', chain });

/** A chain: built-in ones have a policy. */
export interface Chain {
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly rules: readonly Rule[];
}

export const builtInChains: Readonly<Record<TableName, readonly string[]>> = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
};

/** The tables of a machine, as `iptables` fills them. Who owns a chain replaces it whole. */
export class Tables {
  private readonly tables = new Map<TableName, Map<string, Chain>>();
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
    this.clear();
  }

  /** Only the built-in chains, all open. */
  clear(): void {
    for (const table of ['mangle', 'filter', 'nat'] as const) {
      const chains = builtInChains[table].map((name): [string, Chain] => [
        name,
        { policy: 'ACCEPT', rules: [] },
      ]);
      this.tables.set(table, new Map(chains));
    }
    this.changed();
  }

  table(name: TableName): ReadonlyMap<string, Chain> {
    return this.tables.get(name) as Map<string, Chain>;
  }

  chain(table: TableName, name: string): Chain | undefined {
    return this.tables.get(table)?.get(name);
  }

  /** Makes a chain, or replaces its rules: what `iptables-restore --noflush` does. */
  setChain(table: TableName, name: string, rules: readonly Rule[]): void {
    const chains = this.tables.get(table) as Map<string, Chain>;
    chains.set(name, { ...chains.get(name), rules });
    this.changed();
  }

  removeChain(table: TableName, name: string): void {
    this.tables.get(table)?.delete(name);
    this.changed();
  }

  setPolicy(table: TableName, name: string, policy: 'ACCEPT' | 'DROP'): void {
    this.tables.get(table)?.set(name, { policy, rules: this.chain(table, name)?.rules ?? [] });
    this.changed();
  }

  /** Puts a rule first in a chain (`-I`) or last (`-A`), unless the chain has it (`-C`). */
  ensureRule(table: TableName, name: string, rule: Rule, where: 'first' | 'last'): void {
    const rules = this.chain(table, name)?.rules ?? [];
    const key = keyOf(rule);
    if (rules.some((other) => keyOf(other) === key)) return;
    this.setChain(table, name, where === 'first' ? [rule, ...rules] : [...rules, rule]);
  }

  removeRules(table: TableName, name: string, isGone: (rule: Rule) => boolean): void {
    const rules = this.chain(table, name)?.rules ?? [];
    this.setChain(
      table,
      name,
      rules.filter((rule) => !isGone(rule)),
    );
  }
}

const keyOf = (rule: Rule): string => JSON.stringify(rule);
