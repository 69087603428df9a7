import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BridgeRig, startBridge } from './rig.ts';

let rig: BridgeRig;
beforeAll(async () => {
  rig = await startBridge();
});
afterAll(async () => {
  await rig.close();
});

const configMaps = '/api/v1/namespaces/default/configmaps';

const send = (method: string, path: string, body?: unknown, type = 'application/json') =>
  fetch(rig.url + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': type },
  });

const json = async (answer: Response) => (await answer.json()) as Record<string, any>;

test('an object goes in and comes out', async () => {
  const made = await send('POST', configMaps, { metadata: { name: 'a' }, data: { k: 'v' } });
  expect(made.status).toBe(201);
  const got = await json(await send('GET', `${configMaps}/a`));
  expect(got).toMatchObject({ kind: 'ConfigMap', data: { k: 'v' } });
});

test('YAML is taken as kubectl never sends it', async () => {
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-yaml}\ndata: {a: "1"}\n';
  const made = await send('POST', configMaps, yaml, 'application/yaml');
  expect(made.status).toBe(201);
});

test('a table is asked for by its media type', async () => {
  const answer = await fetch(rig.url + configMaps, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  });
  expect(await json(answer)).toMatchObject({ kind: 'Table' });
});

test.each([
  ['{"a": }', "invalid character '}' looking for beginning of value", '{"a": }'],
  ['{"a": 1', 'unexpected end of JSON input', '{"a": 1'],
  ['not json', "invalid character 'o' in literal null (expecting 'u')", '6e6f74206a736f6e'],
])('broken JSON %s is a BadRequest in the real words', async (body, problem, summary) => {
  const answer = await send('POST', configMaps, body);
  expect(answer.status).toBe(400);
  expect(await json(answer)).toMatchObject({
    kind: 'Status',
    reason: 'BadRequest',
    message:
      'the object provided is unrecognized (must be of type ConfigMap): ' +
      `couldn't get version/kind; json parse error: ${problem} (${summary})`,
  });
});

test('a body over 3 MiB is too large, and the server goes on', async () => {
  const answer = await send('POST', configMaps, 'x'.repeat(3 * 1024 * 1024 + 1));
  expect(answer.status).toBe(413);
  expect(await json(answer)).toMatchObject({
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  });
  expect((await send('GET', '/version')).status).toBe(200);
});

test('a media type that nobody reads is 415', async () => {
  const answer = await send('POST', configMaps, '<a/>', 'application/xml');
  expect(answer.status).toBe(415);
  expect(await json(answer)).toMatchObject({ reason: 'UnsupportedMediaType' });
});

test('a page of another site is refused', async () => {
  const answer = await fetch(`${rig.url}/version`, { headers: { origin: 'https://evil.test' } });
  expect(answer.status).toBe(403);
});

test('a wrong token is nobody', async () => {
  const answer = await fetch(`${rig.url}/api/v1/pods`, { headers: { authorization: 'Bearer x' } });
  expect(answer.status).toBe(401);
});

/** Lines of a stream until there are `count`. */
async function lines(answer: Response, count: number): Promise<Record<string, any>[]> {
  const found: Record<string, any>[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const whole = text.split('\n');
    text = whole.pop() ?? '';
    found.push(...whole.map((line) => JSON.parse(line) as Record<string, any>));
    if (found.length >= count) break;
  }
  return found;
}

test('a watch tells of each write as it happens, and ends with its client', async () => {
  const { metadata } = await json(await send('GET', configMaps));
  const path = `${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const watch = await send('GET', path);
  expect(watch.headers.get('content-type')).toMatch(/^application\/json/);
  const seen = lines(watch, 2);
  await send('POST', configMaps, { metadata: { name: 'seen' } });
  await send('DELETE', `${configMaps}/seen`);
  expect((await seen).map((event) => `${event['type']} ${event['object'].metadata.name}`)).toEqual([
    'ADDED seen',
    'DELETED seen',
  ]);
});

test('a watch ends at timeoutSeconds', async () => {
  const watch = await send('GET', `${configMaps}?watch=true&timeoutSeconds=1&resourceVersion=0`);
  await watch.text();
});

test('fifty clients at once each get their own answer', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `many-${i}`);
  const made = await Promise.all(
    names.map((name) => send('POST', configMaps, { metadata: { name } })),
  );
  const bodies = await Promise.all(made.map(json));
  expect(bodies.map(({ metadata }) => metadata.name)).toEqual(names);
});

test('what came in is data that a session can keep', () => {
  expect(JSON.parse(JSON.stringify(rig.paced.inputs))).toEqual(rig.paced.inputs);
});
