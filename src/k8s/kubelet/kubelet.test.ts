import { expect, test } from 'vitest';
import type { Node } from '../../api/types.gen.ts';
import { KubeletRig } from './testing.ts';

const one = (name: string, container: object, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', ...container }], ...spec },
});
const nginx = (name: string) => one(name, { image: 'nginx:1.14.2' });

function started(pod: { metadata: { name: string } }): KubeletRig {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(pod);
  rig.runUntil(() => rig.isReady(pod.metadata.name));
  rig.transcript();
  return rig;
}

test('a Pod from the API reaches Ready', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(nginx('web'));
  rig.runUntil(() => rig.isReady('web'));
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod web: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "nginx:1.14.2"
    4.9s Normal Pulled Successfully pulled image "nginx:1.14.2" in 2.338s (2.338s including waiting). Image size: 44700000 bytes.
    4.9s Normal Created Created container: c
    5.0s pod web: Running 10.244.1.2 c=running ready
    5.0s Normal Started Started container c"
  `);
  expect(rig.patches).toBe(2);
});

test('a static Pod gets a mirror, which is made anew when it is deleted', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.machine.files.write(
    '/etc/kubernetes/manifests/web.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: static\nspec:\n  containers:\n' +
      '  - name: nginx\n    image: nginx:1.25\n',
  );
  rig.runUntil(() => rig.isReady('static-m1'));
  rig.server.drop('/api/v1/namespaces/default/pods/static-m1');
  rig.runUntil(() => rig.isReady('static-m1'));
  rig.machine.files.remove('/etc/kubernetes/manifests/web.yaml');
  rig.run(10_000);
  expect(rig.pod('static-m1')).toBeUndefined();
  expect(rig.runtime.containers.size).toBe(0);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.2s pod static-m1: Pending nginx=ContainerCreating
    2.7s Normal Pulling Pulling image "nginx:1.25"
    6.2s Normal Pulled Successfully pulled image "nginx:1.25" in 3.507s (3.507s including waiting). Image size: 71000000 bytes.
    6.2s Normal Created Created container: nginx
    6.3s pod static-m1: Running 10.244.1.2 nginx=running ready
    6.3s Normal Started Started container nginx
    6.6s Normal Killing Stopping container nginx
    6.6s gone: static-m1"
  `);
});

test('a deleted Pod is stopped and then deleted for good', () => {
  const rig = started(nginx('web'));
  rig.delete('web');
  rig.run(5_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "5.1s pod web: deleted Succeeded 10.244.1.2 c=Completed 0
    5.1s Normal Killing Stopping container c
    5.3s gone: web"
  `);
  expect(rig.runtime.sandboxes.size).toBe(0);
});

test('what ignores SIGTERM is killed after the grace period', () => {
  const rig = started(
    one(
      'idle',
      { image: 'busybox:1.36', command: ['sleep', '3600'] },
      { terminationGracePeriodSeconds: 5 },
    ),
  );
  rig.delete('idle', 5);
  rig.run(8_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "3.2s pod idle: deleted Running 10.244.1.2 c=running ready
    3.2s Normal Killing Stopping container c
    8.2s pod idle: deleted Failed 10.244.1.2 c=Error 137
    8.4s gone: idle"
  `);
});

test('a killed container comes back with the same address', () => {
  const rig = started(nginx('web'));
  [...rig.runtime.containers.values()][0]?.process?.kill('SIGKILL');
  rig.run(5_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "6.1s pod web: Running 10.244.1.2 c=Error 137
    6.1s Normal Created x2 Created container: c
    6.1s Normal Pulled Container image "nginx:1.14.2" already present on machine
    6.2s Normal Started x2 Started container c
    7.1s pod web: Running 10.244.1.2 c=running ready r1"
  `);
});

test('a killed pause process costs the Pod its sandbox, its address and its containers', () => {
  const rig = started(nginx('web'));
  [...rig.runtime.sandboxes.values()][0]?.pause?.kill('SIGKILL');
  rig.run(8_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "6.1s Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.
    6.1s Normal Killing Stopping container c
    6.3s Normal Created x2 Created container: c
    6.3s Normal Pulled Container image "nginx:1.14.2" already present on machine
    6.4s Normal Started x2 Started container c
    7.1s pod web: Running 10.244.1.3 c=running ready r1"
  `);
});

