/** `kubectl edit` with editors that are scripts; texts as a real kubectl said them of one world. */
import { describe, expect, it } from 'vitest';
import { Inbox, type Program, executable, openFiles } from '../../src/host/index.ts';
import { editors } from '../../src/shell/commands/editor.ts';
import { KubectlRig } from './rig.ts';

const deployment = {
  apiVersion: 'apps/v1', kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', uid: 'u-1', resourceVersion: '5', managedFields: [] },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
  },
};

/** A rig whose editor does the next of some changes at each start. */
function rigWith(...changes: readonly ((text: string) => string)[]) {
  const rig = new KubectlRig();
  const seen: string[] = [];
  const ed: Program = {
    name: 'ed',
    *main({ args, files }) {
      const path = args.at(-1) ?? '';
      const text = files.read(path) ?? '';
      const change = changes[seen.length];
      seen.push(text);
      if (change === undefined) return 0;
      files.write(path, change(text));
      return 0;
    },
  };
  const { machine } = rig.rig;
  machine.programs = new Map([['ed', ed]]);
  machine.files.makeDirectory('/usr/bin');
  machine.files.write('/usr/bin/ed', executable('ed'));
  rig.env = { KUBE_EDITOR: 'ed' };
  rig.put(deployment);
  return { rig, seen };
}

const clean = (text: string): string => text.replace(/kubectl-edit-\d+/g, 'kubectl-edit-N');
const header = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

describe('kubectl edit', () => {
  it('patches what was changed', () => {
    const { rig, seen } = rigWith((text) => text.replace('replicas: 1', 'replicas: 2'));
    expect(rig.run('edit deploy web')).toEqual({ out: 'deployment.apps/web edited\n', err: '', code: 0 });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.startsWith(`${header}apiVersion: apps/v1\n`)).toBe(true);
    expect(seen[0]).not.toContain('managedFields');
    const patch = rig.requests.find(({ method }) => method === 'PATCH');
    expect(patch?.body).toEqual({ spec: { replicas: 2 } });
    expect(patch?.query).toEqual({ fieldManager: 'kubectl-edit', fieldValidation: 'Strict' });
    expect(rig.rig.machine.files.list('/tmp')).toEqual([]);
  });

  it('does nothing when nothing was changed', () => {
    const { rig } = rigWith();
    expect(rig.run('edit deploy web')).toEqual({ out: '', err: 'Edit cancelled, no changes made.\n', code: 0 });
  });

  it.each([
    ['broken YAML', (text: string) => text.replace('  replicas: 1', ' replicas: 1'),
      'yaml: line 11: mapping values are not allowed in this context'],
    ['no kind', (text: string) => text.replace(/^kind: .*$/m, ''), 'kind not set'],
    ['nothing', () => '', 'invalid object to validate'],
  ])('shows the file again after %s', (_, change, problem) => {
    const { rig, seen } = rigWith(change);
    const { out, err, code } = rig.run('edit deploy web');
    expect({ out, err: clean(err), code }).toEqual({
      out: '', code: 1,
      err: 'error: deployments.apps "web" is invalid\n' +
        'A copy of your changes has been stored to "/tmp/kubectl-edit-N.yaml"\n' +
        'error: Edit cancelled, no valid changes were saved.\n',
    });
    expect(seen[1]).toContain(
      `${header}# deployments.apps "web" was not valid:\n` +
      `# * <nil>: Invalid value: "The edited file failed validation": ${problem}\n#\n`);
    // The first try's file stays, too.
    expect(rig.rig.machine.files.list('/tmp')).toHaveLength(2);
  });

  it('shows what the server refused, and goes on with the next try', () => {
    const { rig, seen } = rigWith(
      (text) => text.replace('replicas: 1', 'replicas: -1'), (text) => text.replace('replicas: -1', 'replicas: 3'));
    rig.intercept = ({ method, body }) => method !== 'PATCH' || !JSON.stringify(body).includes('-1') ? undefined : {
      status: 422,
      body: {
        kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Invalid', code: 422,
        message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1',
        details: {
          name: 'web', group: 'apps', kind: 'Deployment',
          causes: [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message: 'Invalid value: -1: must be greater than or equal to 0' }],
        },
      },
    };
    expect(rig.run('edit deploy web')).toEqual({
      out: 'deployment.apps/web edited\n', err: 'error: deployments.apps "web" is invalid\n', code: 0,
    });
    expect(seen[1]).toContain('# deployments.apps "web" was not valid:\n' +
      '# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\napiVersion');
  });

  it('refuses another name', () => {
    const { rig } = rigWith((text) => text.replace('name: web\n', 'name: other\n'));
    const { err, code } = rig.run('edit deploy web');
    expect([clean(err), code]).toEqual(['A copy of your changes has been stored to "/tmp/kubectl-edit-N.yaml"\n' +
      'error: At least one of apiVersion, kind and name was changed\n', 1]);
  });

  it('edits several objects as one list', () => {
    const { rig, seen } = rigWith((text) => text.replace('a: b', 'a: c'));
    rig.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'default', uid: 'u-2' }, data: { a: 'b' } });
    const { out } = rig.run('edit deploy/web cm/conf');
    expect(out).toBe('deployment.apps/web skipped\nconfigmap/conf edited\n');
    expect(seen[0]).toContain(`${header}apiVersion: v1\nitems:\n- apiVersion: apps/v1\n`);
  });

  it('shows JSON, the patch and Windows line ends when asked to', () => {
    const { rig, seen } = rigWith((text) => text.replace('"replicas": 1', '"replicas": 4'));
    const { out } = rig.run('edit deploy web -o json --output-patch --windows-line-endings');
    expect(seen[0]?.startsWith('{\r\n    "apiVersion": "apps/v1",\r\n')).toBe(true);
    expect(out.startsWith('Patch: {"spec":{"replicas":4}}\n{\n    "apiVersion"')).toBe(true);
  });

  it.each([
    ['/nope', 'error: there was a problem with the editor "/nope"\n'],
    ['nope', 'error: unable to launch the editor "nope"\n'],
  ])('says that there is no editor %s', (editor, err) => {
    const { rig } = rigWith();
    rig.env = { KUBE_EDITOR: editor };
    expect(rig.run('edit deploy web')).toEqual({ out: '', err, code: 1 });
  });
});

