/**
 * What clients and the API server (and the kubelet's own server) say to each other over a
 * connection: HTTP's requests and answers as plain data, many at once on one connection, as HTTP/2
 * does. The HTTP bridge turns the same data into bytes for real clients.
 */
import type { Json, JsonObject } from '../../api/object.ts';

/** Who a client says it is: what a TLS client certificate or a bearer token would carry. */
export type Credential =
  | {
      readonly type: 'certificate';
      readonly commonName: string;
      readonly organizations: readonly string[];
    }
  | { readonly type: 'token'; readonly token: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

export interface ApiRequest {
  readonly method: Method;
  /** `/api/v1/namespaces/default/pods`, percent-decoding done per segment by the server. */
  readonly path: string;
  /** Boolean values follow Go's ParseBool. Repeated keys (`command=a&command=b`) are arrays. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names: accept, content-type, user-agent, impersonate-user… */
  readonly headers?: Readonly<Record<string, string>>;
  readonly credential?: Credential;
  /** Decoded JSON, or text when the content type is none that the client decodes (YAML). */
  readonly body?: Json;
  /** Why the client asks: for the trace and "why?"; the server never acts on it. */
  readonly because?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object (frozen, shared), or text for logs and health checks. */
  readonly body: Json;
}

/** One event of a watch. BOOKMARK's object carries a resourceVersion only; ERROR's is a Status. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

/** Channels of exec, attach and port-forward, numbered as in the v5 WebSocket protocol. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

export type ClientMessage =
  | { readonly type: 'request'; readonly id: number; readonly request: ApiRequest }
  /** The client is no longer interested (closes the HTTP stream). */
  | { readonly type: 'cancel'; readonly id: number }
  /** Bytes of an upgraded stream, as text (kernel/bytes.ts); `isEnd` closes that channel. */
  | {
      readonly type: 'data';
      readonly id: number;
      readonly channel: number;
      readonly text: string;
      readonly isEnd?: boolean;
    };

export type ServerMessage =
  /** The whole answer; or, with `isStream`, its head: events or data follow until `end`. */
  | {
      readonly type: 'response';
      readonly id: number;
      readonly response: ApiResponse;
      readonly isStream?: boolean;
    }
  | { readonly type: 'event'; readonly id: number; readonly event: WatchEvent }
  | {
      readonly type: 'data';
      readonly id: number;
      readonly channel: number;
      readonly text: string;
      readonly isEnd?: boolean;
    }
  | { readonly type: 'end'; readonly id: number };
