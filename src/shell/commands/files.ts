/** Commands over files and directories. */
import { type Entry, type Process, type Program, normal, parentOf } from '../../host/index.ts';
import { decodeBase64, encodeBase64 } from '../../api/base64.ts';
import { byteLength } from '../../kernel/bytes.ts';
import { command, complain, readOperand } from '../command.ts';
import { fileProblem } from '../streams.ts';
import { nameOf } from './accounts.ts';

const at = (process: Process, path: string) => normal(path, process.cwd);

const modeOf = (entry: Entry): string => {
  if (entry.type === 'link') return 'lrwxrwxrwx';
  const bits = [6, 3, 0].map((shift, i) => {
    const three = entry.mode >> shift;
    // The bits for setuid, setgid and "sticky" are shown in the place of an x.
    const special = entry.mode & (0o4000 >> i) ? (i === 2 ? 't' : 's') : undefined;
    const last = three & 1 ? (special ?? 'x') : (special?.toUpperCase() ?? '-');
    return `${three & 4 ? 'r' : '-'}${three & 2 ? 'w' : '-'}${last}`;
  });
  return (entry.type === 'directory' ? 'd' : '-') + bits.join('');
};

const ls = command('ls', {}, function* (process, { operands, has }) {
  const paths = operands.length === 0 ? ['.'] : operands;
  let status = 0;
  const show = (directory: string, names: readonly string[]) => {
    if (!has('l')) return process.print(names.map((name) => `${name}\n`).join(''));
    for (const name of names) {
      const entry = process.files.entry(normal(name, directory));
      if (entry === undefined) continue;
      const size = entry.type === 'file' ? byteLength(entry.text) : 4096;
      const target = entry.type === 'link' ? ` -> ${entry.target}` : '';
      const { owner = 0, group = 0 } = entry.type === 'link' ? {} : entry;
      const whose =
        `${nameOf(process.files, '/etc/passwd', owner) ?? owner} ` +
        `${nameOf(process.files, '/etc/group', group) ?? group}`;
      process.print(`${modeOf(entry)} 1 ${whose} ${String(size).padStart(6)} ${name}${target}\n`);
    }
  };
  const single: string[] = [];
  for (const path of paths) {
    const entry = process.files.stat(at(process, path));
    if (entry === undefined) {
      complain(process, `cannot access '${path}': ${fileProblem('ENOENT')}`);
      status = 2;
    } else if (entry.type !== 'directory' || has('d')) single.push(path);
  }
  show(process.cwd, single);
  let isFirst = single.length === 0;
  for (const path of paths) {
    if (single.includes(path)) continue;
    const names = process.files.list(at(process, path));
    if (names === undefined) continue;
    if (!isFirst) process.print('\n');
    isFirst = false;
    if (paths.length > 1) process.print(`${path}:\n`);
    show(
      at(process, path),
      names.filter((name) => has('a') || has('A') || !name.startsWith('.')),
    );
  }
  return status;
});

const mkdir = command('mkdir', { valued: 'm', long: { parents: 'p' } }, function* (process, words) {
  for (const path of words.operands) {
    const to = at(process, path);
    if (!words.has('p')) {
      if (process.files.stat(to) !== undefined) {
        return complain(process, `cannot create directory '${path}': ${fileProblem('EEXIST')}`);
      }
      if (process.files.stat(parentOf(to)) === undefined) {
        return complain(process, `cannot create directory '${path}': ${fileProblem('ENOENT')}`);
      }
    }
    const error = process.files.makeDirectory(to);
    if (error !== undefined) {
      return complain(process, `cannot create directory '${path}': ${fileProblem(error)}`);
    }
  }
  return 0;
});

const rm = command('rm', {}, function* (process, { operands, has }) {
  let status = 0;
  for (const path of operands) {
    const entry = process.files.entry(at(process, path));
    if (entry === undefined) {
      if (!has('f'))
        status = complain(process, `cannot remove '${path}': ${fileProblem('ENOENT')}`);
    } else if (entry.type === 'directory' && !has('r') && !has('R')) {
      status = complain(process, `cannot remove '${path}': ${fileProblem('EISDIR')}`);
    } else {
      const error = process.files.remove(at(process, path));
      if (error !== undefined)
        status = complain(process, `cannot remove '${path}': ${fileProblem(error)}`);
    }
  }
  return status;
});

