/** What no client should send: each gets the real server's answer, and the world goes on. */
import net, { type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BridgeRig, startBridge } from './rig.ts';

let rig: BridgeRig;
beforeAll(async () => {
  rig = await startBridge({ limits: { headMs: 300, requestMs: 600 } });
});
afterAll(async () => {
  await rig.close();
});
afterEach(async () => {
  expect((await fetch(`${rig.url}/readyz`)).status).toBe(200);
});

const configMaps = '/api/v1/namespaces/default/configmaps';

/** Bytes as they are; everything that comes back until the server closes. */
async function raw(text: string | readonly Buffer[], keepsOpen = false): Promise<string> {
  const socket = net.connect({ port: rig.port, allowHalfOpen: true });
  return await new Promise((resolve) => {
    let heard = '';
    socket.on('data', (chunk) => (heard += String(chunk)));
    socket.on('error', () => resolve(heard));
    socket.on('close', () => resolve(heard));
    socket.on('end', () => socket.end());
    for (const part of typeof text === 'string' ? [text] : text) socket.write(part);
    if (!keepsOpen) socket.end();
  });
}

const get = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;

const post = (body: string, more = ''): string =>
  `POST ${configMaps} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
  `content-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
  const answer = await fetch(rig.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
};

const statusOf = ({ text }: { text: string }) => JSON.parse(text) as Record<string, any>;

describe('what is no HTTP', () => {
  test.each([
    ['no request at all', 'hello\r\n\r\n', '400 Bad Request'],
    ['a length that is no number', post('{}').replace('length: 2', 'length: x'), '400 Bad Request'],
    ['two lengths', post('{}', 'content-length: 3\r\n'), '400 Bad Request'],
    ['a length and chunks', post('{}', 'transfer-encoding: chunked\r\n'), '400 Bad Request'],
    ['a chunk without a length', post('', 'transfer-encoding: chunked\r\n').replace('content-length: 0\r\n', '') + 'zz\r\n', '400 Bad Request'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request'],
    ['a head without end', get('/', `x-a: ${'a'.repeat(200_000)}\r\n`), '431 Request Header Fields Too Large'],
  ])('%s is told so, and the connection is over', async (_, text, expected) => {
    expect(await raw(text, true)).toContain(`HTTP/1.1 ${expected}`);
  });

  test('a TLS client on a plain port', async () => {
    expect(await raw([Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 0])])).toContain('400 Bad Request');
  });
});

describe('slow and half-closed clients', () => {
  test('a head that does not end in time closes the connection', async () => {
    expect(await raw('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n', true)).toBe('');
  });

  test('so does a body', async () => {
    expect(await raw(post('{}').slice(0, -1), true)).toBe('');
  });

  test('a client that has said all it wants hears the answer', async () => {
    expect(await raw(get('/readyz', 'connection: close\r\n'))).toMatch(/200 OK[^]*\r\n\r\nok$/);
    expect(await raw(get('/readyz'))).toMatch(/200 OK[^]*\r\n\r\nok$/);
  });

  test('but nobody waits at the end of a watch', async () => {
    const heard = await raw(get(`${configMaps}?watch=true&resourceVersion=0`));
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(heard).toMatch(/0\r\n\r\n$/);
  });

  test('a body that is cut off is no request', async () => {
    expect(await raw(post('{"metadata": {"name": "half"}}').slice(0, -5))).not.toContain('201');
    expect((await ask('GET', `${configMaps}/half`)).status).toBe(404);
  });
});

test('requests in a row on one connection are answered in their order', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `row-${i}`);
  const bodies = names.map((name) => post(JSON.stringify({ metadata: { name } })));
  const heard = await raw(`${bodies.join('')}${get('/version', 'connection: close\r\n')}`, true);
  const made = [...heard.matchAll(/"name":"(row-\d+)"/g)].map(([, name]) => name);
  expect(made).toEqual(names);
  expect(heard).toContain('"gitVersion"');
});

