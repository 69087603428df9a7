/** The official client's streams: exec, attach, logs, port-forward, copies, metrics. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import {
  Attach,
  CoreV1Api,
  Cp,
  Exec,
  Log,
  Metrics,
  PortForward,
  topNodes,
  type V1Status,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Kept, ServedWorld, until } from './rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const world = new ServedWorld();
beforeAll(async () => {
  world.script(`
    kubectl run box --image=busybox:1.36 -- sh -c 'while true; do echo tick; sleep 1; done'
    kubectl run web --image=nginx:1.27
    kubectl wait --for=condition=Ready pod --all --timeout=120s`);
  await world.serve();
});
afterAll(() => world.stop());

interface Ran {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly status: V1Status;
}

async function exec(command: string[], input?: Buffer, isTty = false): Promise<Ran> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const stdin = input === undefined ? null : new PassThrough();
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(world.config)
      .exec('default', 'box', 'box', command, stdout, isTty ? null : stderr, stdin, isTty, resolve)
      .then(() => stdin?.end(input), reject);
  });
  return { stdout: stdout.bytes, stderr: stderr.text, status };
}

test('exec: output, errors, the exit code as a Status', async () => {
  const { stdout, stderr, status } = await exec(['sh', '-c', 'echo out; echo err >&2; exit 7']);
  expect([stdout.toString(), stderr]).toEqual(['out\n', 'err\n']);
  expect(status).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '7' }] },
  });
});

test('exec: what cannot be run', async () => {
  const { status } = await exec(['nothing']);
  expect(status).toMatchObject({ status: 'Failure', reason: 'InternalError', code: 500 });
  expect(status.message).toContain('exec: "nothing": executable file not found in $PATH');
});

test('exec: every byte, both ways', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 7)) & 255));
  const { stdout, status } = await exec(['cat'], bytes);
  expect(status.status).toBe('Success');
  expect(stdout.equals(bytes)).toBe(true);
});

test('exec: a terminal echoes what is typed, edits it, and ends lines as terminals do', async () => {
  const typed = Buffer.from('stty sizx\x7fe\rexit 3\r');
  const { stdout, status } = await exec(['sh'], typed, true);
  expect(stdout.toString()).toContain('stty sizx\b \be\r\n');
  expect(stdout.toString()).toContain('24 80\r\n');
  expect(status.details?.causes?.[0]?.message).toBe('3');
});

test('attach: what a container says from now on', async () => {
  const out = new Kept();
  const socket = await new Attach(world.config).attach('default', 'box', 'box', out, null, null, false);
  await until(() => out.text.includes('tick\n'));
  socket.close();
});

test('logs that are followed', async () => {
  const out = new Kept();
  const gone = await new Log(world.config).log('default', 'box', 'box', out, { follow: true, tailLines: 1 });
  await until(() => out.text.split('\n').length > 2);
  gone.abort();
  expect(out.text).toMatch(/^(tick\n)+$/);
});

test('port-forward: a page through a local port, and nobody there', async () => {
  const forward = new PortForward(world.config);
  const errors = new Kept();
  const server = net.createServer((socket) => {
    void forward.portForward('default', 'web', [80], socket, errors, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(await answer.text()).toContain('Welcome to nginx!');
  server.close();
  await forward.portForward('default', 'web', [81], new Kept(), errors, new PassThrough());
  await until(() => errors.text !== '');
  expect(errors.text).toContain('dial tcp4 127.0.0.1:81: connect: connection refused');
});

test('copies into a Pod', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kubarium-'));
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7) & 255));
  await writeFile(path.join(folder, 'bytes'), bytes);
  await new Cp(world.config).cpToPod('default', 'box', 'box', folder, '/tmp');
  let copied: Buffer = Buffer.alloc(0);
  while (copied.length < bytes.length) copied = (await exec(['cat', '/tmp/bytes'])).stdout;
  await rm(folder, { recursive: true });
  expect(copied.equals(bytes)).toBe(true);
});

test('metrics, where a server has them; top of Nodes', async () => {
  const nodes = await topNodes(world.config.makeApiClient(CoreV1Api));
  expect(nodes.map(({ Node }) => Node.metadata?.name)).toEqual(['control-plane', 'worker-1', 'worker-2']);
  const metrics = await new Metrics(world.config).getNodeMetrics().then(
    ({ items }) => items.length,
    (problem: { code?: number }) => problem.code,
  );
  // The page of a group that nobody serves is no JSON, which this client calls a 500.
  expect([3, 500]).toContain(metrics);
});
