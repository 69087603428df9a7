/** What images have besides their own program: a shell and commands, and a few files. */
import { type FileTable, executable } from '../host/index.ts';

export type UserLand = 'none' | 'busybox' | 'busybox-curl' | 'alpine' | 'bash' | 'debian' | 'debian-slim' | 'dnsutils';

interface Land {
  /** Path → the command's name. */
  readonly commands: Readonly<Record<string, string>>;
  readonly files: FileTable;
}

const at = (directory: string, names: string): Record<string, string> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [`${directory}/${name}`, name]),
  );

const applets = `
  sh ash cat chmod cp cut date df dd dirname echo env expr false find free grep egrep head hostname
  id ifconfig ip kill ln ls mkdir mktemp more mv nc netstat nproc nslookup ping pidof printenv printf
  ps pwd readlink realpath rev rm rmdir route sed seq sleep sort stat tail tar tee telnet test timeout
  top touch tr traceroute true uname uniq uptime vi watch wc wget which whoami xargs yes base64 basename
  awk clear cmp diff du md5sum sha256sum stty tac uptime arp gzip gunzip zcat`;

const coreutils = `
  base64 basename cat chmod cp cut date dd df dirname du echo env expr false find grep egrep head
  hostname id kill ln ls mkdir mktemp mv nproc printenv printf pwd readlink realpath rm rmdir sed seq
  sleep sort stat tail tar tee test timeout touch tr true uname uniq uptime wc which whoami xargs yes
  awk cmp md5sum sha256sum stty tac gzip gunzip zcat`;

const accounts = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'root:x:0:\nnobody:x:65534:\n',
};

const debian = (pretty: string, id: string): FileTable => ({
  ...accounts,
  '/etc/os-release': `PRETTY_NAME="${pretty}"\nNAME="Debian GNU/Linux"\nVERSION_ID="${id}"\nID=debian\n`,
  '/etc/debian_version': `${id}\n`,
});

const debianCommands = {
  '/bin/sh': 'sh',
  '/bin/bash': 'sh',
  '/usr/bin/bash': 'sh',
  '/usr/bin/sh': 'sh',
  ...at('/usr/bin', coreutils),
  ...at('/bin', coreutils),
};

/** Commands are files, too: `ls /bin` shows them. */
const withCommands = ({ commands, files }: Land): Land => ({
  commands,
  files: {
    ...Object.fromEntries(Object.entries(commands).map(([path, name]) => [path, executable(name)])),
    ...files,
  },
});

const busybox: Land = {
  commands: { ...at('/bin', applets), '/bin/ash': 'sh' },
  files: accounts,
};
const alpine: Land = {
  commands: { ...at('/bin', applets), ...at('/usr/bin', applets), '/bin/ash': 'sh' },
  files: {
    ...accounts,
    '/etc/os-release':
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.21.3\nPRETTY_NAME="Alpine Linux v3.21"\n',
    '/etc/alpine-release': '3.21.3\n',
  },
};

const lands: Readonly<Record<UserLand, Land>> = {
  none: { commands: {}, files: accounts },
  busybox,
  'busybox-curl': { ...busybox, commands: { ...busybox.commands, '/usr/bin/curl': 'curl' } },
  alpine,
  bash: { ...alpine, commands: { ...alpine.commands, '/usr/local/bin/bash': 'sh' } },
  debian: {
    commands: { ...debianCommands, '/usr/bin/curl': 'curl' },
    files: debian('Debian GNU/Linux 12 (bookworm)', '12'),
  },
  dnsutils: {
    commands: { ...debianCommands, ...at('/usr/bin', 'curl nc ping wget traceroute') },
    files: debian('Debian GNU/Linux 8 (jessie)', '8'),
  },
  'debian-slim': {
    commands: debianCommands,
    files: debian('Debian GNU/Linux 12 (bookworm)', '12'),
  },
};

export const userLands: Readonly<Record<UserLand, Land>> = {
  none: lands.none,
  busybox: withCommands(lands.busybox),
  'busybox-curl': withCommands(lands['busybox-curl']),
  alpine: withCommands(lands.alpine),
  bash: withCommands(lands.bash),
  debian: withCommands(lands.debian),
  'debian-slim': withCommands(lands['debian-slim']),
  dnsutils: withCommands(lands.dnsutils),
};
