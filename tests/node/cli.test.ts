/** The program itself, as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const bin = path.resolve(import.meta.dirname, '../../bin/kubarium.js');
const folder = mkdtempSync(path.join(tmpdir(), 'kubarium-cli-'));
const inFolder = (name: string) => path.join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const start = (words: readonly string[]) =>
  spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });

async function kubarium(words: readonly string[], stdin = ''): Promise<Ended> {
  const child = start(words);
  child.stdin.end(stdin);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (more: string) => (text[stream] += more));
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...text };
}

// The first one builds.
beforeAll(async () => {
  expect((await kubarium(['--help'])).code).toBe(0);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = [
  'kubectl create deployment web --image=nginx:1.16.1 --replicas=2',
  'sleep 60',
  'kubectl get deploy web --no-headers | cut -c1-10',
  'kubectl get deploy nope',
  // Its prose is told to the world from outside: threads must have it, too.
  'kubectl explain pod.spec.nodeName | tail -n +4 | wc -w',
  'exit 3',
].join('\n');

describe('run', { timeout: 60_000 }, () => {
  test('prints what the console would show, and passes the exit code on', async () => {
    writeFileSync(inFolder('script.sh'), script);
    const ended = await kubarium(['run', 'script.sh', '--save', 'session.json']);
    expect(ended).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^deployment.apps\/web created\nweb   2\/2 \n[1-9]\d+\n$/),
      stderr: 'Error from server (NotFound): deployments.apps "nope" not found\n',
    });
  });

  test('reads standard input', async () => {
    expect(await kubarium(['run', '-'], 'echo $((6 * 7))')).toMatchObject({ stdout: '42\n' });
  });

  test('what it saved replays to one hash, in one thread and in several', async () => {
    const hashes = [];
    for (const workers of [[], ['--workers', '1'], ['--workers', '3']]) {
      const { stdout, code } = await kubarium(['replay', 'session.json', ...workers]);
      expect(code).toBe(0);
      hashes.push(stdout.trimEnd().split('\n').at(-1));
    }
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(hashes).size).toBe(1);
  });

  test('another seed is another history', async () => {
    await kubarium(['run', 'script.sh', '--seed', '2', '--save', 'other.json']);
    const [one, other] = await Promise.all(
      ['session.json', 'other.json'].map((file) => kubarium(['replay', file])),
    );
    expect(one?.stdout).not.toBe(other?.stdout);
  });
});

describe('mistakes are told in plain words', { timeout: 60_000 }, () => {
  beforeAll(() => {
    writeFileSync(inFolder('damaged.json'), '{"format":');
    const whole = { format: 'kubarium-session', version: 1, seed: 1, epoch: 0, inputs: [], until: 1 };
    writeFileSync(inFolder('newer.json'), JSON.stringify({ ...whole, version: 9 }));
    writeFileSync(inFolder('elsewhere.json'), JSON.stringify({ ...whole, world: 'moon' }));
  });
  test.each([
    [['frobnicate'], 2, 'kubarium: unknown command "frobnicate"'],
    [['run', '--frob'], 2, 'kubarium: unknown flag --frob'],
    [['run', 'nowhere.sh'], 1, 'kubarium: cannot read nowhere.sh: no such file'],
    [['run', '-', '--world', 'moon'], 2, 'kubarium: there is no world "moon"'],
    [['run', '-', '--seed', 'x'], 2, 'kubarium: --seed must be a number, not "x"'],
    [['replay', 'damaged.json'], 1, 'kubarium: damaged.json is damaged: it is not JSON'],
    [['replay', 'newer.json'], 1, 'kubarium: newer.json is of another version'],
    [['replay', 'elsewhere.json'], 1, 'kubarium: elsewhere.json is of the world "moon"'],
    [['replay', 'elsewhere.json', '--until'], 2, 'kubarium: --until needs a value'],
    [['exec', '--', 'ls'], 2, 'kubarium: usage: kubarium exec'],
    [['exec', '--server', 'http://127.0.0.1:1', '--', 'ls'], 1, 'kubarium: cannot reach http://127.0.0.1:1: nothing listens there'],
  ])('%j', async (words, code, message) => {
    const ended = await kubarium(words);
    expect(ended.code).toBe(code);
    expect(ended.stderr.startsWith(message), ended.stderr).toBe(true);
    expect(ended.stderr).not.toContain('    at ');
  });

  test('a port in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, stderr } = await kubarium(['serve', '--api-port', String(port)]);
    blocker.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} cannot be had: it is in use`);
  });
});

describe('serve and exec', { timeout: 60_000 }, () => {
  let served: ChildProcess;
  let config = '';
  let printed = '';
  beforeAll(async () => {
    served = start(['serve', '--api-port', '0', '--port', '0', '--save', 'served.json']);
    await new Promise<void>((resolve, reject) => {
      served.once('close', () => reject(new Error(printed)));
      served.stdout?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ctrl-C')) resolve();
      });
    });
    config = /^kubeconfig +(\S+)$/m.exec(printed)?.[1] ?? '';
  }, 60_000);

  const exec = (...words: string[]) => kubarium(['exec', '--kubeconfig', config, ...words]);

  test('a kubeconfig is written that names the address', () => {
    const server = /^API +(https:\S+)$/m.exec(printed)?.[1];
    expect(readFileSync(config, 'utf8')).toContain(`server: ${server}`);
  });

  test('the clock of the world is the real one', async () => {
    const { stdout } = await exec('--', 'date', '-u', '+%s');
    expect(Math.abs(Number(stdout) - Date.now() / 1_000)).toBeLessThan(20);
  });

  test('words stay words, one word is a line for the shell', async () => {
    expect(await exec('--', 'echo', 'a  b', "it's")).toMatchObject({ stdout: "a  b it's\n" });
    expect(await exec('--', 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('standard input goes along with -i', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-stdin}\n';
    const words = ['exec', '--kubeconfig', config, '-i', '--', 'kubectl', 'apply', '-f', '-'];
    expect(await kubarium(words, manifest)).toMatchObject({
      stdout: 'configmap/from-stdin created\n',
    });
    const { stdout } = await exec('--', 'kubectl get configmap from-stdin -o name');
    expect(stdout).toBe('configmap/from-stdin\n');
  });

  test('the served history replays', async () => {
    served.removeAllListeners('close');
    const ended = new Promise((resolve) => served.once('close', resolve));
    served.kill('SIGINT');
    await ended;
    const { code, stdout } = await kubarium(['replay', 'served.json', '--workers', '2']);
    expect(code).toBe(0);
    const inline = await kubarium(['replay', 'served.json']);
    expect(inline.stdout).toBe(stdout);
  });
});
