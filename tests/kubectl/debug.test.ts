/** `kubectl debug`: what it refuses, and what it sends; texts as the real kubectl 1.33 says them. */
import { expect, it } from 'vitest';
import { KubectlRig } from './rig.ts';

const legacy = '--profile=legacy is deprecated and will be removed in the future. It is recommended ' +
  'to explicitly specify a profile, for example "--profile=general".\n';

function rigWithPod(): KubectlRig {
  const rig = new KubectlRig();
  rig.put({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'nginx', livenessProbe: { exec: { command: ['x'] } } }] },
  });
  rig.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  rig.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
  return rig;
}

it.each([
  ['debug web', 'error: you must specify --image when not using --copy-to.\n'],
  ['debug --image=busybox', 'error: NAME or filename is required for debug\n'],
  ['debug web --image=busybox --profile=x', 'error: unknown profile: x\n'],
  ['debug nope --image=busybox', `${legacy}Error from server (NotFound): pods "nope" not found\n`],
  ['debug sa/default --image=busybox --profile=general', 'error: "/v1, Kind=ServiceAccount" not supported by debug\n'],
  ['debug web --copy-to=x', 'error: you must specify --image, --set-image or command arguments.\n'],
  ['debug web --copy-to=x -- sh', 'error: you must specify an existing container or a new image when specifying args.\n'],
  ['debug web --replace --image=a', 'error: --replace may only be used with --copy-to.\n'],
  ['debug web --image=A:B:C', 'error: invalid image name "A:B:C": invalid reference format\n'],
  ['debug web --image=a -t', 'error: -i/--stdin is required for containers with -t/--tty=true\n'],
  ['debug web --image=a --image-pull-policy=x', 'error: invalid image pull policy: x\n'],
  ['debug web --copy-to=x --image=a --target=b', 'error: --target is incompatible with --copy-to. Use --share-processes instead.\n'],
  ['debug web --attach', 'error: you must specify --container or create a new container using --image in order to attach.\n'],
])('%s', (line, err) => {
  expect(rigWithPod().run(line)).toEqual({ out: '', err, code: 1 });
});

it('adds an ephemeral container by a patch', () => {
  const rig = rigWithPod();
  rig.intercept = ({ method, path }) => (method === 'PATCH' && path.endsWith('/ephemeralcontainers')
    ? { status: 200, body: { metadata: { name: 'web' } } } : undefined);
  const { out } = rig.run('debug web --image=busybox -c dbg --target=a --profile=general --env=X=1 -- sleep 5');
  expect(out).toBe('Targeting container "a". If you don\'t see processes from this container it may be ' +
    "because the container runtime doesn't support this feature.\n");
  const patch = rig.requests.find(({ method }) => method === 'PATCH')?.body as
    { spec: { ephemeralContainers: readonly unknown[] } };
  expect(patch.spec.ephemeralContainers).toEqual([{
    name: 'dbg', image: 'busybox', command: ['sleep', '5'], env: [{ name: 'X', value: '1' }],
    terminationMessagePolicy: 'File', targetContainerName: 'a',
    securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
  }]);
});

it('makes a Pod on a node', () => {
  const rig = rigWithPod();
  rig.intercept = ({ method, body }) => (method === 'POST' ? { status: 201, body: body ?? null } : undefined);
  const { out } = rig.run('debug node/n1 --image=busybox --profile=sysadmin');
  expect(out).toMatch(/^Creating debugging pod node-debugger-n1-[a-z0-9]{5} with container debugger on node n1\.\n$/);
  const { spec } = rig.requests.find(({ method }) => method === 'POST')?.body as { spec: object };
  expect(spec).toEqual({
    nodeName: 'n1', restartPolicy: 'Never', tolerations: [{ operator: 'Exists' }],
    hostNetwork: true, hostPID: true, hostIPC: true,
    volumes: [{ name: 'host-root', hostPath: { path: '/' } }],
    containers: [{
      name: 'debugger', image: 'busybox', terminationMessagePolicy: 'File',
      securityContext: { privileged: true }, volumeMounts: [{ mountPath: '/host', name: 'host-root' }],
    }],
  });
});

it('copies a Pod, bare, with another image', () => {
  const rig = rigWithPod();
  rig.intercept = ({ method, body }) => (method === 'POST' ? { status: 201, body: body ?? null } : undefined);
  rig.run('debug web --copy-to=web2 --set-image=*=httpd --image=busybox -c x --profile=general');
  const { metadata, spec } = rig.requests.find(({ method }) => method === 'POST')?.body as
    { metadata: object; spec: object };
  expect(metadata).toEqual({ name: 'web2', namespace: 'default' });
  expect(spec).toEqual({
    shareProcessNamespace: true,
    containers: [
      { name: 'a', image: 'httpd' },
      {
        name: 'x', image: 'busybox', terminationMessagePolicy: 'File',
        securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
      },
    ],
  });
});