test('a crashing container is started again, later and later', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(one('crash', { image: 'kubarium/crash:1.0' }));
  rig.run(180_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod crash: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "kubarium/crash:1.0"
    3.0s Normal Pulled Successfully pulled image "kubarium/crash:1.0" in 484ms (484ms including waiting). Image size: 3000000 bytes.
    3.1s pod crash: Running 10.244.1.2 c=running ready
    3.1s Normal Created Created container: c
    3.1s Normal Started Started container c
    7.1s pod crash: Running 10.244.1.2 c=Error 1
    7.1s Normal Created x2 Created container: c
    7.1s Normal Started x2 Started container c
    7.1s Normal Pulled Container image "kubarium/crash:1.0" already present on machine
    8.1s pod crash: Running 10.244.1.2 c=running ready r1
    11.1s pod crash: Running 10.244.1.2 c=Error 1 r1
    11.1s Warning BackOff Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    26.0s pod crash: Running 10.244.1.2 c=CrashLoopBackOff r1
    26.0s Normal Pulled x2 Container image "kubarium/crash:1.0" already present on machine
    26.1s Normal Created x3 Created container: c
    26.1s Normal Started x3 Started container c
    27.1s pod crash: Running 10.244.1.2 c=running ready r2
    30.1s pod crash: Running 10.244.1.2 c=Error 1 r2
    30.1s Warning BackOff x2 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    44.4s pod crash: Running 10.244.1.2 c=CrashLoopBackOff r2
    44.4s Warning BackOff x3 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    58.0s Normal Pulled x3 Container image "kubarium/crash:1.0" already present on machine
    58.1s Normal Created x4 Created container: c
    58.1s Normal Started x4 Started container c
    59.1s pod crash: Running 10.244.1.2 c=running ready r3
    62.1s pod crash: Running 10.244.1.2 c=Error 1 r3
    62.1s Warning BackOff x4 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    72.3s pod crash: Running 10.244.1.2 c=CrashLoopBackOff r3
    72.3s Warning BackOff x5 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    83.4s Warning BackOff x6 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    96.3s Warning BackOff x7 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    109.2s Normal Created x5 Created container: c
    109.2s Normal Pulled x4 Container image "kubarium/crash:1.0" already present on machine
    109.3s Normal Started x5 Started container c
    110.1s pod crash: Running 10.244.1.2 c=running ready r4
    113.1s pod crash: Running 10.244.1.2 c=Error 1 r4
    113.1s Warning BackOff x8 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    123.6s pod crash: Running 10.244.1.2 c=CrashLoopBackOff r4
    123.6s Warning BackOff x9 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    135.2s Warning BackOff x10 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    146.4s Warning BackOff x11 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    156.5s Warning BackOff x12 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    169.0s Warning BackOff x13 Back-off restarting failed container c in pod crash_default(b262dff8-53bb-442c-91f6-9c21873a81e0)"
  `);
});

test('an image that is not there', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(one('typo', { image: 'nginx:1.161' }));
  rig.run(40_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod typo: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "nginx:1.161"
    2.9s Warning Failed Failed to pull image "nginx:1.161": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found
    2.9s Warning Failed Error: ErrImagePull
    3.1s pod typo: Pending 10.244.1.2 c=ErrImagePull
    3.1s Normal BackOff Back-off pulling image "nginx:1.161"
    3.1s Warning Failed Error: ImagePullBackOff
    13.8s pod typo: Pending 10.244.1.2 c=ImagePullBackOff
    13.8s Normal Pulling x2 Pulling image "nginx:1.161"
    14.4s Warning Failed x2 Failed to pull image "nginx:1.161": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found
    14.4s Warning Failed x2 Error: ErrImagePull
    28.1s pod typo: Pending 10.244.1.2 c=ErrImagePull
    28.1s Normal BackOff x2 Back-off pulling image "nginx:1.161"
    28.1s Warning Failed x2 Error: ImagePullBackOff"
  `);
});