describe('what was last applied', () => {
  const key = 'kubectl.kubernetes.io/last-applied-configuration';
  const { uid: _, managedFields: __, ...metadata } = deployment.metadata;
  const applied = { ...deployment, metadata: { ...metadata, annotations: { [key]: JSON.stringify({ ...deployment, metadata: { name: 'web', namespace: 'default' } }) } } };

  it('is edited by itself', () => {
    const { rig, seen } = rigWith((text) => text.replace('image: nginx', 'image: httpd'));
    rig.put(applied);
    expect(rig.run('apply edit-last-applied deploy/web').out).toBe('deployment.apps/web edited\n');
    expect(seen[0]?.startsWith("# Please edit the 'last-applied-configuration' annotations below.\n" +
      "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\napiVersion"))
      .toBe(true);
    const patch = rig.requests.find(({ method }) => method === 'PATCH');
    expect(JSON.stringify(patch?.body)).toContain('httpd');
    expect(Object.keys(patch?.body as object)).toEqual(['metadata']);
  });

  it('has to be there', () => {
    const { rig } = rigWith();
    expect(rig.run('apply edit-last-applied deploy/web').err).toBe('error: no last-applied-configuration ' +
      'annotation found on resources, to create the annotation, use command ' +
      '`kubectl apply set-last-applied --create-annotation`\n');
  });
});

describe('an editor on the terminal', () => {
  function opened() {
    const { rig } = new KubectlRig();
    const { machine } = rig;
    machine.files.makeDirectory('/tmp');
    machine.files.write('/tmp/x', 'a: 1\nb: 2\n');
    const stdin = new Inbox<string>();
    let out = '';
    const process = machine.spawn({
      program: editors[0] as Program, args: ['vi', '/tmp/x'], stdin,
      stdout: { write: (text) => ((out += text), true), end: () => undefined },
      tty: { columns: 80, foreground: [], isAtPrompt: false },
    });
    rig.run(10);
    return { rig, machine, stdin, process, out: () => out };
  }

  it('waits for the world outside, which brings the text', () => {
    const { rig, machine, process } = opened();
    expect(process.isRunning).toBe(true);
    openFiles(machine).get('/tmp/x')?.push({ text: 'a: 2\n' });
    rig.run(10);
    expect([process.exitCode, machine.files.read('/tmp/x')]).toEqual([0, 'a: 2\n']);
    expect(openFiles(machine).size).toBe(0);
  });

  it('knows some lines of ex', () => {
    const { rig, machine, stdin, process, out } = opened();
    for (const line of [':%s/1/7/', ':2d', ':nonsense', ':wq']) stdin.push(`${line}\n`);
    rig.run(10);
    expect([process.exitCode, machine.files.read('/tmp/x')]).toEqual([0, 'a: 7\n']);
    expect(out()).toBe('"/tmp/x" 2L, 10B\n:::E492: Not an editor command: nonsense\n:');
  });

  it('leaves the file alone when told to', () => {
    const { rig, machine, stdin, process } = opened();
    for (const line of [':d', ':q!']) stdin.push(`${line}\n`);
    rig.run(10);
    expect([process.exitCode, machine.files.read('/tmp/x')]).toEqual([0, 'a: 1\nb: 2\n']);
  });
});
