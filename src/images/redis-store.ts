/** What a redis server keeps, and its answers as redis-cli shows them. */

type Value = string | readonly string[];

const wrongType =
  '(error) WRONGTYPE Operation against a key holding the wrong kind of value';

export const numbered = (lines: readonly string[]): string =>
  lines.length === 0 ? '(empty array)' : lines.map((line, i) => `${i + 1}) "${line}"`).join('\n');

const quoted = (value: string | undefined): string => (value === undefined ? '(nil)' : `"${value}"`);

const writing = ['set', 'incr', 'del', 'lpush', 'rpush', 'lpop', 'rpop', 'flushall', 'append'];

/** Whether a command changes what is kept: replicas refuse it, leaders pass it on. */
export const isWrite = ([name = '']: readonly string[]): boolean =>
  writing.includes(name.toLowerCase());

export class RedisStore {
  private values = new Map<string, Value>();

  get size(): number {
    return this.values.size;
  }

  /** All of it, for a replica. */
  copy(): readonly (readonly [string, Value])[] {
    return [...this.values];
  }

  /** Becomes what a leader has. */
  replace(entries: readonly (readonly [string, Value])[]): void {
    this.values = new Map(entries);
  }

  run(words: readonly string[]): string {
    const [name = '', key = '', value = ''] = words;
    switch (name.toLowerCase()) {
      case 'echo':
        return quoted(key);
      case 'ping':
        return key === '' ? 'PONG' : quoted(key);
      case 'dbsize':
        return `(integer) ${this.values.size}`;
      case 'exists':
        return `(integer) ${this.values.has(key) ? 1 : 0}`;
      case 'keys':
        return numbered([...this.values.keys()].sort());
      case 'flushall':
        this.values.clear();
        return 'OK';
      case 'set':
        this.values.set(key, value);
        return 'OK';
      case 'get':
        return this.text(key, quoted);
      case 'append':
        return this.text(key, (old = '') => {
          this.values.set(key, old + value);
          return `(integer) ${(old + value).length}`;
        });
      case 'incr':
        return this.text(key, (old = '0') => {
          const next = Number(old) + 1;
          if (!Number.isInteger(next)) return '(error) ERR value is not an integer or out of range';
          this.values.set(key, String(next));
          return `(integer) ${next}`;
        });
      case 'del':
        return `(integer) ${words.slice(1).filter((one) => this.values.delete(one)).length}`;
      default:
        return this.list(name, key, words);
    }
  }

  private list(name: string, key: string, words: readonly string[]): string {
    const list = this.values.get(key) ?? [];
    const more = words.slice(2);
    if (!/^[lr](push|pop)$|^l(range|len)$/i.test(name)) return unknown(words);
    if (typeof list === 'string') return wrongType;
    switch (name.toLowerCase()) {
      case 'rpush':
        return this.keep(key, [...list, ...more]);
      case 'lpush':
        return this.keep(key, [...more.toReversed(), ...list]);
      case 'lpop':
        this.keep(key, list.slice(1));
        return quoted(list[0]);
      case 'rpop':
        this.keep(key, list.slice(0, -1));
        return quoted(list.at(-1));
      case 'llen':
        return `(integer) ${list.length}`;
      default: {
        const [from = 0, to = -1] = more.map(Number);
        return numbered(list.slice(from, to === -1 ? undefined : to + 1));
      }
    }
  }

  /** A list without members is no key. */
  private keep(key: string, list: readonly string[]): string {
    if (list.length === 0) this.values.delete(key);
    else this.values.set(key, list);
    return `(integer) ${list.length}`;
  }

  private text(key: string, use: (value: string | undefined) => string): string {
    const value = this.values.get(key);
    return value === undefined || typeof value === 'string' ? use(value) : wrongType;
  }
}

const unknown = ([name = '', ...rest]: readonly string[]): string =>
  `(error) ERR unknown command '${name}', with args beginning with: ` +
  rest.map((word) => `'${word}' `).join('');
