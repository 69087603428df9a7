/** `kubectl __complete` and plugins: candidates as a real kubectl gave them over one world. */
import { expect, it } from 'vitest';
import { KubectlRig } from './rig.ts';

const pod = (name: string) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'a', image: 'nginx' }, { name: 'b', image: 'nginx' }] },
});

function rigWithPods(): KubectlRig {
  const rig = new KubectlRig();
  rig.put(pod('web-1'));
  rig.put(pod('web-2'));
  rig.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  rig.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  return rig;
}

const owners = 'daemonsets/ deployments/ pods/ jobs/ replicasets/ replicationcontrollers/ services/ statefulsets/';

it.each([
  [['get', 'po', ''], 'web-1 web-2 :4'],
  [['get', 'po', 'web-1', ''], 'web-2 :4'],
  [['get', 'dep'], 'deployments.apps :4'],
  [['get', 'pod/'], 'pod/web-1 pod/web-2 :4'],
  [['get', '-n', 'k'], 'kube-system :4'],
  [['get', '--namespace=k'], 'kube-system :4'],
  [['get', '-o', 'js'], 'json jsonpath jsonpath-as-json jsonpath-file :4'],
  [['logs', ''], `web-1 web-2 ${owners} :4`],
  [['logs', 'web-1', ''], 'a b :4'],
  [['exec', 'web-1', ''], ':4'],
  [['ro'], 'rollout :4'],
  [['rollout', 'status', ''], 'deployment daemonset statefulset :4'],
  [['scale', ''], '--replicas deployment replicaset replicationcontroller statefulset :4'],
  [['scale', '--replicas=1', ''], 'deployment replicaset replicationcontroller statefulset :4'],
  [['run', ''], '--image :0'],
  [['cordon', ''], 'n1 :4'],
  [['apply', '-f', ''], 'json yaml yml :8'],
  [['explain', ''], ':0'],
  [['foo', ''], ':0'],
  [['config', 'use-context', ''], 'admin@test :4'],
  [['completion', ''], 'bash zsh fish powershell :4'],
  [['get', 'pods', '--name'], '--namespace :4'],
  [['get', '-w'], '-w :4'],
  [['top', ''], 'node pod :4'],
])('%j', (words, wanted) => {
  const { out, code } = rigWithPods().run(['__completeNoDesc', ...words]);
  expect([out.trim().split('\n').join(' '), code]).toEqual([wanted, 0]);
});

it('describes what it offers', () => {
  const { out, err } = rigWithPods().run(['__complete', 'ro']);
  expect(out).toBe('rollout\tManage the rollout of a resource\n:4\n');
  expect(err).toBe('Completion ended with directive: ShellCompDirectiveNoFileComp\n');
});

it('lists plugins, and what is wrong with them', () => {
  const rig = new KubectlRig();
  const { files } = rig.rig.machine;
  for (const place of ['/p', '/q']) files.makeDirectory(place);
  files.write('/p/kubectl-foo', '#!/bin/sh\n', 0o755);
  files.write('/p/kubectl-get', 'x', 0o644);
  files.write('/q/kubectl-foo', '#!/bin/sh\n', 0o755);
  rig.env = { PATH: '/p:/q:/nodir' };
  expect(rig.run('plugin list')).toEqual({
    code: 1,
    out: 'The following compatible plugins are available:\n\n/p/kubectl-foo\n/p/kubectl-get\n/q/kubectl-foo\n',
    err: 'Unable to read directory "/nodir" from your PATH: open /nodir: no such file or directory. Skipping...\n' +
      '  - warning: /p/kubectl-get identified as a kubectl plugin, but it is not executable\n' +
      '  - warning: kubectl-get overwrites existing command: "kubectl get"\n' +
      '  - warning: /q/kubectl-foo is overshadowed by a similarly named plugin: /p/kubectl-foo\n' +
      'error: 3 plugin warnings were found\n',
  });
});
