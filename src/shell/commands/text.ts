/** Filters over lines of text. */
import { type Process, type Program, normal, sleep, take } from '../../host/index.ts';
import { byteLength, bytesOf, textOf as textOfBytes } from '../../kernel/bytes.ts';
import type { Story } from '../../kernel/index.ts';
import { command, complain, eachLineOf, linesOf, readInput, readOperand } from '../command.ts';

function* textOf(process: Process, paths: readonly string[]): Story<string> {
  if (paths.length === 0) return yield* readInput(process);
  let text = '';
  for (const path of paths) text += (yield* readOperand(process, path)) ?? '';
  return text;
}

const cat = command('cat', {}, function* (process, { operands, has }) {
  let count = 0;
  const numbered = (line: string) => `${String(++count).padStart(6)}\t${line}\n`;
  if (operands.length === 0) {
    if (has('n')) return yield* eachLineOf(process, [], (line) => process.print(numbered(line)));
    // Bytes as they come, whether they are lines or not.
    for (;;) {
      const chunk = yield* take(process.stdin);
      if (chunk === undefined || chunk === '') return 0;
      process.print(chunk);
    }
  }
  let status = 0;
  for (const path of operands) {
    const text = yield* readOperand(process, path);
    if (text === undefined) status = 1;
    else process.print(has('n') ? linesOf(text).map(numbered).join('') : text);
  }
  return status;
});

const head = command('head', { valued: 'nc', number: 'n' }, function* (process, words) {
  const count = Number(words.value('n') ?? 10);
  let printed = 0;
  if (count === 0) return 0;
  return yield* eachLineOf(process, words.operands, (line) => {
    process.print(`${line}\n`);
    printed += 1;
    return printed < count;
  });
});

const tail = command('tail', { valued: 'nc', number: 'n' }, function* (process, words) {
  const [path] = words.operands;
  const isNamed = words.has('F');
  if ((words.has('f') || isNamed) && path !== undefined) {
    return yield* follow(process, path, isNamed, Number(words.value('n') ?? '10'));
  }
  const text = yield* textOf(process, words.operands);
  const bytes = words.value('c');
  if (bytes !== undefined) {
    const from = bytes.startsWith('+') ? Math.max(0, Number(bytes) - 1) : -Number(bytes);
    process.print(bytes === '0' ? '' : textOfBytes(bytesOf(text).slice(from)));
    return 0;
  }
  const wanted = words.value('n') ?? '10';
  const lines = linesOf(text);
  const kept = wanted.startsWith('+')
    ? lines.slice(Number(wanted) - 1)
    : lines.slice(-Number(wanted));
  process.print(Number(wanted) === 0 ? '' : kept.map((line) => `${line}\n`).join(''));
  return 0;
});

/**
 * `tail -f`, and `-F`, which waits for a file of that name, and begins anew when there is another.
 * Looks once a second, as busybox does.
 */
function* follow(
  process: Process, path: string, isNamed: boolean, last: number,
): Story<number> {
  const read = () => process.files.read(normal(path, process.cwd));
  let seen = read();
  if (seen === undefined) {
    complain(process, `can't open '${path}': No such file or directory`);
    if (!isNamed) return complain(process, 'no files');
  } else if (last > 0) {
    process.print(linesOf(seen).slice(-last).map((line) => `${line}\n`).join(''));
  }
  for (;;) {
    yield* sleep(1000);
    const now = read();
    if (now === undefined || now === seen) continue;
    if (seen === undefined) {
      process.printError(`tail: ${path} has appeared; following end of new file\n`);
    }
    process.print(seen !== undefined && now.startsWith(seen) ? now.slice(seen.length) : now);
    seen = now;
  }
}

const wc = command('wc', {}, function* (process, { operands, has }) {
  const all = !has('l') && !has('w') && !has('c');
  const only = ['l', 'w', 'c'].filter(has).length === 1;
  for (const path of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readOperand(process, path);
    if (text === undefined) return 1;
    const counts = [
      has('l') || all ? text.split('\n').length - 1 : undefined,
      has('w') || all ? text.split(/\s+/).filter(Boolean).length : undefined,
      has('c') || all ? byteLength(text) : undefined,
    ].filter((value) => value !== undefined);
    const shown =
      only && path === '-'
        ? String(counts[0])
        : counts.map((n) => String(n).padStart(only ? 0 : 7)).join(' ');
    process.print(path === '-' ? `${shown}\n` : `${shown} ${path}\n`);
  }
  return 0;
});