test('init containers run one after the other', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  const init = (name: string) => ({ name, image: 'busybox:1.36', command: ['sleep', '2'] });
  rig.create(
    one('app', { image: 'nginx:1.25' }, { initContainers: [init('first'), init('second')] }),
  );
  rig.runUntil(() => rig.isReady('app'));
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod app: Pending first=PodInitializing second=PodInitializing c=PodInitializing
    2.6s Normal Pulling Pulling image "busybox:1.36"
    3.0s Normal Pulled Successfully pulled image "busybox:1.36" in 447ms (447ms including waiting). Image size: 2160000 bytes.
    3.0s Normal Created Created container: first
    3.1s pod app: Pending 10.244.1.2 first=running second=PodInitializing c=PodInitializing
    3.1s Normal Started Started container first
    6.1s pod app: Pending 10.244.1.2 first=Completed 0 ready second=PodInitializing c=PodInitializing
    6.1s Normal Pulled Container image "busybox:1.36" already present on machine
    6.1s Normal Created Created container: second
    6.1s Normal Started Started container second
    7.1s pod app: Pending 10.244.1.2 first=Completed 0 ready second=running c=PodInitializing
    9.1s pod app: Pending 10.244.1.2 first=Completed 0 ready second=Completed 0 ready c=PodInitializing
    9.1s Normal Pulling Pulling image "nginx:1.25"
    12.4s Normal Pulled Successfully pulled image "nginx:1.25" in 3.325s (3.325s including waiting). Image size: 71000000 bytes.
    12.4s Normal Created Created container: c
    12.5s Normal Started Started container c
    13.1s pod app: Running 10.244.1.2 first=Completed 0 ready second=Completed 0 ready c=running ready"
  `);
});

test('a job ends', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(
    one(
      'job',
      { image: 'busybox', command: ['sh', '-c', 'echo hi; sleep 1'] },
      { restartPolicy: 'Never' },
    ),
  );
  rig.run(15_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod job: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "busybox"
    3.0s Normal Pulled Successfully pulled image "busybox" in 447ms (447ms including waiting). Image size: 2160000 bytes.
    3.0s Normal Created Created container: c
    3.1s pod job: Running 10.244.1.2 c=running ready
    3.1s Normal Started Started container c
    5.1s pod job: Succeeded 10.244.1.2 c=Completed 0"
  `);
});

test('a liveness probe that fails restarts the container', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(
    one('liveness', {
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.40',
      args: ['liveness'],
      livenessProbe: {
        httpGet: { path: '/healthz', port: 8080 },
        initialDelaySeconds: 3,
        periodSeconds: 3,
      },
    }),
  );
  rig.run(60_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod liveness: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "registry.k8s.io/e2e-test-images/agnhost:2.40"
    5.2s Normal Pulled Successfully pulled image "registry.k8s.io/e2e-test-images/agnhost:2.40" in 2.627s (2.627s including waiting). Image size: 51200000 bytes.
    5.2s Normal Created Created container: c
    5.3s pod liveness: Running 10.244.1.2 c=running ready
    5.3s Normal Started Started container c
    17.3s Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500
    20.3s Warning Unhealthy x2 Liveness probe failed: HTTP probe failed with statuscode: 500
    23.3s Normal Created x2 Created container: c
    23.3s Warning Unhealthy x3 Liveness probe failed: HTTP probe failed with statuscode: 500
    23.3s Normal Killing Container c failed liveness probe, will be restarted
    23.3s Normal Pulled Container image "registry.k8s.io/e2e-test-images/agnhost:2.40" already present on machine
    23.4s Normal Started x2 Started container c
    24.1s pod liveness: Running 10.244.1.2 c=running ready r1
    35.4s Warning Unhealthy x4 Liveness probe failed: HTTP probe failed with statuscode: 500
    38.4s Warning Unhealthy x5 Liveness probe failed: HTTP probe failed with statuscode: 500
    41.4s Warning Unhealthy x6 Liveness probe failed: HTTP probe failed with statuscode: 500
    41.4s Normal Killing x2 Container c failed liveness probe, will be restarted
    41.4s Warning BackOff Back-off restarting failed container c in pod liveness_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    42.1s pod liveness: Running 10.244.1.2 c=CrashLoopBackOff r1
    42.1s Warning BackOff x2 Back-off restarting failed container c in pod liveness_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    52.3s Normal Created x3 Created container: c
    52.3s Normal Started x3 Started container c
    52.3s Normal Pulled x2 Container image "registry.k8s.io/e2e-test-images/agnhost:2.40" already present on machine
    53.1s pod liveness: Running 10.244.1.2 c=running ready r2"
  `);
});

test('a readiness probe keeps a slow starter out until it answers', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(
    one('slow', {
      image: 'kubarium/slow-start',
      readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 10 },
    }),
  );
  rig.run(45_000);
  expect(rig.isReady('slow')).toBe(true);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod slow: Pending c=ContainerCreating
    2.6s Normal Pulling Pulling image "kubarium/slow-start"
    3.2s pod slow: Running 10.244.1.2 c=running
    3.2s Normal Pulled Successfully pulled image "kubarium/slow-start" in 618ms (618ms including waiting). Image size: 6000000 bytes.
    3.2s Normal Created Created container: c
    3.2s Normal Started Started container c
    3.2s Warning Unhealthy Readiness probe failed: dial tcp 10.244.1.2:8080: connect: connection refused
    13.2s Warning Unhealthy x2 Readiness probe failed: dial tcp 10.244.1.2:8080: connect: connection refused
    23.2s pod slow: Running 10.244.1.2 c=running ready"
  `);
});

