import type { Process } from '../../../host/index.ts';

/** What curl was asked to do. */
export interface CurlOptions {
  readonly urls: readonly string[];
  readonly method: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly isSilent: boolean;
  readonly showsErrors: boolean;
  readonly showsHeaders: boolean;
  readonly isHead: boolean;
  readonly isVerbose: boolean;
  readonly isInsecure: boolean;
  readonly followsRedirects: boolean;
  readonly failsOnError: boolean;
  readonly connectTimeoutMs: number | undefined;
  readonly maxTimeMs: number | undefined;
  readonly output: string | undefined;
  readonly isRemoteName: boolean;
  readonly writeOut: string | undefined;
}

const long: Readonly<Record<string, string>> = {
  request: 'X',
  header: 'H',
  data: 'd',
  'data-raw': 'd',
  'data-binary': 'd',
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  verbose: 'v',
  insecure: 'k',
  location: 'L',
  fail: 'f',
  'connect-timeout': 'C',
  'max-time': 'm',
  output: 'o',
  'remote-name': 'O',
  'write-out': 'w',
  'user-agent': 'A',
  url: 'U',
  cacert: 'E',
  'no-progress-meter': 'P',
  get: 'G',
  ipv4: '4',
};
const valued = 'XHdCmowAUE';

/** Reads the words; a text is what curl complains of. */
export function curlOptions(process: Process): CurlOptions | string {
  const values = new Map<string, string[]>();
  const urls: string[] = [];
  const words = process.args.slice(1);
  const add = (letter: string, value: string) =>
    values.set(letter, [...(values.get(letter) ?? []), value]);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word.startsWith('--')) {
      const letter = long[word.slice(2)];
      if (letter === undefined) return `option ${word}: is unknown`;
      if (valued.includes(letter) && i + 1 >= words.length)
        return `option ${word}: requires parameter`;
      add(letter, valued.includes(letter) ? (words[++i] as string) : '');
    } else if (word.startsWith('-') && word !== '-') {
      for (let j = 1; j < word.length; j++) {
        const letter = word[j] as string;
        if (!Object.values(long).includes(letter)) return `option ${word}: is unknown`;
        if (!valued.includes(letter)) add(letter, '');
        else {
          const rest = word.slice(j + 1);
          if (rest === '' && i + 1 >= words.length) return `option ${word}: requires parameter`;
          add(letter, rest === '' ? (words[++i] as string) : rest);
          break;
        }
      }
    } else urls.push(word);
  }
  return optionsOf(values, [...urls, ...(values.get('U') ?? [])]);
}

function optionsOf(
  values: ReadonlyMap<string, readonly string[]>,
  urls: readonly string[],
): CurlOptions {
  const last = (letter: string) => values.get(letter)?.at(-1);
  const ms = (letter: string) => {
    const seconds = last(letter);
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  };
  const body = values.get('d')?.join('&');
  const headers: Record<string, string> = {
    'user-agent': last('A') ?? 'curl/7.88.1',
    accept: '*/*',
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  for (const header of values.get('H') ?? []) {
    const [name = '', value = ''] = header.split(/:\s*(.*)/s);
    headers[name.toLowerCase()] = value;
  }
  return {
    urls,
    headers,
    body,
    method: last('X'),
    isSilent: values.has('s'),
    showsErrors: !values.has('s') || values.has('S'),
    showsHeaders: values.has('i') || values.has('I'),
    isHead: values.has('I'),
    isVerbose: values.has('v'),
    isInsecure: values.has('k') || values.has('E'),
    followsRedirects: values.has('L'),
    failsOnError: values.has('f'),
    connectTimeoutMs: ms('C'),
    maxTimeMs: ms('m'),
    output: last('o'),
    isRemoteName: values.has('O'),
    writeOut: last('w'),
  };
}