const grep = command('grep', { valued: 'eABCm' }, function* (process, words) {
  const operands = [...words.operands];
  const pattern = words.value('e') ?? operands.shift();
  if (pattern === undefined)
    return complain(process, 'usage: grep [OPTION]... PATTERN [FILE]...', 2);
  const source = words.has('F')
    ? pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    : words.has('E')
      ? pattern
      : basicToExtended(pattern);
  let matches: RegExp;
  try {
    const whole = words.has('w')
      ? `\\b(?:${source})\\b`
      : words.has('x')
        ? `^(?:${source})$`
        : source;
    matches = new RegExp(whole, words.has('i') ? 'i' : '');
  } catch {
    return complain(process, `Invalid regular expression`, 2);
  }
  const after = Number(words.value('A') ?? words.value('C') ?? 0);
  const before = Number(words.value('B') ?? words.value('C') ?? 0);
  const most = Number(words.value('m') ?? Infinity);
  let found = 0;
  let owed = 0;
  let number = 0;
  const held: string[] = [];
  const status = yield* eachLineOf(process, operands, (line, path) => {
    number += 1;
    const isMatch = matches.test(line) !== words.has('v');
    const prefix = (operands.length > 1 ? `${path}:` : '') + (words.has('n') ? `${number}:` : '');
    if (isMatch) {
      found += 1;
      if (!words.has('c') && !words.has('q')) {
        for (const old of held.splice(0)) process.print(`${old}\n`);
        const shown = words.has('o')
          ? (line.match(new RegExp(matches.source, 'g')) ?? []).join('\n')
          : line;
        process.print(`${prefix}${shown}\n`);
      }
      owed = after;
    } else if (owed > 0) {
      owed -= 1;
      process.print(`${line}\n`);
    } else if (before > 0) {
      held.push(line);
      if (held.length > before) held.shift();
    }
    return found < most;
  });
  if (words.has('c')) process.print(`${found}\n`);
  return status !== 0 ? 2 : found > 0 ? 0 : 1;
});

/**
 * In a basic expression `+ ? | ( ) { }` are plain unless a backslash stands before them, and a `$`
 * that does not end it is one.
 */
const basicToExtended = (source: string) =>
  source
    .replaceAll(/(\\*)\$(?=.)(?!\\[)|])/g, (token, slashes: string) =>
      slashes.length % 2 === 1 ? token : `${slashes}\\$`,
    )
    .replaceAll(/\\?[+?|(){}]/g, (token) => (token.length === 2 ? token.slice(1) : `\\${token}`));

const sort = command('sort', { valued: 'kt' }, function* (process, words) {
  const lines = linesOf(yield* textOf(process, words.operands));
  const field =
    words.value('k') === undefined ? undefined : parseInt(words.value('k') ?? '1', 10) - 1;
  const separator = words.value('t') ?? /\s+/;
  const key = (line: string) =>
    field === undefined ? line : (line.trim().split(separator)[field] ?? '');
  const isNumeric = words.has('n') || words.has('h');
  const compare = (a: string, b: string) => {
    const x = key(a);
    const y = key(b);
    if (isNumeric && parseFloat(x) !== parseFloat(y))
      return (parseFloat(x) || 0) - (parseFloat(y) || 0);
    return x < y ? -1 : x > y ? 1 : 0;
  };
  let sorted = lines.toSorted(compare);
  if (words.has('r')) sorted = sorted.toReversed();
  if (words.has('u')) sorted = [...new Set(sorted)];
  process.print(sorted.map((line) => `${line}\n`).join(''));
  return 0;
});

