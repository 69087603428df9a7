/**
 * Channels as binary messages whose first byte is the channel: exec and attach in v5.channel.k8s.io
 * and v4.channel.k8s.io (v4 without the closing of a channel), and the older form of port-forward.
 * Follows apimachinery pkg/util/httpstream/wsstream, apiserver pkg/util/proxy/websocket.go and
 * kubelet/cri/streaming/portforward/websocket.go.
 */
import type { WebSocket } from 'ws';
import type { Carrier } from './spdy.ts';
import { hear, pieceMost, type Transport, type WorldSide } from './transport.ts';

/** The channel whose messages say that another one has ended. */
const closing = 255;

export function commandChannels(
  webSocket: WebSocket,
  carrier: Carrier,
  world: WorldSide,
): Transport {
  const hasClosing = webSocket.protocol.startsWith('v5.');
  const take = (message: Buffer) => {
    const channel = message[0];
    if (channel === undefined) return;
    if (hasClosing && channel === closing) {
      return world.received(message[1] ?? 0, Buffer.alloc(0), true);
    }
    if (message.length > 1) world.received(channel, message.subarray(1));
  };
  hear(webSocket, take, () => world.gone());
  return {
    send: (channel, bytes) => inPieces(carrier, channel, bytes),
    endOf: () => undefined,
    close: () => carrier.end(),
  };
}

/** Each port has a channel for data and one for errors, both beginning with the port's number. */
// oxlint-disable-next-line max-params -- both of the client's directions, the world's, and the ports
export function portChannels(
  webSocket: WebSocket,
  carrier: Carrier,
  world: WorldSide,
  ports: readonly number[],
): Transport {
  const open = new Set(ports.map((_, i) => 2 * i));
  hear(
    webSocket,
    (message) => {
      const channel = message[0];
      if (channel !== undefined && open.has(channel)) world.received(channel, message.subarray(1));
    },
    () => world.gone(),
  );
  ports.forEach((port, i) => {
    for (const channel of [2 * i, 2 * i + 1]) {
      carrier.write(Buffer.from([channel, port & 0xff, port >> 8]));
    }
  });
  return {
    send: (channel, bytes) => inPieces(carrier, channel, bytes),
    endOf: (channel) => {
      open.delete(channel);
      if (open.size === 0) carrier.end();
    },
    close: () => carrier.end(),
  };
}

function inPieces(carrier: Carrier, channel: number, bytes: Uint8Array): void {
  const name = Buffer.from([channel]);
  for (let at = 0; at < bytes.length; at += pieceMost) {
    carrier.write(Buffer.concat([name, bytes.subarray(at, at + pieceMost)]));
  }
}
