/** The doors of the director over a WebSocket: one page, in plain JSON. */
import type { WebSocket } from 'ws';
import type { Director, PageMessage, ServedMessage } from '../../worker/protocol.ts';
import { serverSurroundings } from './surroundings.ts';
import { LiveDirector } from './live-director.ts';
import type { Present } from './present.ts';

/** So many pictures may be on their way to a page before it says that it has taken one in. */
const mostUnheard = 4;

/** What may be called, by name: everything else is refused. */
const doors: ReadonlySet<string> = new Set<keyof Director>([
  'open', 'act', 'play', 'pause', 'setPace', 'setBreakpoints', 'seek', 'step', 'undo',
  'switchBranch', 'inspect', 'complete', 'files', 'readFile', 'diff', 'schema', 'export', 'figures',
]);

/** Serves one page until its socket closes. */
export function servePage(socket: WebSocket, present: Present): void {
  let sent = 0;
  let heard = 0;
  const isReady = (): boolean => sent - heard < mostUnheard;
  const director = new LiveDirector(present, serverSurroundings, isReady);
  const send = (message: ServedMessage): void => socket.send(JSON.stringify(message));
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : messageOf(String(data));
    if (message === undefined) return socket.close(1007, 'JSON of the page is expected');
    if ('heard' in message) heard = message.heard;
    else void answer(director, message).then(send);
  });
  socket.on('close', () => director.close());
  socket.on('error', () => director.close());
  void director.subscribe((update, playback) => {
    // The past is played at its own pace: a page that is slow gets fewer pictures of it.
    sent += 1;
    send({ update, playback, count: sent });
    return isReady() ? undefined : caughtUp(isReady, socket);
  });
}

/** When the page has taken in what it was sent, or is gone. */
function caughtUp(isReady: () => boolean, socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isReady() && socket.readyState === socket.OPEN) return;
      socket.off('message', look);
      socket.off('close', look);
      resolve();
    };
    socket.on('message', look);
    socket.on('close', look);
  });
}

type Call = Extract<PageMessage, { call: unknown }>;

async function answer(director: LiveDirector, { id, call, with: given }: Call) {
  try {
    const door = director[call] as (...words: readonly unknown[]) => Promise<unknown>;
    const value = await door.apply(director, [...given]);
    return value === undefined ? { id } : { id, value };
  } catch (problem) {
    return { id, failed: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** What a page says; undefined when no page says so. */
function messageOf(text: string): PageMessage | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { id, call, with: given, heard } = said as Record<string, unknown>;
  if (typeof heard === 'number') return { heard };
  const isCall = typeof id === 'number' && typeof call === 'string' && Array.isArray(given);
  return isCall && doors.has(call) ? { id, call: call as Call['call'], with: given } : undefined;
}