const touch = command('touch', {}, function* (process, { operands }) {
  let status = 0;
  for (const path of operands) {
    if (process.files.stat(at(process, path)) !== undefined) continue;
    const error = process.files.write(at(process, path), '');
    if (error !== undefined)
      status = complain(process, `cannot touch '${path}': ${fileProblem(error)}`);
  }
  return status;
});

function copyTree(process: Process, from: string, to: string): string | undefined {
  const entry = process.files.stat(from);
  if (entry?.type === 'file') return process.files.write(to, entry.text, entry.mode);
  process.files.makeDirectory(to);
  for (const name of process.files.list(from) ?? [])
    copyTree(process, `${from}/${name}`, `${to}/${name}`);
  return undefined;
}

const target = (process: Process, from: string, to: string) =>
  process.files.stat(at(process, to))?.type === 'directory'
    ? normal(from.slice(from.lastIndexOf('/') + 1), at(process, to))
    : at(process, to);

const cp = command('cp', {}, function* (process, { operands, has }) {
  const to = operands.at(-1);
  if (to === undefined || operands.length < 2) return complain(process, 'missing file operand');
  for (const from of operands.slice(0, -1)) {
    const entry = process.files.stat(at(process, from));
    if (entry === undefined)
      return complain(process, `cannot stat '${from}': ${fileProblem('ENOENT')}`);
    if (entry.type === 'directory' && !has('r') && !has('R') && !has('a')) {
      return complain(process, `-r not specified; omitting directory '${from}'`);
    }
    const error = copyTree(process, at(process, from), target(process, from, to));
    if (error !== undefined)
      return complain(process, `cannot create '${to}': ${fileProblem(error)}`);
  }
  return 0;
});

const mv = command('mv', {}, function* (process, { operands }) {
  const to = operands.at(-1);
  if (to === undefined || operands.length < 2) return complain(process, 'missing file operand');
  for (const from of operands.slice(0, -1)) {
    if (process.files.stat(at(process, from)) === undefined) {
      return complain(process, `cannot stat '${from}': ${fileProblem('ENOENT')}`);
    }
    const error = copyTree(process, at(process, from), target(process, from, to));
    if (error !== undefined)
      return complain(process, `cannot move '${from}': ${fileProblem(error)}`);
    process.files.remove(at(process, from));
  }
  return 0;
});

const ln = command('ln', {}, function* (process, { operands }) {
  const [from, to] = operands;
  if (from === undefined || to === undefined) return complain(process, 'missing file operand');
  process.files.link(target(process, from, to), from);
  return 0;
});

const chmod = command('chmod', {}, function* (process, { operands: [mode = '', ...paths] }) {
  for (const path of paths) {
    const entry = process.files.stat(at(process, path));
    if (entry === undefined || entry.type === 'link') {
      return complain(process, `cannot access '${path}': ${fileProblem('ENOENT')}`);
    }
    const bits = /^[0-7]+$/.test(mode) ? parseInt(mode, 8) : symbolicMode(mode, entry.mode);
    const error = process.files.change(at(process, path), { mode: bits });
    if (error !== undefined) {
      return complain(process, `changing permissions of '${path}': ${fileProblem(error)}`);
    }
  }
  return 0;
});

/** `u+x,go-w` over the old bits. */
function symbolicMode(text: string, old: number): number {
  let bits = old;
  for (const clause of text.split(',')) {
    const [, who = '', sign, what = ''] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? [];
    const letters = who === '' || who.includes('a') ? 'ugo' : who;
    for (const [letter, shift] of [['u', 6], ['g', 3], ['o', 0]] as const) {
      if (!letters.includes(letter)) continue;
      let mask = 0;
      for (const one of what) mask |= ({ r: 4, w: 2, x: 1 }[one] ?? 0) << shift;
      if (sign === '+') bits |= mask;
      else if (sign === '-') bits &= ~mask;
      else if (sign === '=') bits = (bits & ~(7 << shift)) | mask;
    }
  }
  return bits;
}