test('a restarted kubelet leaves its Pods alone', () => {
  const rig = started(nginx('web'));
  rig.kubelet?.kill('SIGKILL');
  rig.run(1_000);
  rig.startKubelet();
  rig.run(10_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`""`);
});

test('after a power cut the Pod gets a new sandbox', () => {
  const rig = started(nginx('web'));
  rig.machine.switchOff();
  rig.run(5_000);
  rig.machine.switchOn();
  rig.startApi();
  rig.startContainerd();
  rig.startKubelet();
  rig.run(15_000);
  expect(rig.isReady('web')).toBe(true);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "10.1s pod web: Running 10.244.1.2 c=Unknown 255
    10.1s Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.
    10.3s Normal Pulled Container image "nginx:1.14.2" already present on machine
    10.3s Normal Created Created container: c
    10.4s Normal Started Started container c
    11.1s pod web: Running 10.244.1.3 c=running ready r1"
  `);
});

test('the documented 150 MB in 100 MiB: killed for its memory', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(
    one('memory', {
      image: 'polinux/stress',
      command: ['stress'],
      args: ['--vm', '1', '--vm-bytes', '150M', '--vm-hang', '1'],
      resources: { requests: { memory: '50Mi' }, limits: { memory: '100Mi' } },
    }),
  );
  rig.run(12_000);
  expect(rig.pod('memory')?.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
    reason: 'OOMKilled',
    exitCode: 137,
  });
});

test('a Pod that does not fit is turned away', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(one('big', { image: 'nginx:1.25', resources: { requests: { cpu: '3' } } }));
  rig.run(2_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod big: Failed OutOfcpu
    2.1s Warning OutOfcpu Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000"
  `);
});

test('without a network plugin nothing but host network runs', () => {
  const rig = new KubeletRig();
  rig.machine.files.write(
    '/etc/cni/net.d/10-bridge.conflist',
    JSON.stringify({ name: 'cbr0', plugins: [{ type: 'flannel' }] }),
  );
  rig.run(2_000);
  rig.create(nginx('web'));
  rig.create(one('host', { image: 'kubarium/sick' }, { hostNetwork: true }));
  rig.run(8_000);
  rig.machine.files.remove('/etc/cni/net.d/10-bridge.conflist');
  rig.create(nginx('late'));
  rig.run(1_000);
  expect(rig.transcript().replaceAll(/[0-9a-f]{64}/g, '<id>')).toMatchInlineSnapshot(`
    "2.1s pod web: Pending c=ContainerCreating
    2.1s pod host: Pending 192.168.56.11 c=ContainerCreating
    2.5s Normal Pulling Pulling image "kubarium/sick"
    2.5s Warning FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "<id>": plugin type="flannel" failed (add): failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node.
    3.4s pod host: Running 192.168.56.11 c=running ready
    3.4s Normal Pulled Successfully pulled image "kubarium/sick" in 878ms (878ms including waiting). Image size: 6000000 bytes.
    3.4s Normal Created Created container: c
    3.4s Normal Started Started container c
    10.1s pod late: Pending c=ContainerCreating
    10.1s Warning NetworkNotReady network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
  `);
  rig.run(11_000);
  const ready = (rig.server.objects.get('/api/v1/nodes/m1') as Node).status?.conditions?.at(-1);
  expect(ready).toMatchObject({
    type: 'Ready',
    status: 'False',
    reason: 'KubeletNotReady',
    message:
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
      'message:Network plugin returns error: cni plugin not initialized',
  });
});

