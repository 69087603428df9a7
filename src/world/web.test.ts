import { expect, it } from 'vitest';
import { KubectlRig } from '../../tests/kubectl/rig.ts';
import { kubectlWith } from '../shell/kubectl/kubectl.ts';
import documentation from './documentation.json' with { type: 'json' };
import { webPage } from './web.ts';

it('finds the documentation under its addresses', () => {
  const text = webPage('https://k8s.io/examples/pods/simple-pod.yaml');
  expect(text).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx\nspec:\n  containers:\n' +
    '  - image: nginx:1.14.2\n    name: nginx\n    ports:\n    - containerPort: 80\n');
  expect(webPage('https://kubernetes.io/examples/pods/simple-pod.yaml')).toBe(text);
  expect(webPage('https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples/pods/simple-pod.yaml')).toBe(text);
  expect(webPage('https://k8s.io/examples/pods/none.yaml')).toBeUndefined();
  expect(webPage('https://example.com/pods/simple-pod.yaml')).toBeUndefined();
});

it('has what the tutorials ask for, every document a whole object', () => {
  const wanted = ['application/deployment.yaml', 'application/web/web.yaml', 'controllers/frontend.yaml',
    'application/guestbook/frontend-deployment.yaml', 'application/php-apache.yaml', 'admin/dns/dnsutils.yaml',
    'pods/probe/exec-liveness.yaml', 'debug/counter-pod.yaml', 'service/networking/minimal-ingress.yaml'];
  expect(wanted.filter((path) => webPage(`https://k8s.io/examples/${path}`) === undefined)).toEqual([]);
  for (const list of Object.values(documentation)) {
    for (const { apiVersion, kind } of list as readonly { apiVersion?: string; kind?: string }[]) {
      expect([typeof apiVersion, typeof kind]).toEqual(['string', 'string']);
    }
  }
});

function run(words: string): string {
  const rig = new KubectlRig();
  rig.program = kubectlWith(webPage);
  const { out, err } = rig.run(words);
  return out + err;
}

it('is read by kubectl, several addresses at once', () => {
  expect(run('create --dry-run=client -f https://k8s.io/examples/pods/simple-pod.yaml ' +
    '-f https://k8s.io/examples/application/web/web.yaml --validate=false'))
    .toBe('pod/nginx created (dry run)\nservice/nginx created (dry run)\nstatefulset.apps/web created (dry run)\n');
});

it.each([
  ['https://k8s.io/examples/nope.yaml',
    'error: unable to read URL "https://k8s.io/examples/nope.yaml", server reported 404 Not Found, status code=404\n'],
  ['https://nohost.example/a.yaml',
    'Unable to connect to the server: dial tcp: lookup nohost.example on 127.0.0.53:53: no such host\n'],
])('says what is wrong with %s', (url, wanted) => {
  expect(run(`apply -f ${url}`)).toBe(wanted);
});
