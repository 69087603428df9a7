import { describe, expect, it } from 'vitest';
import { Inbox, Terminal, executable } from '../host/index.ts';
import { loneMachine } from '../host/testing.ts';
import { commands } from './commands/index.ts';
import { shell } from './shell.ts';
import { Collector } from './streams.ts';

const programs = new Map([
  ['sh', shell('sh')],
  ['bash', shell('bash')],
  ...commands.map((program) => [program.name, program] as const),
]);
const disk = Object.fromEntries(
  [...programs.keys()].map((name) => [`/usr/bin/${name}`, executable(name)]),
);

function run(script: string): string {
  const { shard, machine } = loneMachine({ ...disk, '/root/a.txt': 'one\ntwo\nthree\n' });
  machine.programs = programs;
  const out = new Collector();
  const process = machine.spawn({
    program: shell('bash'),
    args: ['bash', '-c', script],
    cwd: '/root',
    env: { HOME: '/root', PATH: '/usr/bin' },
    stdout: out,
  });
  shard.runUntil(1000_000);
  return process.exitCode === 0 ? out.text : `${out.text}[${process.exitCode}]`;
}

describe('scripts', () => {
  it.each([
    ['echo hello   world', 'hello world\n'],
    ['echo "a  b" \'$x\' \\$y', 'a  b $x $y\n'],
    ['x=5; echo $x ${x}6 "${y:-none}" ${#x}', '5 56 none 1\n'],
    ['echo $((2 + 3 * (4 - 1))) $((10 / 3)) $((1 == 1))', '11 3 1\n'],
    ['for i in 1 2 3; do echo -n "$i,"; done; echo', '1,2,3,\n'],
    ['for i in {1..3} {a,b}; do echo $i; done', '1\n2\n3\na\nb\n'],
    ['a=(x "y z" $(echo v w)); i=1; echo ${a[i]} ${a[$((i+1))]} $a ${#a[@]} ${a[-1]} ${a[9]:-none}',
      'y z v x 4 w none\n'],
    ['a=(x "y z"\n v); for e in "${a[@]}"; do echo "<$e>"; done; a=1; echo "${a[@]}" "${a[1]}."',
      '<x>\n<y z>\n<v>\n1 .\n'],
    ['(sleep 1.5; echo two >> l; sleep 2; echo three > l) & tail -F l & sleep 6; kill %2',
      "tail: can't open 'l': No such file or directory\n" +
        'tail: l has appeared; following end of new file\ntwo\nthree\n'],
    ["echo 'a b  c-D' | tr -s '[[:space:]]' '\\n' | tr '[:alpha:]' x | rev", 'x\nx\nx-x\n'],
    ["echo 'a $ITEM b$' | sed 's/$ITEM/x/; s/b$$/c/'; echo 'p(1)$2' | grep -c '(1)$2$'", 'a x c\n1\n'],
    ['cat a.txt | grep t | wc -l', '2\n'],
    ['cat a.txt | head -n 1; tail -1 a.txt', 'one\nthree\n'],
    ['echo $(echo inner $(echo deep))', 'inner deep\n'],
    ['if [ -f a.txt ] && [ 3 -gt 2 ]; then echo yes; else echo no; fi', 'yes\n'],
    [
      'i=0; while [ $i -lt 3 ]; do i=$((i+1)); if [ $i = 2 ]; then continue; fi; echo $i; done',
      '1\n3\n',
    ],
    ["seq 9 | sed -n '/3/,/5/p'; seq 3 | sed -e 's/1/a/' -e '2,$d'", '3\n4\n5\na\n'],
    ["echo '10.0.0.1 box.example box' > /etc/hosts; hostname -f", 'box.example\n'],
    ['trap "echo term" TERM; kill $$; echo after', 'term\nafter\n'],
    ['trap "echo bye; exit 3" TERM; kill $$; echo never', 'bye\n[3]'],
    ['trap "echo end" EXIT; echo work', 'work\nend\n'],
    ['sleep 100 & trap "kill $!" TERM; kill $$; wait; echo waited', 'waited\n'],
    ['case a.yaml in *.yaml|*.yml) echo y;; *) echo n;; esac', 'y\n'],
    ['cat <<EOF\nx is $((1+1))\n$HOME\nEOF\necho after', 'x is 2\n/root\nafter\n'],
    ["cat <<'EOF'\n$HOME\nEOF", '$HOME\n'],
    ['f() { echo "got $1 of $#"; return 3; }; f a b; echo $?', 'got a of 2\n3\n'],
    ['echo out > f; echo more >> f; cat f; cat < f', 'out\nmore\nout\nmore\n'],
    ['printf "b\\na\\n" > u; diff a.txt <(sort u); cat < <(echo in); ls /dev/fd',
      '1,3c1,2\n< one\n< two\n< three\n---\n> a\n> b\nin\n'],
    ['printf "one\\nthree\\n" > u; diff a.txt u; diff u a.txt; diff -q u u; echo $?',
      '2d1\n< two\n1a2\n> two\n0\n'],
    ['echo x > u; diff -u a.txt u | tail -n +3; diff u nosuch; echo $?',
      '@@ -1,3 +1 @@\n-one\n-two\n-three\n+x\ndiff: nosuch: No such file or directory\n2\n'],
    ['mkdir -p d/e; echo hi > d/e/f; du d; du -sh d; du -a d | tail -n 3; du nosuch; echo $?',
      "8\td/e\n12\td\n12K\td\n4\td/e/f\n8\td/e\n12\td\n" +
        "du: cannot access 'nosuch': No such file or directory\n1\n"],
    ['less a.txt nosuch; seq 2 | more; man cat; echo $?',
      'one\ntwo\nthree\nnosuch: No such file or directory\n1\n2\nNo manual entry for cat\n' +
        '(There are no manual pages here. "cat --help" may know.)\n16\n'],
    ["expr 1 + 2 '*' 3; expr abc : 'a.*'; expr a = b; expr 3 '>' 2; expr 1 +; echo $?",
      '7\n3\n0\n1\nexpr: syntax error: missing argument after ‘+’\n2\n'],
    ['ln -s a.txt l; readlink l; readlink -f l; realpath ./l nosuch/x; readlink a.txt; echo $?',
      'a.txt\n/root/a.txt\n/root/a.txt\nrealpath: nosuch/x: No such file or directory\n1\n'],
    ['tac a.txt | nl; printf "a b ccc\\ndd e f\\n" | column -t',
      '     1\tthree\n     2\ttwo\n     3\tone\na   b  ccc\ndd  e  f\n'],
    ['f=$(mktemp); echo x > $f; cat $f; d=$(mktemp -d /tmp/d.XXX); test -d $d && echo ${#d}',
      'x\n10\n'],
    ['printf abc | sha256sum',
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n'],
    ['sleep 100 & kill -s KILL %1; wait $!; echo $?', '137\n'],
    ['nope; echo $?', 'bash: nope: command not found\n127\n'],
    ['nope 2>/dev/null || echo failed', 'failed\n'],
    ['echo a; false; echo b', 'a\nb\n'],
    ['set -e; echo a; false; echo b', 'a\n[1]'],
    ['(cd /tmp; pwd); pwd', '/tmp\n/root\n'],
    ['echo *.txt /usr/bin/ca*', 'a.txt /usr/bin/cat\n'],
    ['x="a b"; for w in $x; do echo $w; done; for w in "$x"; do echo $w; done', 'a\nb\na b\n'],
    [
      'p=dir/file.tar.gz; echo ${p##*/} ${p%.gz} ${p%%.*} ${p/dir/d}',
      'file.tar.gz dir/file.tar dir/file d/file.tar.gz\n',
    ],
    ['printf "%s=%d\\n" a 1 b 2', 'a=1\nb=2\n'],
    ['read a b < a.txt; echo "$a-$b"', 'one-\n'],
    ['cat a.txt | while read line; do echo "<$line>"; done', '<one>\n<two>\n<three>\n'],
    ['sleep 5 & wait; echo done', 'done\n'],
    ['yes | head -n 2', 'y\ny\n'],
    ['seq 3 | sort -r | tr "\\n" " "', '3 2 1 '],
    ['echo "unclosed', 'bash: unexpected EOF while looking for matching `"\'\n[2]'],
    ['echo ; ; x', "bash: syntax error near unexpected token `;'\n[2]"],
    ['exit 7', '[7]'],
    ['alias k=echo; k hi', 'hi\n'],
    ['! false && echo ok', 'ok\n'],
    ['echo a | sed "s/a/b/"; echo x:y | cut -d: -f2', 'b\ny\n'],
    ['timeout 2 sleep 10; echo $?', '124\n'],
    ['date foo; date -d @0; date -d "2020-01-02 03:04" +%s', "date: invalid date 'foo'\nThu Jan  1 00:00:00 UTC 1970\n1577934240\n"],
    ['date -d "2 days ago" +%F; date -d "40 moons"; date 01020304', "2025-12-30\ndate: invalid date '40 moons'\ndate: cannot set date: Operation not permitted\n[1]"],
    [
      'dd if=/dev/zero of=z bs=1K count=3; wc -c z; dd if=a.txt bs=4 skip=1 count=1; dd x',
      '3+0 records in\n3+0 records out\n3072 bytes (3.0KB) copied, 0.001000 seconds, 2.9MB/s\n3072 z\n' +
        "two\n1+0 records in\n1+0 records out\n4 bytes (4B) copied, 0.001000 seconds, 3.9KB/s\ndd: unrecognized operand 'x'\n[1]",
    ],
    ['dd if=/dev/random of=r bs=1M count=2 status=none; dd if=r of=s status=none; cmp r s && wc -c s', '2097152 s\n'],
    ['printf "cat\necho not run\n" | sh', 'echo not run\n'],
    ['printf "read x\none\necho \\$x\nif true\nthen echo two; fi\nexit 4\necho no" | sh', 'one\ntwo\n[4]'],
    ['printf "cat <<E\na\nE\necho b\n" | sh', 'a\nb\n'],
    ['printf "echo a\nif true\n" | sh', 'a\nsh: syntax error: unexpected end of file\n[2]'],
    ['printf "echo a\n;;\necho b\n" | sh', "a\nsh: syntax error near unexpected token `;;'\n[2]"],
  ])('%s', (script, output) => expect(run(script)).toBe(output));
});

describe('standard input', () => {
  it('is run as it comes', () => {
    const { shard, machine } = loneMachine(disk);
    machine.programs = programs;
    const out = new Collector();
    const stdin = new Inbox<string>();
    const env = { PATH: '/usr/bin' };
    const process = machine.spawn({ program: shell('sh'), args: ['sh'], env, stdin, stdout: out });
    const say = (text: string) => {
      stdin.push(text);
      shard.runUntil(shard.now + 100);
    };
    say('echo one\nfor i in 2');
    expect(out.text).toBe('one\n');
    say(' 3; do\necho $i; done\n');
    expect(out.text).toBe('one\n2\n3\n');
    say('exit 5\n');
    expect(process.exitCode).toBe(5);
  });
});

describe('a terminal', () => {
  function session(): {
    type: (line: string) => void;
    interrupt: () => void;
    text: () => string;
    run: (ms: number) => void;
  } {
    const { shard, machine } = loneMachine({ ...disk, '/etc/hostname': 'box\n' });
    machine.programs = programs;
    let text = '';
    const terminal = new Terminal(80, (more) => (text += more));
    machine.spawn({
      program: shell('bash'),
      args: ['-bash'],
      cwd: '/root',
      env: { HOME: '/root', PATH: '/usr/bin', PS1: '\\u@\\h:\\w\\$ ' },
      stdin: terminal.input,
      stdout: terminal,
      tty: terminal,
    });
    const runFor = (ms: number) => shard.runUntil(shard.now + ms);
    runFor(10);
    return {
      run: runFor,
      text: () => text,
      type: (line) => {
        terminal.line(line);
        runFor(10);
      },
      interrupt: () => {
        terminal.interrupt();
        runFor(10);
      },
    };
  }

  it('echoes, answers, and asks again', () => {
    const it = session();
    it.type('echo hi');
    it.type('for i in 1 2; do');
    it.type('echo $i; done');
    expect(it.text()).toBe(
      'root@box:~# echo hi\nhi\nroot@box:~# for i in 1 2; do\n> echo $i; done\n1\n2\nroot@box:~# ',
    );
  });

  it('shows at its next prompt what was typed ahead', () => {
    const it = session();
    it.type('sleep 0.1');
    it.type('echo ahead');
    it.run(200);
    expect(it.text()).toBe(
      'root@box:~# sleep 0.1\necho ahead\nroot@box:~# echo ahead\nahead\nroot@box:~# ',
    );
  });

  it('stops the foreground job with Ctrl-C, and forgets a half-typed line', () => {
    const it = session();
    it.type('sleep 100');
    it.interrupt();
    it.type('echo $?');
    it.type('if true');
    it.interrupt();
    it.type('echo ok');
    expect(it.text()).toBe(
      'root@box:~# sleep 100\n^C\nroot@box:~# echo $?\n130\n' +
        'root@box:~# if true\n> ^C\nroot@box:~# echo ok\nok\nroot@box:~# ',
    );
  });
});

describe('gzip', () => {
  it.each([
    ['printf "a test" | gzip | gzip -d', 'a test'],
    ['echo hi > f; gzip f; ls f*; zcat f.gz; gunzip f.gz; cat f', 'f.gz\nhi\nhi\n'],
    ['echo x | gunzip; echo $?', 'gunzip: invalid magic\n1\n'],
    ['echo x > y; gunzip y; echo $?', 'gunzip: y: unknown suffix - ignored\n1\n'],
  ])('%s', (script, output) => expect(run(script)).toBe(output));
});
