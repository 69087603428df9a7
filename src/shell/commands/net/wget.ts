/** busybox wget for HTTP; messages after networking/wget.c and libbb/xconnect.c. */
import { type Process, type Program, normal } from '../../../host/index.ts';
import { exchange } from '../../../host/net/exchange.ts';
import {
  httpRequest,
  isHttpResponse,
  type HttpResponse,
  utf8Length,
} from '../../../host/net/http.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, complain, type Words } from '../../command.ts';
import { parseUrl, type WebAddress } from './url.ts';
import { fetchOutside } from './outside.ts';

const reasons: Readonly<Record<string, string>> = {
  refused: 'Connection refused',
  unreachable: 'Host is unreachable',
  timeout: 'Connection timed out',
};
const redirectsMax = 5;
/** What wget waits for the whole connection when -T does not say otherwise, in seconds. */
const patience = 900;

export const wget: Program = command(
  'wget',
  {
    valued: 'OTUHt',
    long: {
      'output-document': 'O',
      timeout: 'T',
      quiet: 'q',
      header: 'H',
      spider: 's',
      'post-data': 'D',
      'no-check-certificate': 'N',
      'server-response': 'S',
      'user-agent': 'U',
      tries: 't',
    },
  },
  function* (process, words) {
    const [url] = words.operands;
    if (url === undefined) {
      process.printError('wget: missing URL\n');
      return 1;
    }
    let address = parseUrl(url);
    for (let hops = 0; hops <= redirectsMax; hops++) {
      if (address === undefined || !['http', 'https'].includes(address.scheme)) {
        return complain(process, `not an http or ftp url: ${url}`);
      }
      const response: HttpResponse | number = yield* ask(process, address, words);
      if (typeof response === 'number') return response;
      const { status, reason, headers } = response;
      const location = headers['Location'] ?? headers['location'];
      if (status >= 300 && status < 400 && location !== undefined) {
        address = location.startsWith('/') ? { ...address, path: location } : parseUrl(location);
        continue;
      }
      if (status < 200 || status > 299) {
        return complain(process, `server returned error: HTTP/1.1 ${status} ${reason}`);
      }
      return save(process, address, words, response);
    }
    return complain(process, 'too many redirections');
  },
);

function* ask(process: Process, address: WebAddress, words: Words): Story<HttpResponse | number> {
  const { host, port, path, authority } = address;
  const page = yield* fetchOutside(process, address);
  if (page !== undefined) return page;
  const ip = host === 'localhost' ? '127.0.0.1' : yield* resolve(process, host);
  if (ip === undefined) return complain(process, `bad address '${host}'`);
  if (!words.has('q')) process.printError(`Connecting to ${host} (${ip}:${port})\n`);
  const seconds = words.value('T');
  const data = words.value('D');
  const headers = {
    host: authority,
    'user-agent': words.value('U') ?? 'Wget',
    connection: 'close',
    ...givenHeaders(process.args),
  };
  const request = httpRequest(data === undefined ? 'GET' : 'POST', path, headers, data);
  const result = yield* exchange(process, { ip, port }, request, {
    note: `${request.method} ${path}`,
    timeoutMs: Number(seconds ?? patience) * 1000,
  });
  if (result.type === 'failure') {
    const { phase, reason } = result;
    if (reason === 'late') return complain(process, 'download timed out');
    if (phase === 'answer') {
      return complain(
        process,
        `error getting response: ${reason === 'reset' ? 'Connection reset by peer' : 'Success'}`,
      );
    }
    return complain(process, `can't connect to remote host (${ip}): ${reasons[reason] ?? reason}`);
  }
  if (!isHttpResponse(result.payload)) return complain(process, 'error getting response');
  if (words.has('S')) {
    const { status, reason, headers: given } = result.payload;
    const lines = Object.entries(given).map(([name, value]) => `  ${name}: ${value}\n`);
    process.printError(`  HTTP/1.1 ${status} ${reason}\n${lines.join('')}  \n`);
  }
  return result.payload;
}

function save(process: Process, address: WebAddress, words: Words, response: HttpResponse): number {
  const isQuiet = words.has('q');
  if (words.has('s')) {
    if (!isQuiet) process.printError('remote file exists\n');
    return 0;
  }
  const name =
    words.value('O') ?? (address.path.replace(/\?.*/, '').split('/').at(-1) || 'index.html');
  const isOut = name === '-';
  if (!isQuiet) process.printError(isOut ? 'writing to stdout\n' : `saving to '${name}'\n`);
  if (isOut) process.print(response.body);
  else if (
    words.value('O') === undefined &&
    process.files.stat(normal(name, process.cwd)) !== undefined
  ) {
    return complain(process, `can't open '${name}': File exists`);
  } else if (name !== '/dev/null') process.files.write(normal(name, process.cwd), response.body);
  if (isQuiet) return 0;
  const shown = (isOut ? '-' : name).slice(0, 20).padEnd(20);
  const count = String(utf8Length(response.body)).padStart(5);
  process.printError(`\r${shown} 100% |${'*'.repeat(32)}| ${count}  0:00:00 ETA\n`);
  process.printError(isOut ? 'written to stdout\n' : `'${name}' saved\n`);
  return 0;
}

/** `--header 'Name: value'`, as often as one likes. */
const givenHeaders = (args: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    args.flatMap((word, i) => {
      const text = word === '--header' ? args[i + 1] : /^--header=(.*)$/.exec(word)?.[1];
      const [, name, value = ''] = /^([^:]+):\s*(.*)$/.exec(text ?? '') ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
