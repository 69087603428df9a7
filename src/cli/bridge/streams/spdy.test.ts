import { deflateSync, constants, createDeflate, createInflate } from 'node:zlib';
import { expect, test } from 'vitest';
import { spdyDictionary } from './spdy-dictionary.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';

test('the dictionary is that of the protocol: its Adler-32 is in what others compress', () => {
  expect(spdyDictionary).toHaveLength(1423);
  const head = deflateSync('', { dictionary: spdyDictionary }).subarray(2, 6);
  expect(head.toString('hex')).toBe('e3c6a7c2');
});

/** A client's header blocks: one compressed stream. */
function compressor() {
  const deflate = createDeflate({ dictionary: spdyDictionary });
  return (headers: Record<string, string>) =>
    new Promise<Buffer>((resolve) => {
      const pieces: Buffer[] = [];
      const take = (piece: Buffer) => pieces.push(piece);
      deflate.on('data', take);
      deflate.write(blockOf(headers));
      deflate.flush(constants.Z_SYNC_FLUSH, () => {
        deflate.off('data', take);
        resolve(Buffer.concat(pieces));
      });
    });
}

function blockOf(headers: Record<string, string>): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const words = Object.entries(headers).flat();
  return Buffer.concat([
    number(words.length / 2),
    ...words.flatMap((word) => [number(word.length), Buffer.from(word)]),
  ]);
}

const control = (type: number, flags: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0x80, 3, 0, type, flags, 0, 0, body.length]), body]);
const opening = (id: number, block: Buffer, flags = 0) =>
  control(1, flags, Buffer.concat([Buffer.from([0, 0, 0, id, 0, 0, 0, 0, 0, 0]), block]));
const data = (id: number, flags: number, text: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, id, flags, 0, 0, text.length]), Buffer.from(text)]);

function connected() {
  const sent: Buffer[] = [];
  const log: string[] = [];
  const streams: SpdyStream[] = [];
  const carrier = { write: (bytes: Buffer) => sent.push(bytes), end: () => log.push('closed') };
  const connection = new SpdyConnection(carrier, (stream) => {
    if (stream.headers['streamtype'] === 'odd') return undefined;
    streams.push(stream);
    const say = (what: string) => log.push(`${stream.id} ${what}`);
    return {
      data: (bytes) => say(bytes.toString()),
      ended: () => say('ended'),
      wasReset: () => say('reset'),
    };
  });
  return { sent, log, streams, connection };
}

test('streams: headers, data both ways, ends, resets, however the bytes are cut', async () => {
  const { sent, log, streams, connection } = connected();
  const block = compressor();
  const bytes = Buffer.concat([
    opening(1, await block({ streamType: 'error', port: '80' }), 1),
    opening(3, await block({ streamType: 'data', port: '80', requestID: '0' })),
    data(3, 0, 'hello'),
    data(3, 1, ''),
    opening(5, await block({ streamType: 'odd' })),
    control(3, 0, Buffer.from([0, 0, 0, 3, 0, 0, 0, 5])),
  ]);
  for (let at = 0; at < bytes.length; at += 7) connection.received(bytes.subarray(at, at + 7));
  expect(streams.map(({ id, headers }) => [id, headers])).toEqual([
    [1, { streamtype: 'error', port: '80' }],
    [3, { streamtype: 'data', port: '80', requestid: '0' }],
  ]);
  expect(log).toEqual(['1 ended', '3 hello', '3 ended', '3 reset']);
  streams[0]?.write(Buffer.from('oh'));
  streams[0]?.end();
  streams[1]?.write(Buffer.from('too late'));
  const [reply1, reply3, window, refusal, oh, fin, ...rest] = sent;
  expect(reply1?.subarray(0, 4).toString('hex')).toBe('80030002');
  expect(window?.toString('hex')).toBe('80030009000000080000000300000005');
  expect(refusal?.toString('hex')).toBe('80030003000000080000000500000003');
  expect(oh?.toString('hex')).toBe('00000001000000026f68');
  expect(fin?.toString('hex')).toBe('0000000101000000');
  expect(rest).toEqual([]);
  const replies = Buffer.concat([reply1?.subarray(12) ?? '', reply3?.subarray(12) ?? ''] as Buffer[]);
  expect((await inflated(replies)).toString('hex')).toBe('0000000000000000');
});

const inflated = (bytes: Buffer) =>
  new Promise<Buffer>((resolve) => {
    const inflate = createInflate({ dictionary: spdyDictionary });
    const pieces: Buffer[] = [];
    inflate.on('data', (piece: Buffer) => pieces.push(piece));
    inflate.write(bytes, () => resolve(Buffer.concat(pieces)));
  });

test('a ping comes back; what is no SPDY, or too large, is an error', () => {
  const { sent, connection } = connected();
  const ping = control(6, 0, Buffer.from([0, 0, 0, 1]));
  connection.received(ping);
  expect(sent[0]).toEqual(ping);
  expect(() => connected().connection.received(Buffer.from('80010001000000000000', 'hex'))).toThrow('not SPDY/3.1');
  expect(() => connected().connection.received(Buffer.from('00000001ffffffff', 'hex'))).toThrow('a frame of');
});
