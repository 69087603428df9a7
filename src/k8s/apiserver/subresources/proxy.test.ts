import { describe, expect, it } from 'vitest';
import { httpResponse, isHttpRequest } from '../../../host/net/http.ts';
import type { ApiRequest } from '../../client/wire.ts';
import { type Rig, startRig } from '../testing.ts';
import { rewriteLinks, rewriteUrl } from './html-links.ts';

const pods = '/api/v1/namespaces/default/pods';
const services = '/api/v1/namespaces/default/services';
const ip = '192.168.56.11';

/** Says on port 8080 what it was asked; `/page` is HTML, `/away` leads elsewhere. */
function serve(rig: Rig): void {
  const process = rig.machineOf('worker-1').spawn({
    program: { name: 'web', start: () => ({}) }, args: ['web'],
  });
  process.net.listen(process, 8080, (connection) => ({
    received: (payload: unknown) => {
      if (!isHttpRequest(payload)) return;
      const { method, path, headers, body } = payload;
      const said = `${method} ${path} ${headers['x-forwarded-uri'] ?? ''} ${body}`.trim();
      connection.send(
        path === '/page'
          ? httpResponse(200, '<p><a href=\'/x\'>x</a>', { 'Content-Type': 'text/html' })
          : path === '/away'
            ? httpResponse(302, '', { Location: '/there' })
            : httpResponse(200, said, { 'Content-Type': 'text/plain' }),
      );
    },
  }));
}

function rigWithPod(): Rig {
  const rig = startRig({ machines: ['worker-1'] });
  serve(rig);
  rig.create(pods, {
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 }] }] },
  });
  rig.patch(`${pods}/web/status`, { status: { podIP: ip, podIPs: [{ ip }], phase: 'Running' } });
  return rig;
}

function expose(rig: Rig, targetRef: object = { kind: 'Pod', namespace: 'default', name: 'web' }): void {
  rig.create(services, { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80 }] } });
  rig.create('/api/v1/namespaces/default/endpoints', {
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip, targetRef }], ports: [{ name: 'http', port: 8080 }] }],
  });
}

const ask = (rig: Rig, path: string, more: Partial<ApiRequest> = {}) => {
  const { status, body, headers } = rig.request({ method: 'GET', path, ...more });
  const text = typeof body === 'string' ? body : (body as { message?: string }).message;
  return [status, headers?.['location'] ?? text];
};

describe('proxies', () => {
  it.each<[string, Partial<ApiRequest>, number, string]>([
    [`${pods}/web/proxy/a/b`, { query: { q: '1' } }, 200, `GET /a/b?q=1 ${pods}/web/proxy/a/b`],
    [`${pods}/web:8080/proxy/`, {}, 200, `GET / ${pods}/web:8080/proxy/`],
    [`${pods}/http:web:8080/proxy/`, {}, 200, `GET / ${pods}/http:web:8080/proxy/`],
    [`${pods}/web/proxy/x`, { method: 'POST', body: { a: 1 } }, 200, `POST /x ${pods}/web/proxy/x {"a":1}`],
    [`${pods}/web/proxy`, {}, 301, `${pods}/web/proxy/`],
    [`${pods}/web/proxy/page`, {}, 200, `<p><a href="${pods}/web/proxy/x">x</a>`],
    [`${pods}/web/proxy/away`, {}, 302, `${pods}/web/proxy/there`],
    [`${pods}/web:81/proxy/`, {}, 503,
      `error trying to reach service: dial tcp ${ip}:81: connect: connection refused`],
    [`${pods}/https:web:8080/proxy/`, {}, 503,
      'error trying to reach service: http: server gave HTTP response to HTTPS client'],
    [`${pods}/gone/proxy/`, {}, 404, 'pods "gone" not found'],
    [`${pods}/a:b:c:d/proxy/`, {}, 400, 'invalid pod request "a:b:c:d"'],
    [`${pods}/ftp:web:1/proxy/`, {}, 400, 'invalid pod request "ftp:web:1"'],
    [`${services}/web/proxy/`, {}, 503, 'no endpoints available for service "web"'],
    [`${services}/web:http/proxy/x`, {}, 200, `GET /x ${services}/web:http/proxy/x`],
    [`${services}/web:80/proxy/x`, {}, 200, `GET /x ${services}/web:80/proxy/x`],
    [`${services}/web:81/proxy/x`, {}, 503, 'no service port 81 found for service "web"'],
    [`${services}/gone/proxy/x`, {}, 404, 'endpoints "gone" not found'],
  ])('%s %j', (path, request, status, text) => {
    const rig = rigWithPod();
    expose(rig);
    expect(ask(rig, path, request)).toEqual([status, text]);
  });

  it('goes to no address that is not a Pod\'s', () => {
    const rig = rigWithPod();
    expose(rig, { kind: 'Pod', namespace: 'default', name: 'other' });
    expect(ask(rig, `${services}/web:http/proxy/`)).toEqual([
      503, 'no endpoints available for service "web:http"',
    ]);
  });

  it('a Pod without an address', () => {
    const rig = startRig();
    rig.create(pods, { metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    expect(ask(rig, `${pods}/web/proxy/`)).toEqual([400, 'address not allowed']);
  });

  it('a node whose kubelet is away', () => {
    const rig = startRig({ machines: ['worker-1'] });
    rig.create('/api/v1/nodes', { metadata: { name: 'n' } });
    rig.patch('/api/v1/nodes/n/status', { status: { addresses: [{ type: 'InternalIP', address: ip }] } });
    expect(ask(rig, '/api/v1/nodes/n/proxy/metrics')).toEqual([
      503, `error trying to reach service: dial tcp ${ip}:10250: connect: connection refused`,
    ]);
    serve(rig);
    expect(ask(rig, '/api/v1/nodes/n:8080/proxy/x')).toEqual([200, 'GET /x /api/v1/nodes/n:8080/proxy/x']);
  });
});

describe('links', () => {
  const through = { prefix: '/p', hosts: ['1.2.3.4:80'], scheme: 'http' };
  it.each([
    ['/a', '/p/a'], ['/', '/p/'], ['a', 'a'], ['#x', '#x'], ['http://1.2.3.4:80/a?b', '/p/a?b'],
    ['http://other/a', 'http://other/a'], ['/p/a', '/p/a'], ['mailto:a@b', 'mailto:a@b'],
  ])('%s → %s', (url, wanted) => expect(rewriteUrl(url, through)).toBe(wanted));

  it('only of tags that have them, and not in comments', () => {
    const rewrite = (url: string) => rewriteUrl(url, through);
    expect(rewriteLinks('<!-- <a href=/a> --><IMG src=/a alt="/b"><p title="/c">/d</p><br/>', rewrite))
      .toBe('<!-- <a href=/a> --><img src="/p/a" alt="/b"><p title="/c">/d</p><br/>');
  });
});
