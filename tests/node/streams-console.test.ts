/** The console's own kubectl: cp, port-forward, proxy, and shells with terminals. */
import { beforeAll, expect, test } from 'vitest';
import { textOf } from '../../src/kernel/bytes.ts';
import { ConsoleWorld } from '../parity/worlds.ts';

const world = new ConsoleWorld();
const every = textOf(Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7 + (i >> 8)) % 256));

beforeAll(() => {
  world.script(`
    kubectl run box --image=busybox:1.36 -- sleep 10000
    kubectl create deployment web --image=nginx:1.27
    kubectl expose deployment web --port=8080 --target-port=80
    kubectl run bare --image=registry.k8s.io/pause:3.10
    kubectl wait --for=condition=Ready pod --all --timeout=120s`);
  world.file('/root/every', every);
});

const run = (script: string) => world.script(`cd /root\n${script}`, 60_000);

test('cp: bytes there and back, directories, names', () => {
  expect(run('kubectl cp every box:/tmp/')).toEqual({ stdout: '', stderr: '', code: 0 });
  expect(run('kubectl exec box -- wc -c /tmp/every').stdout).toContain('70000');
  expect(run('kubectl cp default/box:tmp/every back && cmp every back && echo same')).toEqual({
    stdout: 'same\n',
    stderr: '',
    code: 0,
  });
  expect(run('mkdir -p d/e; echo x > d/e/f; kubectl cp d box:/tmp/d --no-preserve; kubectl exec box -- cat /tmp/d/e/f').stdout).toBe('x\n');
  expect(run('kubectl cp box:/tmp/d got -c box --retries=3; cat got/e/f')).toEqual({
    stdout: "tar: removing leading '/' from member names\nx\n",
    stderr: '',
    code: 0,
  });
});

test.each([
  ['kubectl cp a', 'error: source and destination are required\n', 1],
  ['kubectl cp /no box:/x', "error: /no doesn't exist in local filesystem\n", 1],
  ['kubectl cp nobody:/x y', 'Error from server (NotFound): pods "nobody" not found\n', 1],
  ['kubectl cp box:/no y >/dev/null', 'command terminated with exit code 1\n', 1],
  ['kubectl cp every box:/no/where', "tar: can't change directory to '/no': No such file or directory\ncommand terminated with exit code 1\n", 1],
  ['kubectl port-forward web', "error: TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples\n", 1],
  ['kubectl port-forward svc/web 80', 'error: Service web does not have a service port 80\n', 1],
  ['kubectl port-forward box http', "error: Pod 'box' does not have a named port 'http'\n", 1],
  ['kubectl port-forward box a:80', 'error: error parsing local port \'a\': strconv.ParseUint: parsing "a": invalid syntax\n', 1],
  ['kubectl port-forward box 80 --address=x', 'error: x is not a valid IP\n', 1],
])('%s', (script, stderr, code) => {
  expect(run(script)).toMatchObject({ stderr, code });
});

test('cp: an image without tar says so', () => {
  const { stderr, code } = run('kubectl cp every bare:/x');
  expect(stderr).toMatch(/^error: Internal error occurred: .*exec: "tar": executable file not found in \$PATH: unknown\n$/);
  expect(code).toBe(1);
});

test('port-forward: a Service, its Pod, a port of its own', () => {
  const { stdout } = run(`
    kubectl port-forward svc/web 9000:8080 & sleep 1
    kubectl port-forward deploy/web :80 > free & sleep 1
    curl -s localhost:9000 | grep '<h1>'
    curl -s -o /dev/null -w '%{http_code}\\n' localhost:9000/nothing
    kubectl port-forward svc/web 9000:8080
    curl -s localhost:$(head -1 free | cut -d: -f2 | cut -d' ' -f1) | grep '<h1>'`);
  expect(stdout).toBe(
    'Forwarding from 127.0.0.1:9000 -> 80\nForwarding from [::1]:9000 -> 80\n' +
      'Handling connection for 9000\n<h1>Welcome to nginx!</h1>\n' +
      'Handling connection for 9000\n404\n<h1>Welcome to nginx!</h1>\n',
  );
});

test('port-forward: nobody listens; the port is taken', () => {
  const refused = run('kubectl port-forward box 9100:81 & sleep 1; curl localhost:9100; echo $?; wait');
  expect(refused.stdout).toContain('52\n');
  expect(refused.stderr).toMatch(
    /portforward\.go:424\] "Unhandled Error" err="an error occurred forwarding 9100 -> 81: error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace \\"\/var\/run\/netns\/cni-.*dial tcp4 127\.0\.0\.1:81: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found "\nerror: lost connection to pod\n/,
  );
  const taken = run('kubectl port-forward box 9200:80 & sleep 1; kubectl port-forward box 9200:80');
  expect(taken).toMatchObject({
    code: 1,
    stderr:
      'Unable to listen on port 9200: Listeners failed to create with the following errors: ' +
      '[unable to create listener: Error listen tcp4 127.0.0.1:9200: bind: address already in use ' +
      'unable to create listener: Error listen tcp6 [::1]:9200: bind: address already in use]\n' +
      'error: unable to listen on any of the requested ports: [{9200 80}]\n',
  });
});

test('proxy: the API on a port of the laptop', () => {
  const { stdout } = run(`
    kubectl proxy & sleep 1
    curl -s localhost:8001/api/v1/namespaces/default/pods/box | grep '"name": "box"'
    curl -s 'localhost:8001/api/v1/pods?labelSelector=app%3Dweb' | grep -c '"kind": "Pod"'
    curl -s -o /dev/null -w '%{http_code}\\n' localhost:8001/api/v1/namespaces/default/pods/box/exec
    curl -s localhost:8001/api/v1/namespaces/default/pods/nobody | grep message
    kubectl proxy --port=8002 --api-prefix=/k8s & sleep 1
    curl -s localhost:8002/k8s/version | grep minor; curl -s localhost:8002/version`);
  expect(stdout).toContain('Starting to serve on 127.0.0.1:8001\n');
  expect(stdout).toContain('"name": "box"');
  expect(stdout).toContain('\n403\n');
  expect(stdout).toContain('"message": "pods \\"nobody\\" not found"');
  expect(stdout).toContain('"minor": "33"');
  expect(stdout).toMatch(/404 page not found\n$/);
});