test('a chunked body is a body', async () => {
  const body = '{"metadata": {"name": "chunked"}}';
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const heard = await raw(
    `POST ${configMaps} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `connection: close\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`,
    true,
  );
  expect(heard).toContain('201 Created');
});

test('a hundred megabytes are refused at the first sight of them', async () => {
  const socket = net.connect(rig.port);
  let sent = 0;
  const heard = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.write(
      `POST ${configMaps} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100000000\r\n\r\n`,
    );
    const more = (): void => {
      while (!socket.destroyed && sent < 100_000_000) {
        sent += 65_536;
        if (!socket.write('x'.repeat(65_536))) return void socket.once('drain', more);
      }
    };
    more();
  });
  expect(heard).toContain('413 Payload Too Large');
  expect(heard).toContain('Request entity too large: limit is 3145728');
  expect(sent).toBeLessThan(50_000_000);
});

test('chunks without end are refused when they are too many', async () => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const heard = await raw(
    `POST ${configMaps} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `transfer-encoding: chunked\r\n\r\n${chunk.repeat(60)}`,
    true,
  );
  expect(heard).toContain('413 Payload Too Large');
});

describe('requests that the server understands, and refuses', () => {
  test.each([
    ['GET', '/nothing', 404, '404 page not found\n'],
    ['GET', '/api/v1/nothing', 404, 'the server could not find the requested resource'],
    ['GET', '/apis/nothing.io/v1/things', 404, '404 page not found\n'],
    ['PUT', configMaps, 405, 'the server does not allow this method on the requested resource'],
    ['OPTIONS', configMaps, 405, 'the server does not allow this method on the requested resource'],
    ['GET', `${configMaps}?limit=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['GET', `${configMaps}?watch=true&timeoutSeconds=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['GET', `${configMaps}?labelSelector=a%3D%3D%3Db`, 400, "unable to parse requirement: found '=', expected: identifier"],
    ['HEAD', configMaps, 405, ''],
    ['HEAD', '/readyz', 200, ''],
  ])('%s %s is %i', async (method, path, status, message) => {
    const answer = await ask(method, path);
    const said = answer.text.startsWith('{') ? statusOf(answer)['message'] : answer.text;
    expect({ status: answer.status, said }).toEqual({ status, said: message });
  });

  test('a path that cannot be read names nothing', async () => {
    expect((await raw(get('/api/v1/namespaces/%zz', 'connection: close\r\n'), true)).slice(0, 12)).toMatch(/40[04]/);
  });

  test('query values that cannot be read are left out, as Go does', async () => {
    expect((await raw(get(`${configMaps}?limit=%zz&a=b`, 'connection: close\r\n'), true))).toMatch(/^HTTP\/1\.1 (200|400)/);
  });

  test('a form that we do not write', async () => {
    const answer = await ask('GET', `${configMaps}/a`, { accept: 'application/xml' });
    expect(answer.status).toBe(406);
    expect(statusOf(answer)).toMatchObject({
      reason: 'NotAcceptable',
      message:
        '406: Not Acceptable\n\nAvailable representations: ' +
        'application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
    const made = await ask('POST', configMaps, { accept: 'text/html', 'content-type': 'application/json' }, '{"metadata":{"name":"unseen"}}');
    expect(made.status).toBe(406);
    expect((await ask('GET', `${configMaps}/unseen`)).status).toBe(404);
  });

  test.each(['application/xml', 'text/plain', 'application/x-www-form-urlencoded'])(
    'a body of %s',
    async (type) => {
      const answer = await ask('POST', configMaps, { 'content-type': type }, 'a=b');
      expect(answer.status).toBe(415);
      expect(statusOf(answer)['message']).toBe(
        'the body of the request was in an unknown format - accepted media types include: ' +
          'application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
    },
  );

  test.each([
    ['application/json', '[1]', 400],
    ['application/json', '"text"', 400],
    ['application/json', 'null', 400],
    ['application/json', `${'['.repeat(100_000)}`, 400],
    ['application/json', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 400],
    ['application/yaml', '{unclosed: [', 400],
    ['application/yaml', '\t- a\n b', 400],
    ['application/yaml', 'data: &a {x: *a}', 400],
    ['application/yaml', `data: ${'['.repeat(20_000)}`, 400],
    ['application/vnd.kubernetes.protobuf', 'no protobuf', 400],
    ['application/vnd.kubernetes.protobuf', 'k8s\0\u00ff\u00ff\u00ff', 400],
  ])('%s %.20s is a bad request', async (type, body, status) => {
    const answer = await ask('POST', configMaps, { 'content-type': type }, body);
    expect(answer.status).toBe(status);
    expect(statusOf(answer)).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 });
  });
});

describe('forms of an answer', () => {
  test('kind first; items of a list without theirs', async () => {
    await ask('POST', configMaps, { 'content-type': 'application/json' }, '{"metadata":{"name":"shape"},"data":{"a":"<b>&"}}');
    const one = await ask('GET', `${configMaps}/shape`);
    expect(one.text).toMatch(/^\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{/);
    expect(one.text).toMatch(/\}\n$/);
    expect(one.text).toContain('"\\u003cb\\u003e\\u0026"');
    const list = await ask('GET', configMaps);
    expect(list.text).toMatch(/^\{"kind":"ConfigMapList","apiVersion":"v1","metadata":\{/);
    const { items } = JSON.parse(list.text) as { items: Record<string, unknown>[] };
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(Object.keys(item)).not.toContain('kind');
    const partial = await ask('GET', configMaps, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(JSON.parse(partial.text).items[0]).toMatchObject({ kind: 'PartialObjectMetadata' });
  });

  test('people get it over many lines, and YAML is written for who asks', async () => {
    const curl = await ask('GET', `${configMaps}/shape`, { 'user-agent': 'curl/8.0' });
    expect(curl.text).toMatch(/^\{\n {2}"kind": "ConfigMap",\n {2}"apiVersion": "v1",\n/);
    expect(curl.text).toMatch(/\n\}$/);
    expect((await ask('GET', `${configMaps}/shape?pretty=true`)).text).toBe(curl.text);
    const yaml = await ask('GET', `${configMaps}/shape`, { accept: 'application/yaml' });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(yaml.text).toMatch(/^apiVersion: v1\ndata:\n {2}a: <b>&\nkind: ConfigMap\n/);
  });

  test('long answers are packed for who can unpack them', async () => {
    const data = { a: 'x'.repeat(200_000) };
    await ask('POST', configMaps, { 'content-type': 'application/json' }, JSON.stringify({ metadata: { name: 'long' }, data }));
    const request = (more: string) =>
      rawBytes(get(`${configMaps}/long`, `connection: close\r\n${more}`));
    const plain = await request('');
    const packed = await request('accept-encoding: deflate, gzip\r\n');
    expect(plain.head).not.toContain('content-encoding');
    expect(packed.head).toMatch(/content-encoding: gzip/);
    expect(packed.head).toMatch(/vary: Accept-Encoding/);
    expect(packed.body.length).toBeLessThan(plain.body.length / 10);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    const short = await rawBytes(get('/version', 'connection: close\r\naccept-encoding: gzip\r\n'));
    expect(short.head).not.toContain('content-encoding');
  });

  test('every answer has a number, or the one that its client gave', async () => {
    const { headers } = await ask('GET', '/version');
    expect(headers.get('audit-id')).toMatch(/^[0-9a-f-]{36}$/);
    const given = await ask('GET', '/nothing', { 'audit-id': 'mine' });
    expect(given.headers.get('audit-id')).toBe('mine');
    expect(given.headers.get('cache-control')).toBe('no-cache, private');
  });

  test('no other site is invited', async () => {
    const { headers } = await ask('GET', '/version', { origin: rig.url });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

/** Head and bytes of one answer. */
async function rawBytes(text: string): Promise<{ head: string; body: Buffer }> {
  const socket: Socket = net.connect(rig.port);
  const chunks: Buffer[] = [];
  socket.write(text);
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const all = Buffer.concat(chunks);
  const end = all.indexOf('\r\n\r\n');
  return { head: all.subarray(0, end).toString(), body: all.subarray(end + 4) };
}
