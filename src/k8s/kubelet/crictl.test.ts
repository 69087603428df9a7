import { expect, test } from 'vitest';
import { crictl } from '../../host/runtime/index.ts';
import { KubeletRig } from './testing.ts';

function run(rig: KubeletRig, line: string, ms = 100) {
  let text = '';
  const sink = {
    write: (more: string) => {
      text += more;
      return true;
    },
    end: () => undefined,
  };
  const args = line.split(' ');
  const process = rig.machine.spawn({ program: crictl, args, stdout: sink });
  rig.run(ms);
  return { text, code: process.exitCode };
}

function rigWithNginx(): KubeletRig {
  const rig = new KubeletRig();
  rig.run(2_000);
  rig.create({
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1.25' }] },
  });
  rig.runUntil(() => rig.isReady('web'));
  return rig;
}

test('ps, pods, images', () => {
  const rig = rigWithNginx();
  expect(run(rig, 'crictl ps').text).toMatchInlineSnapshot(`
    "CONTAINER           IMAGE               CREATED                  STATE               NAME                ATTEMPT             POD ID              POD                 NAMESPACE
    c34debd87aaac       293370b6e4b14       Less than a second ago   Running             nginx               0                   b0bdbee7459d3       web                 default
    "
  `);
  expect(run(rig, 'crictl pods').text).toMatchInlineSnapshot(`
    "POD ID              CREATED             STATE               NAME                NAMESPACE           ATTEMPT             RUNTIME
    b0bdbee7459d3       4 seconds ago       Ready               web                 default             0                   (default)
    "
  `);
  expect(run(rig, 'crictl images').text).toMatchInlineSnapshot(`
    "IMAGE                     TAG                 IMAGE ID            SIZE
    docker.io/library/nginx   1.25                293370b6e4b14       71MB
    "
  `);
});

test('logs and exec', () => {
  const rig = rigWithNginx();
  const [id = ''] = rig.runtime.containers.keys();
  expect(run(rig, `crictl logs --tail 1 ${id.slice(0, 5)}`).text).toMatch(
    /start worker process 29\n$/,
  );
  expect(run(rig, `crictl exec ${id} cat /etc/hostname`)).toEqual({ text: 'web\n', code: 0 });
  expect(run(rig, 'crictl logs fff').code).toBe(1);
});

test('a stopped sandbox is replaced by the kubelet', () => {
  const rig = rigWithNginx();
  const [id = ''] = rig.runtime.sandboxes.keys();
  expect(run(rig, `crictl stopp ${id}`).text).toBe(`Stopped sandbox ${id}\n`);
  rig.run(3_000);
  expect(rig.pod('web')?.status).toMatchObject({ podIP: '10.244.1.3', phase: 'Running' });
});

test('nobody answers while containerd is down', () => {
  const rig = rigWithNginx();
  for (const process of rig.machine.processes.values()) {
    if (process.program.name === 'containerd') process.kill('SIGKILL');
  }
  expect(run(rig, 'crictl ps').text).toContain('connect: connection refused');
  rig.run(20_000);
  expect([...rig.runtime.containers.values()][0]?.state).toBe('running');
});
