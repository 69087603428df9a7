/** Images that go wrong on purpose: Kubarium's own, for lessons; and a memory hog. */
import { type Program, sleep } from '../host/index.ts';
import { httpResponse } from '../host/net/http.ts';
import { runtimeOf } from '../host/runtime/index.ts';
import { defineImage } from './define-image.ts';
import { pathOf, serveHttp } from './http-server.ts';
import { klogTime, slashTime } from './log-times.ts';

const MB = 1_000_000;
const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Milliseconds out of an environment variable in seconds. */
const secondsOf = (env: Readonly<Record<string, string>>, name: string, otherwise: number) =>
  (Number.isFinite(Number(env[name])) && env[name] !== undefined ? Number(env[name]) : otherwise) *
  1000;

/** Works for three seconds (CRASH_AFTER_SECONDS), then dies with exit code 1. */
const crashProgram: Program = {
  name: 'crash',
  *main(process) {
    process.print(`${slashTime(process.site.clock)} starting\n`);
    yield* sleep(secondsOf(process.env, 'CRASH_AFTER_SECONDS', 3));
    process.printError(
      `${slashTime(process.site.clock)} fatal: cannot connect to the database: ` + 'no such host\n',
    );
    return 1;
  },
};

export const crash = defineImage({
  repository: 'kubarium/crash',
  entrypoint: ['/crash'],
  sizeBytes: 3 * MB,
  programs: { '/crash': crashProgram },
  tags: { '1.0': {}, latest: {} },
});

/** Listens on 8080 only after twenty seconds (START_SECONDS). */
const slowStartProgram: Program = {
  name: 'slow-start',
  start: (process) => {
    const log = (text: string) => process.print(`${slashTime(process.site.clock)} ${text}\n`);
    log('warming up');
    process.after(secondsOf(process.env, 'START_SECONDS', 20), { type: 'warm' });
    return {
      receive: () => {
        serveHttp(process, 8080, () => httpResponse(200, 'ready\n', plain));
        log('listening on :8080');
      },
    };
  },
};

export const slowStart = defineImage({
  repository: 'kubarium/slow-start',
  entrypoint: ['/slow-start'],
  sizeBytes: 6 * MB,
  ports: [8080],
  memoryBytes: 40 * MB,
  programs: { '/slow-start': slowStartProgram },
  tags: { '1.0': {}, latest: {} },
});

/** Serves on 8080; /healthz fails from its 30th second on (HEALTHY_SECONDS). */
const sickProgram: Program = {
  name: 'sick',
  start: (process) => {
    const until = process.site.now + secondsOf(process.env, 'HEALTHY_SECONDS', 30);
    serveHttp(process, 8080, (request) => {
      if (pathOf(request) !== '/healthz') return httpResponse(200, 'hello\n', plain);
      return process.site.now < until
        ? httpResponse(200, 'ok\n', plain)
        : httpResponse(500, 'deadlock\n', plain);
    });
    return {
      signal: (signal) => {
        if (signal === 'SIGTERM') process.end(0);
        return signal === 'SIGTERM';
      },
    };
  },
};

export const sick = defineImage({
  repository: 'kubarium/sick',
  entrypoint: ['/sick'],
  sizeBytes: 6 * MB,
  ports: [8080],
  programs: { '/sick': sickProgram },
  tags: { '1.0': {}, latest: {} },
});

const units: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `--vm-bytes 150M` of memory, for as long as it may. */
const stressProgram: Program = {
  name: 'stress',
  *main(process) {
    const { args } = process;
    const value = (name: string) => args[args.indexOf(name) + 1] ?? '0';
    const workers = args.includes('--vm') ? Number(value('--vm')) : 0;
    const cpus = args.includes('--cpu') ? Number(value('--cpu')) : 0;
    process.print(
      'stress: info: [1] dispatching hogs: ' + `${cpus} cpu, 0 io, ${workers} vm, 0 hdd\n`,
    );
    const text = args.includes('--vm-bytes') ? value('--vm-bytes') : '256M';
    const bytes = Number.parseFloat(text) * (units[text.slice(-1)] ?? 1) * workers;
    yield* sleep(500);
    runtimeOf(process.machine)?.useMemory(process, bytes);
    runtimeOf(process.machine)?.keepBusy(process, cpus * 1000);
    yield* sleep(1e9);
    return 0;
  },
};

export const stress = defineImage({
  repository: 'polinux/stress',
  command: ['/bin/sh'],
  sizeBytes: 4.0 * MB,
  userLand: 'alpine',
  programs: { '/usr/local/bin/stress': stressProgram },
  tags: { latest: {}, '1.0.4': {} },
});

/** `-cpus 2 -mem-total 950Mi`: keeps processors busy and takes memory, as Vish Kannan's does. */
const goStressProgram: Program = {
  name: 'stress',
  *main(process) {
    const { args } = process;
    const value = (name: string, otherwise: string) =>
      args.includes(name) ? (args[args.indexOf(name) + 1] ?? otherwise) : otherwise;
    const cpus = Number(value('-cpus', '0'));
    const memory = value('-mem-total', '0');
    const log = (line: number, text: string) =>
      process.printError(
        `I${klogTime(process.site.clock)}       1 main.go:${line}] ${text}\n`,
      );
    log(26, `Allocating "${memory}" memory, in "${value('-mem-alloc-size', '4Ki')}" chunks, ` +
      `with a ${value('-mem-alloc-sleep', '1ms')} sleep between allocations`);
    for (let i = 0; i < cpus; i++) log(29, 'Spawning a thread to consume CPU');
    const runtime = runtimeOf(process.machine);
    runtime?.keepBusy(process, cpus * 1000);
    yield* sleep(500);
    const [, count = '0', unit = ''] = /^(\d+)(\w?)i?$/.exec(memory) ?? [];
    if (memory !== '0') runtime?.useMemory(process, Number(count) * (units[unit] ?? 1));
    log(39, 'Allocated "' + memory + '" memory');
    yield* sleep(1e12);
    return 0;
  },
};

export const goStress = defineImage({
  repository: 'vish/stress',
  entrypoint: ['/stress'],
  sizeBytes: 1.56 * MB,
  programs: { '/stress': goStressProgram },
  tags: { latest: {} },
});