const uniq = command('uniq', {}, function* (process, { operands, has }) {
  const counted: { line: string; count: number }[] = [];
  for (const line of linesOf(yield* textOf(process, operands))) {
    const last = counted.at(-1);
    if (last?.line === line) last.count += 1;
    else counted.push({ line, count: 1 });
  }
  for (const { line, count } of counted) {
    if (has('d') && count < 2) continue;
    process.print(has('c') ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`);
  }
  return 0;
});

const cut = command('cut', { valued: 'dfc' }, function* (process, words) {
  const spec = words.value('f') ?? words.value('c') ?? '1';
  const wanted = (index: number) =>
    spec.split(',').some((range) => {
      const [from, to] = range.includes('-') ? range.split('-') : [range, range];
      return index + 1 >= Number(from || 1) && index + 1 <= Number(to || Infinity);
    });
  const separator = words.has('c') ? '' : (words.value('d') ?? '\t');
  return yield* eachLineOf(process, words.operands, (line) => {
    const isWhole = separator !== '' && !line.includes(separator);
    const kept = line.split(separator).filter((_, index) => wanted(index));
    process.print(`${isWhole ? line : kept.join(separator)}\n`);
  });
});

const setOf = (text: string) =>
  text
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('[:upper:]', 'A-Z')
    .replaceAll('[:lower:]', 'a-z')
    .replaceAll('[:digit:]', '0-9')
    .replaceAll('[:alpha:]', 'A-Za-z')
    .replaceAll('[:alnum:]', 'A-Za-z0-9')
    .replaceAll('[:blank:]', ' \t')
    .replaceAll('[:space:]', ' \t\n\v\f\r')
    .replaceAll('\\r', '\r')
    .replaceAll(/(.)-(.)/g, (_, a: string, b: string) => {
      const from = a.charCodeAt(0);
      return String.fromCharCode(
        ...Array.from({ length: Math.max(0, b.charCodeAt(0) - from + 1) }, (_x, i) => from + i),
      );
    });

const tr = command('tr', {}, function* (process, { operands, has }) {
  const from = setOf(operands[0] ?? '');
  const to = setOf(operands[1] ?? '');
  let last = '';
  let text = '';
  for (const c of yield* readInput(process)) {
    const at = from.indexOf(c);
    if (has('d') && at >= 0) continue;
    const next = at < 0 || to === '' ? c : (to[Math.min(at, to.length - 1)] as string);
    if (has('s') && next === last && (to || from).includes(next)) continue;
    text += next;
    last = next;
  }
  process.print(text);
  return 0;
});

/** `s/a/b/g`, `Nd`, `/x/d`, `Np` with -n: what people use sed for. */
const sed = command('sed', { valued: 'e' }, function* (process, words) {
  const operands = [...words.operands];
  const scripts = process.args.flatMap((arg, i, args) => (arg === '-e' ? [args[i + 1] ?? ''] : []));
  const script = words.has('e') ? scripts.join(';') || words.value('e') : operands.shift();
  const edits = (script ?? '').split(/;(?![^/]*\/[gip]?(?:;|$))/).map((text) => text.trim());
  const parsed = edits.map(parseEdit);
  const bad = parsed.findIndex((edit) => edit === undefined);
  if (bad >= 0)
    return complain(
      process,
      `-e expression #1, char 1: unknown command: \`${edits[bad]?.[0] ?? ''}'`,
    );
  let number = 0;
  const result: string[] = [];
  const run = (line: string) => {
    number += 1;
    let text: string | undefined = line;
    for (const edit of parsed) {
      if (text === undefined || edit === undefined || !edit.applies(text, number)) continue;
      if (edit.action === 'd') text = undefined;
      else if (edit.action === 'p') result.push(text);
      else text = text.replace(edit.pattern, edit.replacement);
    }
    if (text !== undefined && !words.has('n')) result.push(text);
    if (!words.has('i')) for (const out of result.splice(0)) process.print(`${out}\n`);
  };
  const status = yield* eachLineOf(process, operands, run);
  const [path] = operands;
  if (words.has('i') && path !== undefined) {
    process.files.write(
      path.startsWith('/') ? path : `${process.cwd}/${path}`,
      result.map((l) => `${l}\n`).join(''),
    );
  }
  return status;
});

/** A text's lines after one of sed's edits; undefined when it is none. */
export function editLines(text: string, script: string): string | undefined {
  const edit = parseEdit(script);
  if (edit === undefined) return undefined;
  const lines = linesOf(text).flatMap((line, i) => {
    if (!edit.applies(line, i + 1)) return [line];
    if (edit.action === 'd') return [];
    return [edit.action === 's' ? line.replace(edit.pattern, edit.replacement) : line];
  });
  return lines.map((line) => `${line}\n`).join('');
}

interface Edit {
  readonly action: 's' | 'd' | 'p';
  readonly pattern: RegExp;
  readonly replacement: string;
  readonly applies: (line: string, number: number) => boolean;
}

const place = '\\d+|\\$|/(?:[^/\\\\]|\\\\.)*/';
const addressed = new RegExp(`^(?:(${place})(?:,(${place}))?)?\\s*(!?)\\s*(.*)$`, 's');

/** `3`, `/x/`, and `$` as the end of a range: whether a line is meant. */
function isAt(at: string, line: string, number: number): boolean {
  return at.startsWith('/')
    ? new RegExp(basicToExtended(at.slice(1, -1))).test(line)
    : number === Number(at);
}

/** Which lines an edit is for; a range goes on until its end is met. */
function linesMeant(from?: string, to?: string): Edit['applies'] {
  let isWithin = false;
  const last = /^\d/.test(to ?? '') ? Number(to) : undefined;
  return (line, number) => {
    if (from === undefined) return true;
    if (to === undefined) return isAt(from, line, number);
    if (!isWithin) {
      const begins = isAt(from, line, number);
      isWithin = begins && (last === undefined || number < last);
      return begins;
    }
    isWithin = last === undefined ? !isAt(to, line, number) : number < last;
    return last === undefined || number <= last;
  };
}

function parseEdit(text: string): Edit | undefined {
  const address = addressed.exec(text) ?? [];
  const isMeant = linesMeant(address[1], address[2]);
  const applies: Edit['applies'] = (line, number) => isMeant(line, number) !== (address[3] === '!');
  const rest = address[4] ?? '';
  if (rest === 'd' || rest === 'p') return { action: rest, pattern: /^/, replacement: '', applies };
  const [kind, separator = '/'] = rest;
  if (kind !== 's') return undefined;
  const [from = '', to = '', flags = ''] = rest.slice(2).split(separator);
  const replacement = to
    .replaceAll('$', '$$$$')
    .replaceAll(/\\(\d)/g, '$$$1')
    .replaceAll(/(?<!\\)&/g, '$$&')
    .replaceAll('\\n', '\n');
  const source = basicToExtended(from);
  return {
    action: 's',
    pattern: new RegExp(source, flags.replaceAll(/[^gi]/g, '')),
    replacement,
    applies,
  };
}

/** `{print $1, $3}` with -F, NR and patterns: the part of awk that one-liners use. */
const awk = command('awk', { valued: 'F' }, function* (process, words) {
  const [program = '', ...paths] = words.operands;
  const found =
    /^\s*(?:\/(.*)\/|NR\s*(==|>|>=|<|!=)\s*(\d+))?\s*(?:\{\s*print\s*(.*?)\s*;?\s*\})?\s*$/s.exec(
      program,
    );
  if (found === null) return complain(process, 'syntax error at source line 1', 2);
  const separator = words.value('F');
  let number = 0;
  return yield* eachLineOf(process, paths, (line) => {
    number += 1;
    if (found[1] !== undefined && !new RegExp(found[1]).test(line)) return;
    if (found[2] !== undefined && !compares(number, found[2], Number(found[3]))) return;
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    const item = (text: string) => {
      const field = /^\$(\d+|NF)$/.exec(text);
      if (field !== null)
        return field[1] === '0'
          ? line
          : (fields[field[1] === 'NF' ? fields.length - 1 : Number(field[1]) - 1] ?? '');
      if (text === 'NR') return String(number);
      if (text === 'NF') return String(fields.length);
      return text.replace(/^"|"$/g, '').replaceAll('\\t', '\t').replaceAll('\\n', '\n');
    };
    const parts = (found[4] ?? '').match(/"[^"]*"|\$?\w+|,/g);
    const shown =
      parts === null ? line : parts.map((part) => (part === ',' ? ' ' : item(part))).join('');
    process.print(`${shown}\n`);
  });
});

function compares(a: number, operator: string, b: number): boolean {
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (operator === '<') return a < b;
  return operator === '>' ? a > b : a >= b;
}

const tee = command('tee', {}, function* (process, { operands, has }) {
  for (const path of operands) if (!has('a')) process.files.write(at(process, path), '');
  return yield* eachLineOf(process, [], (line) => {
    process.print(`${line}\n`);
    for (const path of operands) process.files.append(at(process, path), `${line}\n`);
  });
});

const at = (process: Process, path: string) =>
  path.startsWith('/') ? path : `${process.cwd}/${path}`;

const rev = command('rev', {}, function* (process, { operands }) {
  return yield* eachLineOf(process, operands, (line) =>
    process.print(`${[...line].toReversed().join('')}\n`),
  );
});

export const text: readonly Program[] = [
  cat,
  head,
  tail,
  wc,
  grep,
  sort,
  uniq,
  cut,
  tr,
  sed,
  awk,
  tee,
  rev,
];