const chown = command('chown', {}, function* (process, { operands: [whom = '', ...paths] }) {
  const [user = '', group] = whom.split(':');
  const number = (text: string) => (text === 'root' ? 0 : Number(text));
  for (const path of paths) {
    if (process.identity.uid !== 0 && process.container !== undefined) {
      return complain(process, `changing ownership of '${path}': ${fileProblem('EPERM')}`);
    }
    if (Number.isNaN(number(user)) || Number.isNaN(number(group ?? '0'))) {
      return complain(process, `invalid user: '${whom}'`);
    }
    const error = process.files.change(at(process, path), {
      ...(user === '' ? {} : { owner: number(user) }),
      ...(group === undefined ? {} : { group: number(group) }),
    });
    if (error !== undefined) {
      return complain(process, `cannot access '${path}': ${fileProblem(error)}`);
    }
  }
  return 0;
});

const find = command('find', { valued: '' }, function* (process) {
  const args = process.args.slice(1);
  const start = args[0]?.startsWith('-') ? '.' : (args[0] ?? '.');
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const name = option('-name');
  const type = option('-type');
  const matches =
    name === undefined
      ? undefined
      : new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
  const visit = (path: string) => {
    const entry = process.files.entry(at(process, path));
    if (entry === undefined) return;
    const isWanted = type === undefined || entry.type.startsWith(type);
    if (isWanted && (matches?.test(path.slice(path.lastIndexOf('/') + 1)) ?? true))
      process.print(`${path}\n`);
    if (entry.type !== 'directory') return;
    for (const child of process.files.list(at(process, path)) ?? [])
      visit(`${path === '/' ? '' : path}/${child}`);
  };
  if (process.files.stat(at(process, start)) === undefined) {
    return complain(process, `'${start}': ${fileProblem('ENOENT')}`);
  }
  visit(start);
  return 0;
});

const rmdir = command('rmdir', {}, function* (process, { operands }) {
  let status = 0;
  for (const path of operands) {
    const { files } = process;
    const from = at(process, path);
    const entry = files.entry(from);
    const error =
      entry === undefined
        ? 'ENOENT'
        : entry.type !== 'directory'
          ? 'ENOTDIR'
          : (files.list(from) ?? []).length > 0
            ? 'ENOTEMPTY'
            : files.remove(from);
    if (error !== undefined)
      status = complain(process, `failed to remove '${path}': ${fileProblem(error)}`);
  }
  return status;
});

const base64Options = { valued: 'w', long: { decode: 'd', wrap: 'w' } };

const base64 = command('base64', base64Options, function* (process, { operands, has, value }) {
  const text = yield* readOperand(process, operands[0] ?? '-');
  if (text === undefined) return 1;
  if (!has('d') && !has('D')) {
    const width = Number(value('w') ?? 76);
    const encoded = encodeBase64(text);
    process.print(width === 0 ? encoded : wrapped(encoded, width));
    return 0;
  }
  const decoded = decodeBase64(text.replaceAll(/\s/g, ''));
  if (decoded === undefined) return complain(process, 'invalid input');
  process.print(decoded);
  return 0;
});

/** Lines of that many letters. */
function wrapped(text: string, width: number): string {
  let lines = '';
  for (let i = 0; i < text.length; i += width) lines += `${text.slice(i, i + width)}\n`;
  return lines;
}

const basename = command(
  'basename',
  {},
  function* (process, { operands: [path = '', suffix = ''] }) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    process.print(
      `${suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
    );
    return 0;
  },
);

const dirname = command('dirname', {}, function* (process, { operands: [path = ''] }) {
  process.print(`${path.includes('/') ? parentOf(path) : '.'}\n`);
  return 0;
});

export const files: readonly Program[] = [
  ls,
  mkdir,
  rm,
  rmdir,
  touch,
  cp,
  mv,
  ln,
  chmod,
  chown,
  find,
  base64,
  basename,
  dirname,
];
