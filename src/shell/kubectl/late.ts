/**
 * kubectl as it lies on every disk. What it does is large, and nobody needs it before the first
 * command: the page fetches it after its first picture and installs it here. All worlds of a thread
 * share it, as they share all code.
 */
import type { Program } from '../../host/index.ts';

let installed: Program | undefined;

export function installKubectl(program: Program): void {
  installed = program;
}

export const kubectl: Program = {
  name: 'kubectl',
  *main(process) {
    if (installed?.main === undefined) throw new Error('kubectl is run before it was fetched');
    return yield* installed.main(process);
  },
};
