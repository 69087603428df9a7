/** The page's end of the line to the director: a worker behind Comlink, or a served world. */
import { proxy, wrap } from 'comlink';
import type { Crash, Director, Listener } from '../worker/protocol.ts';
import { connectServed, isServed, type LineListener } from './served.ts';

/** @param heardLine is told when the line to a served world is lost, and when it is back. */
export async function connect(heardLine: LineListener): Promise<Director> {
  if (isServed()) return connectServed(heardLine);
  if (import.meta.env.DEV) {
    const name = new URLSearchParams(location.search).get('fixture');
    if (name !== null) {
      const { fixtureDirector } = await import('../scene/fixtures/director.ts');
      return fixtureDirector(name);
    }
  }
  const worker = new Worker(new URL('../worker/director.worker.ts', import.meta.url), {
    type: 'module',
    name: 'director',
  });
  const remote = wrap<Director>(worker) as unknown as Director;
  return {
    ...forwarded(remote),
    subscribe: (listener: Listener, crashed: (crash: Crash) => void) =>
      remote.subscribe(proxy(listener), proxy(crashed)),
  };
}

/** Comlink's proxy answers to any name; the page wants an object with these. */
function forwarded(remote: Director): Omit<Director, 'subscribe'> {
  return {
    open: (opening) => remote.open(opening),
    act: (input) => remote.act(input),
    play: () => remote.play(),
    pause: () => remote.pause(),
    setPace: (pace) => remote.setPace(pace),
    setBreakpoints: (breakpoints) => remote.setBreakpoints(breakpoints),
    seek: (at) => remote.seek(at),
    step: (direction) => remote.step(direction),
    undo: () => remote.undo(),
    switchBranch: (id) => remote.switchBranch(id),
    inspect: (subject) => remote.inspect(subject),
    complete: (terminal, line, cursor) => remote.complete(terminal, line, cursor),
    files: () => remote.files(),
    readFile: (path) => remote.readFile(path),
    diff: (manifest) => remote.diff(manifest),
    schema: () => remote.schema(),
    export: () => remote.export(),
    figures: () => remote.figures(),
  };
}
