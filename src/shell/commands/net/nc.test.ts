import { expect, it } from 'vitest';
import { executable } from '../../../host/index.ts';
import { serveHttp } from '../../../host/net/serve-http.ts';
import { httpResponse } from '../../../host/net/http.ts';
import { network } from '../../../host/net/test-network.ts';
import { shell } from '../../shell.ts';
import { Collector } from '../../streams.ts';
import { commands } from '../index.ts';
import { network as netCommands } from './index.ts';

const programs = new Map([
  ['sh', shell('sh')],
  ...[...commands, ...netCommands].map((program) => [program.name, program] as const),
]);

/** What a script on a machine prints; on another one a web server answers. */
function run(script: string): string {
  const { shard, machines } = network(2);
  const [machine, other] = machines as [(typeof machines)[0], (typeof machines)[0]];
  machine.programs = programs;
  machine.files.makeDirectory('/usr/bin');
  for (const name of programs.keys()) machine.files.write(`/usr/bin/${name}`, executable(name));
  other.spawn({
    args: ['web'],
    program: {
      name: 'web',
      start: (process) => {
        serveHttp(process, 80, ({ path }) => httpResponse(200, `you asked for ${path}\n`));
        return {};
      },
    },
  });
  const stdout = new Collector();
  const env = { PATH: '/usr/bin' };
  machine.spawn({ program: shell('sh'), args: ['sh', '-c', script], env, stdout });
  shard.runUntil(20_000);
  return stdout.text;
}

const asked = 'GET /x HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nuser-agent: Wget\r\nconnection: close\r\n\r\n';
const get = 'sleep 1; wget -qO- http://127.0.0.1:8080/x; wait; echo over';

it.each([
  [
    'a page whose length is told',
    `echo -e "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nhi" | nc -l -p 8080 & ${get}`,
    `${asked}hi\nover\n`,
  ],
  [
    'a page that lasts to the end of the input, with the lines of a careless script',
    `(echo "HTTP/1.1 200 OK"; echo; echo one; sleep 2; echo two) | nc -l -p 8080 & ${get}`,
    `${asked}one\ntwo\nover\n`,
  ],
  [
    'one answer, and then nobody listens',
    `echo -e "HTTP/1.0 200 OK\\n\\nhi" | nc -l -p 8080 >/dev/null & ${get}; nc -z 127.0.0.1 8080; echo $?`,
    'hi\nover\n1\n',
  ],
  [
    'a request by hand',
    'printf "GET /page HTTP/1.0\\r\\n\\r\\n" | nc 192.168.56.12 80; echo over',
    'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nyou asked for /page\nover\n',
  ],
  [
    'lines between two of them',
    'nc -l -p 9000 & sleep 1; (echo one; sleep 1; echo two) | nc 127.0.0.1 9000',
    'one\ntwo\n',
  ],
])('nc: %s', (_, script, output) => {
  expect(run(script)).toBe(output);
});
