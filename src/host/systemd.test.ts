import { expect, test } from 'vitest';
import { Shard } from '../kernel/index.ts';
import { Machine } from './machine.ts';
import { type Program, sleep } from './program.ts';
import { installSystemd, systemdPrograms, type Unit } from './systemd.ts';

const daemon = (name: string): Program => ({
  name,
  start: (process) => {
    process.print(`${name} is up\n`);
    return {};
  },
});

/** Fails after five seconds. */
const frail: Program = {
  name: 'frail',
  *main(process) {
    process.printError('about to fail\n');
    yield* sleep(5_000);
    return 3;
  },
};

const unit = (name: string, rest: Partial<Unit> = {}): Unit => ({
  name,
  description: `The ${name} daemon`,
  program: daemon(name),
  args: [`/usr/bin/${name}`, '--flag'],
  restart: 'always',
  restartSec: 10,
  isEnabled: true,
  ...rest,
});

function rig(units: readonly Unit[]) {
  const plan = { seed: 1, sites: ['node'], lookahead: 0.1, epoch: 1_750_000_000_000 };
  const shard = new Shard(
    plan,
    () => true,
    () => undefined,
  );
  const machine = new Machine(shard.site('node'), {
    name: 'node',
    role: 'worker',
    ip: '10.0.0.1',
    mac: '02:00:00:00:00:01',
    cpus: 2,
    memoryBytes: 4e9,
    diskBytes: 2e10,
    disk: {},
  });
  machine.net = { name: 'host', release: () => undefined } as never;
  const systemd = installSystemd(machine, units);
  machine.switchOn();
  shard.runUntil(1_000);
  const run = (line: string, ms = 1_000) => {
    const args = line.split(' ');
    let text = '';
    const sink = {
      write: (more: string) => {
        text += more;
        return true;
      },
      end: () => undefined,
    };
    const program = systemdPrograms.find(({ name }) => name === args[0]) as Program;
    const process = machine.spawn({ program, args, stdout: sink });
    shard.runUntil(shard.now + ms);
    return { text, code: process.exitCode };
  };
  return { shard, machine, systemd, run };
}

test('boot starts what is enabled, and nothing else', () => {
  const { run } = rig([unit('kubelet'), unit('extra', { isEnabled: false })]);
  expect(run('systemctl is-active kubelet')).toEqual({ text: 'active\n', code: 0 });
  expect(run('systemctl is-active extra')).toEqual({ text: 'inactive\n', code: 3 });
});

test('status of what runs', () => {
  const { run } = rig([unit('kubelet')]);
  expect(run('systemctl status kubelet').text).toMatchInlineSnapshot(`
    "● kubelet.service - The kubelet daemon
         Loaded: loaded (/lib/systemd/system/kubelet.service; enabled; preset: enabled)
         Active: active (running) since Sun 2025-06-15 15:06:40 UTC; 1s ago
       Main PID: 1 (kubelet)
         CGroup: /system.slice/kubelet.service
                 └─1 /usr/bin/kubelet --flag

    Jun 15 15:06:40 node systemd[1]: Started kubelet.service - The kubelet daemon.
    Jun 15 15:06:40 node kubelet[1]: kubelet is up
    "
  `);
});

test('stop, start, restart', () => {
  const { run, systemd } = rig([unit('kubelet')]);
  const first = systemd.find('kubelet')?.process?.pid;
  expect(run('systemctl stop kubelet').code).toBe(0);
  expect(run('systemctl is-active kubelet').text).toBe('inactive\n');
  run('systemctl start kubelet.service');
  expect(run('systemctl is-active kubelet').text).toBe('active\n');
  expect(systemd.find('kubelet')?.process?.pid).not.toBe(first);
  run('systemctl restart kubelet');
  expect(run('systemctl is-active kubelet').text).toBe('active\n');
});

test('a killed daemon comes back after RestartSec', () => {
  const { run, shard, systemd } = rig([unit('kubelet')]);
  systemd.find('kubelet')?.process?.kill('SIGKILL');
  expect(run('systemctl is-active kubelet').text).toBe('activating\n');
  shard.runUntil(shard.now + 10_000);
  expect(run('systemctl is-active kubelet').text).toBe('active\n');
  expect(run('journalctl -u kubelet').text).toMatchInlineSnapshot(`
    "Jun 15 15:06:40 node systemd[1]: Started kubelet.service - The kubelet daemon.
    Jun 15 15:06:40 node kubelet[1]: kubelet is up
    Jun 15 15:06:41 node systemd[1]: kubelet.service: Main process exited, code=killed, status=9/KILL
    Jun 15 15:06:41 node systemd[1]: kubelet.service: Failed with result 'signal'.
    Jun 15 15:06:51 node systemd[1]: kubelet.service: Scheduled restart job, restart counter is at 1.
    Jun 15 15:06:51 node systemd[1]: Started kubelet.service - The kubelet daemon.
    Jun 15 15:06:51 node kubelet[3]: kubelet is up
    "
  `);
});

test.each([
  ['always', 'activating\n'],
  ['on-failure', 'activating\n'],
  ['no', 'failed\n'],
] as const)('restart=%s when it exits with 3', (restart, state) => {
  const { run } = rig([unit('frail', { program: frail, restart })]);
  run('systemctl is-active frail', 6_000);
  expect(run('systemctl is-active frail').text).toBe(state);
});

test('what is disabled stays down after a boot', () => {
  const { run, machine, shard } = rig([unit('kubelet')]);
  expect(run('systemctl disable kubelet').text).toBe(
    'Removed "/etc/systemd/system/multi-user.target.wants/kubelet.service".\n',
  );
  machine.switchOff();
  machine.switchOn();
  shard.runUntil(shard.now + 1_000);
  expect(run('systemctl is-active kubelet').text).toBe('inactive\n');
});

test('a unit that is not there', () => {
  const { run } = rig([]);
  expect(run('systemctl status nope')).toEqual({
    text: 'Unit nope.service could not be found.\n',
    code: 4,
  });
  expect(run('systemctl start nope')).toEqual({
    text: 'Failed to start nope.service: Unit nope.service not found.\n',
    code: 5,
  });
});

test('the journal: the last lines, and those to come', () => {
  const { machine, shard, systemd } = rig([unit('kubelet')]);
  let text = '';
  const sink = {
    write: (more: string) => {
      text += more;
      return true;
    },
    end: () => undefined,
  };
  const program = systemdPrograms.find(({ name }) => name === 'journalctl') as Program;
  machine.spawn({ program, args: ['journalctl', '-u', 'kubelet', '-n', '1', '-f'], stdout: sink });
  shard.runUntil(shard.now + 10);
  expect(text).toBe('Jun 15 15:06:40 node kubelet[1]: kubelet is up\n');
  systemd.find('kubelet')?.process?.print('more\n');
  shard.runUntil(shard.now + 10);
  expect(text).toMatch(/kubelet\[1\]: more\n$/);
});
