/** The page's line to a world that `kubarium serve` serves: the director's doors over a socket. */
import type {
  Director,
  Listener,
  PageMessage,
  ServedMessage,
} from '../worker/protocol.ts';

/** Whether this page was given out by `kubarium serve`, which says so in the address. */
export const isServed = (): boolean => new URLSearchParams(location.search).has('served');

/** Told when the line is lost, and when it is there again. */
export type LineListener = (isThere: boolean) => void;

/** Real ms until the next try after the line was lost. */
const againMs = 2_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(problem: Error): void;
}

/** Connects; what is asked before the socket is open waits for it. */
export function connectServed(heardLine: LineListener): Director {
  const waiting = new Map<number, Waiting>();
  let listener: Listener | undefined;
  let lastId = 0;
  let isLost = false;
  let socket = open();

  function open(): WebSocket {
    const address = new URL('live', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const made = new WebSocket(address);
    made.addEventListener('open', () => {
      if (isLost) heardLine(true);
      isLost = false;
    });
    made.addEventListener('message', ({ data }) => hear(JSON.parse(String(data))));
    made.addEventListener('close', lost);
    return made;
  }

  function lost(): void {
    for (const { reject } of waiting.values()) reject(new Error('the served world was lost'));
    waiting.clear();
    if (!isLost) heardLine(false);
    isLost = true;
    setTimeout(() => (socket = open()), againMs);
  }

  function hear(message: ServedMessage): void {
    if ('update' in message) {
      listener?.(message.update, message.playback);
      return send({ heard: message.count });
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.failed === undefined) asked?.resolve(message.value);
    else asked?.reject(new Error(message.failed));
  }

  function send(message: PageMessage): void {
    const text = JSON.stringify(message);
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else socket.addEventListener('open', () => socket.send(text), { once: true });
  }

  function ask<T>(call: Exclude<keyof Director, 'subscribe'>, ...words: unknown[]): Promise<T> {
    lastId += 1;
    const id = lastId;
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      send({ id, call, with: words });
    });
  }

  return {
    open: (opening) => ask('open', opening),
    // Every socket is told all from the start: there is nothing to ask for.
    subscribe: async (heard) => {
      listener = heard;
    },
    act: (input) => ask('act', input),
    play: () => ask('play'),
    pause: () => ask('pause'),
    setPace: (pace) => ask('setPace', pace),
    setBreakpoints: (breakpoints) => ask('setBreakpoints', breakpoints),
    seek: (at) => ask('seek', at),
    step: (direction) => ask('step', direction),
    undo: () => ask('undo'),
    switchBranch: (id) => ask('switchBranch', id),
    inspect: (subject) => ask('inspect', subject),
    complete: (terminal, line, cursor) => ask('complete', terminal, line, cursor),
    files: () => ask('files'),
    readFile: (path) => ask('readFile', path),
    diff: (manifest) => ask('diff', manifest),
    schema: () => ask('schema'),
    export: () => ask('export'),
    figures: () => ask('figures'),
  };
}
