import { expect, test } from 'vitest';
import type { ApiRequest, ServerMessage } from '../client/wire.ts';
import { KubeletRig } from './testing.ts';

function rigWith(container: object, spec: object = {}): KubeletRig {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create({
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', ...container }], ...spec },
  });
  return rig;
}

/** Asks the kubelet's server; all that it says within `ms`. */
function ask(
  rig: KubeletRig,
  request: Partial<ApiRequest> & { path: string },
  send: readonly { channel: number; text: string; isEnd?: boolean }[] = [],
  ms = 2_000,
): ServerMessage[] {
  const messages: ServerMessage[] = [];
  const { ip } = rig.machine.description;
  rig.machine.spawn({
    args: ['client'],
    program: {
      name: 'client',
      start: (process) => {
        process.net.connect(
          process,
          { ip, port: 10_250 },
          {
            opened: (open) => {
              open.send({ type: 'request', id: 1, request: { method: 'GET', ...request } });
              for (const data of send) open.send({ type: 'data', id: 1, ...data });
            },
            received: (message) => messages.push(message as ServerMessage),
          },
        );
        return {};
      },
    },
  });
  rig.run(ms);
  return messages;
}

const bodyOf = ([message]: readonly ServerMessage[]) =>
  message?.type === 'response' ? message.response : undefined;

/** What came over one channel. */
const textOf = (messages: readonly ServerMessage[], channel: number): string =>
  messages
    .map((message) => (message.type === 'data' && message.channel === channel ? message.text : ''))
    .join('');

const logs = '/containerLogs/default/p/c';
const printer = {
  image: 'busybox:1.36',
  command: ['sh', '-c', 'echo one; echo two; sleep 3; echo three; sleep 100'],
};

test('logs: all, the tail, with times, with a limit', () => {
  const rig = rigWith(printer);
  rig.runUntil(() => rig.isReady('p'));
  expect(bodyOf(ask(rig, { path: logs }, [], 100))).toEqual({ status: 200, body: 'one\ntwo\n' });
  const tail = { path: logs, query: { tailLines: '1', timestamps: 'True' } };
  expect(bodyOf(ask(rig, tail, [], 100))?.body).toMatch(
    /^2025-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z two\n$/,
  );
  expect(bodyOf(ask(rig, { path: logs, query: { limitBytes: '5' } }, [], 100))?.body).toBe(
    'one\nt',
  );
});

test('logs: followed until the end', () => {
  const rig = rigWith(
    { image: 'busybox:1.36', command: ['sh', '-c', 'echo one; sleep 3; echo two'] },
    { restartPolicy: 'Never' },
  );
  rig.runUntil(() => rig.isReady('p'));
  const messages = ask(rig, { path: logs, query: { follow: 'true' } }, [], 5_000);
  expect(textOf(messages, 1)).toBe('one\ntwo\n');
  expect(messages.at(-1)?.type).toBe('end');
});

test('logs of a container that was restarted', () => {
  const rig = rigWith({ image: 'kubarium/crash:1.0' });
  rig.runUntil(() => (rig.pod('p')?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
  const previous = bodyOf(ask(rig, { path: logs, query: { previous: 'true' } }, [], 100));
  expect(previous?.body).toMatch(/starting\n.*fatal: cannot connect to the database/);
});

test.each([
  ['nginx:1.161', `container "c" in pod "p" is waiting to start: image can't be pulled`],
  ['nginx:1.25', 'container "c" in pod "p" is waiting to start: ContainerCreating'],
])('logs of what has not started: %s', (image, message) => {
  const rig = rigWith({ image });
  rig.run(image === 'nginx:1.161' ? 3_000 : 500);
  expect(bodyOf(ask(rig, { path: logs }, [], 100))?.body).toMatchObject({
    kind: 'Status',
    code: 400,
    reason: 'BadRequest',
    message,
  });
});

test('a log is a file on the node', () => {
  const rig = rigWith(printer);
  rig.runUntil(() => rig.isReady('p'));
  const uid = rig.pod('p')?.metadata.uid ?? '';
  expect(rig.machine.files.list('/var/log/pods')).toEqual([`default_p_${uid}`]);
  expect(rig.machine.files.read(`/var/log/pods/default_p_${uid}/c/0.log`)).toMatch(
    /Z stdout F one\n.*Z stdout F two\n$/,
  );
});

const exec = (command: readonly string[], rest: object = {}) => ({
  method: 'POST' as const,
  path: '/exec/default/p/c',
  query: { command, stdout: 'true', ...rest },
});

test('exec: output, exit code, the container’s own files and environment', () => {
  const rig = rigWith({ image: 'nginx:1.25', env: [{ name: 'A', value: 'b' }] });
  rig.runUntil(() => rig.isReady('p'));
  const good = ask(rig, exec(['cat', '/etc/hostname']));
  expect(textOf(good, 1)).toBe('p\n');
  expect(textOf(good, 3)).toBe('{"metadata":{},"status":"Success"}');
  expect(good.at(-1)?.type).toBe('end');
  expect(textOf(ask(rig, exec(['env'])), 1)).toContain('\nA=b\n');
  const bad = JSON.parse(textOf(ask(rig, exec(['false'])), 3));
  expect(bad).toMatchObject({
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '1' }] },
  });
  expect(textOf(ask(rig, exec(['nope'])), 3)).toContain(
    'Internal error occurred: error executing ' +
      'command in container: failed to exec in container: failed to start exec',
  );
  expect(textOf(ask(rig, exec(['nope'])), 3)).toContain(
    'exec: \\"nope\\": executable file not found in $PATH: unknown',
  );
});

test('port-forward carries a page', () => {
  const rig = rigWith({ image: 'nginx:1.25' });
  rig.runUntil(() => rig.isReady('p'));
  const page = ask(rig, { path: '/portForward/default/p', query: { ports: '80' } }, [
    { channel: 0, text: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' },
  ]);
  expect(textOf(page, 0)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<h1>Welcome to nginx!<\/h1>/);
  const nobody = ask(rig, { path: '/portForward/default/p', query: { ports: '81' } }, [
    { channel: 0, text: 'GET / HTTP/1.1\r\n\r\n' },
  ]);
  expect(textOf(nobody, 1)).toContain('dial tcp4 127.0.0.1:81: connect: connection refused');
});

test('attach shows what is printed from now on', () => {
  const rig = rigWith(printer);
  rig.runUntil(() => rig.isReady('p'));
  const messages = ask(rig, { path: '/attach/default/p/c', query: { stdout: 'true' } }, [], 5_000);
  expect(textOf(messages, 1)).toBe('three\n');
});
