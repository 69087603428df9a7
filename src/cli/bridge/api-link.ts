import type {
  ApiRequest,
  ApiResponse,
  ClientMessage,
  ServerMessage,
  WatchEvent,
} from '../../k8s/client/wire.ts';

/** One client's line to the API server of a world. */
export interface ApiLine {
  send(message: ClientMessage): void;
  /** The client has gone: everything that it had asked for is over. */
  close(): void;
}

/** A world's API, as the bridge reaches it. */
export interface ApiLink {
  open(hear: (message: ServerMessage) => void): ApiLine;
}

/** Who waits for the answer to one request. */
export interface Listener {
  response(response: ApiResponse, isStream: boolean): void;
  event(event: WatchEvent): void;
  /** Text as kernel/bytes.ts has it. */
  data(channel: number, text: string, isEnd: boolean): void;
  end(): void;
}

/** What can still be said about a request that was sent. */
export interface Call {
  data(channel: number, text: string, isEnd?: boolean): void;
  cancel(): void;
}

/** One client's requests, many at once: answers find their listener by number. */
export class Caller {
  private readonly line: ApiLine;
  private readonly listeners = new Map<number, Listener>();
  private lastId = 0;

  private readonly lost: () => void;

  /** @param lost told when the API server cannot be reached, or the connection to it breaks. */
  constructor(link: ApiLink, lost: () => void) {
    this.lost = lost;
    this.line = link.open((message) => this.hear(message));
  }

  call(request: ApiRequest, listener: Listener): Call {
    const id = (this.lastId += 1);
    this.listeners.set(id, listener);
    this.line.send({ type: 'request', id, request });
    return {
      data: (channel, text, isEnd) => {
        if (!this.listeners.has(id)) return;
        this.line.send({ type: 'data', id, channel, text, ...(isEnd === true ? { isEnd } : {}) });
      },
      cancel: () => {
        if (this.listeners.delete(id)) this.line.send({ type: 'cancel', id });
      },
    };
  }

  close(): void {
    this.listeners.clear();
    this.line.close();
  }

  private hear(message: ServerMessage): void {
    if (message.id < 0) return this.lost();
    const listener = this.listeners.get(message.id);
    if (listener === undefined) return;
    switch (message.type) {
      case 'response':
        if (message.isStream !== true) this.listeners.delete(message.id);
        return listener.response(message.response, message.isStream === true);
      case 'event':
        return listener.event(message.event);
      case 'data':
        return listener.data(message.channel, message.text, message.isEnd ?? false);
      case 'end':
        this.listeners.delete(message.id);
        listener.end();
    }
  }
}
