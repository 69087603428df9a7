import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bytesOf, textOf } from '../kernel/bytes.ts';
import { loneMachine } from '../host/testing.ts';
import { commands } from './commands/index.ts';
import { inboxOf } from './streams.ts';
import { readTar, type TarEntry, writeTar } from './tar-archive.ts';

const every = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
const entries: TarEntry[] = [
  { name: 'd/', type: 'directory', mode: 0o755, text: '', time: 1_700_000_000 },
  { name: 'd/bytes', type: 'file', mode: 0o644, text: textOf(every), time: 1_700_000_000 },
  { name: 'd/汉字', type: 'file', mode: 0o600, text: 'héllo\n', time: 1_700_000_000 },
  { name: 'd/link', type: 'link', mode: 0o777, text: 'bytes', time: 1_700_000_000 },
  { name: `d/${'long-'.repeat(30)}`, type: 'file', mode: 0o755, text: '', time: 1_700_000_000 },
];

test('what is written is read', () => {
  expect(readTar(writeTar(entries))).toEqual(entries);
});

const real = (args: readonly string[], input: Uint8Array) =>
  spawnSync('tar', args, { input, maxBuffer: 1 << 24, env: { ...process.env, LC_ALL: 'C.UTF-8' } });

test.skipIf(spawnSync('tar', ['--version']).status !== 0)('the real tar reads it', () => {
  const listed = real(['tf', '-', '--quoting-style=literal'], writeTar(entries)).stdout.toString();
  expect(listed.split('\n').slice(0, -1)).toEqual(entries.map(({ name }) => name));
  expect(Buffer.from(bytesOf(entries[1]?.text ?? ''))).toEqual(
    real(['xOf', '-', 'd/bytes'], writeTar(entries)).stdout,
  );
});

test('what is cut, or is none, is none', () => {
  const whole = writeTar(entries);
  expect(readTar(whole.subarray(0, 700))).toBeUndefined();
  expect(readTar(bytesOf('x'.repeat(2000)))).toBeUndefined();
});

/** A command on a machine with one program, and what it did. */
function run(args: readonly string[], stdin = '', disk: Record<string, string> = {}) {
  const { shard, machine } = loneMachine({ '/tmp/keep': '', ...disk });
  let [out, err] = ['', ''];
  const process = machine.spawn({
    program: commands.find(({ name }) => name === args[0])!,
    args,
    cwd: '/tmp',
    stdout: { write: (text) => ((out += text), true), end: () => undefined },
    stderr: { write: (text) => ((err += text), true), end: () => undefined },
    stdin: inboxOf(stdin),
  });
  shard.runUntil(shard.now + 1000);
  return { out, err, code: process.exitCode, files: machine.files };
}

test('tar: there and back in a pipe, every form of the words', () => {
  const disk = { '/data/a': textOf(every), '/data/sub/b': 'b\n' };
  const made = run(['tar', 'cf', '-', '/data'], '', disk);
  expect(made).toMatchObject({ code: 0, err: "tar: removing leading '/' from member names\n" });
  for (const words of [['-xmf', '-', '-C', '/'], ['xf', '-', '-C/'], ['--extract', '--file=-', '--directory=/', '--no-same-owner']]) {
    const back = run(['tar', ...words], made.out);
    expect(back).toMatchObject({ code: 0, out: '', err: '' });
    expect(back.files.read('/data/a')).toBe(disk['/data/a']);
    expect(back.files.read('/data/sub/b')).toBe('b\n');
  }
  const zipped = run(['tar', 'czf', '-', '-C', '/', 'data/sub'], '', disk);
  expect(run(['tar', 'xzvf', '-'], zipped.out).out).toBe('data/sub/\ndata/sub/b\n');
  expect(run(['tar', 'tf', '-'], made.out).out).toBe('data/\ndata/a\ndata/sub/\ndata/sub/b\n');
  expect(run(['tar', 'xvf', '-', 'data/sub'], made.out).out).toBe('data/sub/\ndata/sub/b\n');
});

test('tar: no archive writes beside its directory', () => {
  const evil = writeTar([{ ...entries[2]!, name: '../../etc/passwd' }]);
  const { files } = run(['tar', 'xf', '-'], textOf(evil));
  expect(files.read('/etc/passwd')).toBeUndefined();
});

test.each([
  ['busybox', {}, 1, 'tar: no: No such file or directory\ntar: error exit delayed from previous errors\n'],
  ['Debian', { '/etc/os-release': 'ID=debian\n' }, 2,
    'tar: no: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n'],
])('tar: what is missing, in the words of %s', (_, disk, code, err) => {
  expect(run(['tar', 'cf', '/tmp/x', 'no'], '', disk)).toMatchObject({ code, err });
});
