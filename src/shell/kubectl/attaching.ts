/** Joining a container's own process, for attach, run and debug. Follows kubectl pkg/cmd/attach. */
import type { Pod } from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import { attachTo } from './streams.ts';

export interface Attachment {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** Attaches as far as container and console can, and says at the end how to come back. */
export function* attachIn(
  context: Context, pod: Pod, { container, stdin, tty, quiet }: Attachment,
): Story {
  const { name, namespace = '' } = pod.metadata;
  const { containers = [], initContainers = [], ephemeralContainers = [], restartPolicy } =
    pod.spec ?? {};
  const isEphemeral = ephemeralContainers.some((one) => one.name === container);
  const found = [...containers, ...initContainers, ...ephemeralContainers]
    .find((one) => one.name === container);
  // A container that has a terminal gets one, asked for or not.
  const hasTty = found?.tty === true;
  if (tty && !hasTty && !quiet) {
    context.printError(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  }
  const isTerminal = context.process.tty !== undefined;
  if (hasTty && stdin && !isTerminal) {
    context.printError('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  if (!quiet) context.printError("If you don't see a command prompt, try pressing enter.\n");
  yield* attachTo(context, {
    namespace, pod: name, container, hasStdin: stdin, isTty: hasTty && isTerminal,
  });
  const isRaw = hasTty && stdin && isTerminal;
  if (quiet || !isRaw || restartPolicy !== 'Always') return;
  const command = `'kubectl attach ${name} -c ${container} -i -t'`;
  context.print(isEphemeral
    ? 'Session ended, the ephemeral container will not be restarted but may be reattached using ' +
      `${command} if it is still running\n`
    : `Session ended, resume using ${command} command when the pod is running\n`);
}
