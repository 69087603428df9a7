import type { Inbox } from '../inbox.ts';
import type { Machine } from '../machine.ts';
import type { Process, Sink } from '../process.ts';
import type { Tty } from '../terminal.ts';
import type { Container } from './container.ts';
import { defaultPath, findExecutable } from './executables.ts';
import { type Outcome, failure, success } from './runtime-error.ts';

/** A command in a running container. */
export interface Execution {
  readonly command: readonly string[];
  readonly stdin?: Inbox<string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The terminal that it is attached to. */
  readonly tty?: Tty;
}

/** Starts it beside the container's own processes. */
export function startExec(
  machine: Machine,
  container: Container,
  { command, stdin, stdout, stderr, tty }: Execution,
): Outcome<Process> {
  const { config, env, files, image, sandbox } = container;
  if (container.state !== 'running') {
    const state = container.state === 'exited' ? 'CONTAINER_EXITED' : 'CONTAINER_CREATED';
    return failure('Unknown', `container is in ${state} state`);
  }
  const cwd = config.workingDir ?? image.workingDir;
  const found = findExecutable(image.programs, files, command, env['PATH'] ?? defaultPath, cwd);
  if (typeof found === 'string') {
    return failure(
      'Unknown',
      'failed to exec in container: failed to start exec ' +
        `"${execId(machine)}": OCI runtime exec failed: ` +
        `exec failed: unable to start container process: ${found}: unknown`,
    );
  }
  return success(
    machine.spawn({
      ...found,
      env: tty === undefined ? env : { ...env, TERM: 'xterm' },
      cwd,
      user: config.user ?? (image.user === '' ? 'root' : image.user),
      identity: container.identity,
      files,
      programs: image.programs,
      net: sandbox.net ?? machine.net,
      ...(stdin === undefined ? {} : { stdin }),
      stdout,
      stderr,
      container: container.id,
      ...(config.pidNamespace === undefined ? {} : { pidNamespace: config.pidNamespace }),
      ...(tty === undefined ? {} : { tty }),
    }),
  );
}

/** 64 hexadecimal digits. */
function execId({ site: { chance } }: Machine): string {
  let id = '';
  for (let i = 0; i < 8; i++) id += chance.next().toString(16).padStart(8, '0');
  return id;
}
