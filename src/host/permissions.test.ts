import { describe, expect, it } from 'vitest';
import { Files } from './files.ts';
import { capabilityLines } from './runtime/capabilities.ts';

const jane = { uid: 1000, gid: 3000, groups: [3000, 2000] };

function tree(): Files {
  const files = new Files({ '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' });
  files.makeDirectory('/tmp');
  files.makeDirectory('/data');
  files.change('/data', { mode: 0o2775, owner: 0, group: 2000 });
  files.write('/secret', 'x', 0o400);
  return files;
}

describe('files in the hands of somebody', () => {
  it.each([
    ['/etc/passwd', 'EACCES'],
    ['/new', 'EACCES'],
    ['/tmp/new', undefined],
    ['/data/new', undefined],
    ['/secret', 'EACCES'],
  ])('%s: %s', (path, error) => {
    expect(tree().as(jane).write(path, 'y')).toBe(error);
  });

  it('belong to who made them, in a directory with setgid to its group', () => {
    const files = tree();
    files.as(jane).write('/data/a', '');
    files.as(jane).makeDirectory('/data/b');
    files.as(jane).write('/tmp/c', '');
    expect(files.stat('/data/a')).toMatchObject({ owner: 1000, group: 2000 });
    expect(files.stat('/data/b')).toMatchObject({ mode: 0o2755, group: 2000 });
    expect(files.stat('/tmp/c')).toMatchObject({ owner: 1000, group: 3000 });
    expect(files.as(jane).remove('/etc/passwd')).toBe('EACCES');
    expect(files.as(jane).change('/etc/passwd', { mode: 0o777 })).toBe('EPERM');
  });

  it('a frozen tree lets only what is mounted and what was provided be written', () => {
    const files = tree();
    files.mount('/scratch', new Files());
    files.provide('/dev/termination-log');
    files.freeze();
    expect(files.write('/tmp/x', '')).toBe('EROFS');
    expect(files.as(jane).write('/new', '')).toBe('EROFS');
    expect(files.write('/scratch/x', '')).toBeUndefined();
    expect(files.as(jane).write('/dev/termination-log', 'bye')).toBeUndefined();
  });
});

it.each([
  [{}, true, '00000000a80425fb', '00000000a80425fb'],
  [{ add: ['NET_ADMIN', 'SYS_TIME'] }, true, '00000000aa0435fb', '00000000aa0435fb'],
  [{ drop: ['ALL'], add: ['CAP_NET_BIND_SERVICE'] }, true, '0000000000000400', '0000000000000400'],
  [{ isPrivileged: true }, true, '000001ffffffffff', '000001ffffffffff'],
  [{}, false, '0000000000000000', '00000000a80425fb'],
])('capabilities of %j, root %s', (security, isRoot, effective, bound) => {
  const lines = capabilityLines(security, isRoot);
  expect(lines).toContain(`CapEff:\t${effective}\n`);
  expect(lines).toContain(`CapBnd:\t${bound}\n`);
});