test('a sidecar runs before and beside the others', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  const init = { name: 'side', image: 'busybox:1.36', command: ['sleep', '9999'] };
  rig.create(
    one('app', { image: 'nginx:1.25' }, { initContainers: [{ ...init, restartPolicy: 'Always' }] }),
  );
  rig.runUntil(() => rig.isReady('app'));
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod app: Pending side=PodInitializing c=PodInitializing
    2.6s Normal Pulling Pulling image "busybox:1.36"
    3.0s Normal Pulled Successfully pulled image "busybox:1.36" in 447ms (447ms including waiting). Image size: 2160000 bytes.
    3.0s Normal Created Created container: side
    3.1s pod app: Pending 10.244.1.2 side=running ready c=PodInitializing
    3.1s Normal Started Started container side
    3.1s Normal Pulling Pulling image "nginx:1.25"
    7.0s Normal Pulled Successfully pulled image "nginx:1.25" in 3.892s (3.892s including waiting). Image size: 71000000 bytes.
    7.0s Normal Created Created container: c
    7.1s pod app: Running 10.244.1.2 side=running ready c=running ready
    7.1s Normal Started Started container c"
  `);
});

test('hooks: postStart that fails kills the container, preStop delays the end', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(
    one('bad', { image: 'nginx:1.25', lifecycle: { postStart: { exec: { command: ['false'] } } } }),
  );
  rig.create(
    one('slow', { image: 'nginx:1.25', lifecycle: { preStop: { sleep: { seconds: 4 } } } }),
  );
  rig.run(9_000);
  rig.delete('slow');
  rig.run(6_000);
  expect(rig.transcript()).toMatchInlineSnapshot(`
    "2.1s pod bad: Pending c=ContainerCreating
    2.1s pod slow: Pending c=ContainerCreating
    2.5s Normal Pulling Pulling image "nginx:1.25"
    2.5s Normal Pulling Pulling image "nginx:1.25"
    5.8s Normal Pulled Successfully pulled image "nginx:1.25" in 3.346s (3.346s including waiting). Image size: 71000000 bytes.
    5.8s Normal Created Created container: c
    5.9s pod slow: Running 10.244.1.2 c=running ready
    5.9s Normal Started Started container c
    6.2s Normal Pulled Successfully pulled image "nginx:1.25" in 369ms (3.682s including waiting). Image size: 71000000 bytes.
    6.2s Normal Created Created container: c
    6.3s pod bad: Running 10.244.1.3 c=PostStartHookError
    6.3s Normal Started Started container c
    6.3s Warning FailedPostStartHook PostStartHook failed
    6.3s Normal Killing FailedPostStartHook
    6.3s Normal Pulled Container image "nginx:1.25" already present on machine
    6.4s Normal Created x2 Created container: c
    6.4s Normal Started x2 Started container c
    6.4s Warning FailedPostStartHook x2 PostStartHook failed
    6.4s Normal Killing x2 FailedPostStartHook
    7.1s pod bad: Running 10.244.1.3 c=PostStartHookError r1
    7.1s Warning BackOff Back-off restarting failed container c in pod bad_default(b262dff8-53bb-442c-91f6-9c21873a81e0)
    11.1s pod slow: deleted Running 10.244.1.2 c=running ready
    11.1s Normal Killing Stopping container c
    15.1s pod slow: deleted Succeeded 10.244.1.2 c=Completed 0
    15.3s gone: slow"
  `);
});

test('what the kubelet logs', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create(one('typo', { image: 'nginx:1.161' }));
  rig.run(2_000);
  const lines = rig.journal.replaceAll(/^(.)\d{4} [\d:.]+ +\d+ /gm, '$1 ');
  expect(lines.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')).toMatchInlineSnapshot(`
    "I server.go:530] "Kubelet version" kubeletVersion="v1.33.1"
    I kubelet.go:2446] "Starting kubelet main sync loop"
    I kubelet_node_status.go:78] "Successfully registered node" node="m1"
    E pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"c\\" with ErrImagePull: \\"rpc error: code = NotFound desc = failed to pull and unpack image \\\\\\"docker.io/library/nginx:1.161\\\\\\": failed to resolve reference \\\\\\"docker.io/library/nginx:1.161\\\\\\": docker.io/library/nginx:1.161: not found\\"" pod="default/typo" podUID="<uid>"
    E pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"c\\" with ImagePullBackOff: \\"Back-off pulling image \\\\\\"nginx:1.161\\\\\\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \\\\\\"docker.io/library/nginx:1.161\\\\\\": failed to resolve reference \\\\\\"docker.io/library/nginx:1.161\\\\\\": docker.io/library/nginx:1.161: not found\\"" pod="default/typo" podUID="<uid>"
    "
  `);
});
