/** `--raw`: a request to a path as it stands. Follows kubectl pkg/rawhttp/raw.go. */
import type { Json } from '../../../api/object.ts';
import { normal } from '../../../host/index.ts';
import type { Method } from '../../../k8s/client/index.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { readAll } from '../manifest/read.ts';

/** Asks, and prints the answer as the server wrote it. */
export function* rawRequest(
  context: Context, method: Method, uri: string, filename = '',
): Story {
  checkPath(uri);
  const [path = '', search = ''] = uri.split('?');
  const pairs = search.split('&').filter((pair) => pair !== '').map((pair) => {
    const [key = '', value = ''] = pair.split('=');
    return [decodeURIComponent(key), decodeURIComponent(value)] as const;
  });
  const sent = yield* bodyOf(context, filename);
  const answer = yield* context.answer({
    isRaw: true, method, path, query: Object.fromEntries(pairs), ...(sent === '' ? {} : { body: parsed(sent) }),
  });
  // The one answer that the server writes over several lines.
  const text = path === '/version' ? JSON.stringify(answer, undefined, 2) : sentJson(answer);
  context.print(typeof answer === 'string' ? answer : text);
}

/** As the server wrote it: fields in its order. */
const sentJson = (answer: Json): string =>
  JSON.stringify(answer).replace(/[<>&\u2028\u2029]/g, (char) =>
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function* bodyOf({ process }: Context, filename: string): Story<string> {
  if (filename === '') return '';
  if (filename === '-') return yield* readAll(process);
  const text = process.files.read(normal(filename, process.cwd));
  if (text === undefined) throw failed(`open ${filename}: no such file or directory`);
  return text;
}

/** What is no JSON goes as it is: the server says what it thinks of it. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Go's url.ParseRequestURI. */
function checkPath(path: string): void {
  if (path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path)) return;
  throw failed(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`);
}

/** What `create`, `replace` and `delete` do not take beside `--raw`. */
export function checkRawFlags(
  flags: { readonly filename: readonly string[]; readonly recursive: boolean;
    readonly selector?: string; readonly output?: string },
  most = 'single',
): void {
  const { filename, recursive, selector = '', output = '' } = flags;
  if (most === 'single' ? filename.length !== 1 : filename.length > 1) {
    throw failed('--raw can only use a single local file or stdin');
  }
  if (/^https?:\/\//.test(filename[0] ?? '')) throw failed('--raw cannot read from a url');
  if (recursive) throw failed('--raw and --recursive are mutually exclusive');
  if (selector !== '') throw failed('--raw and --selector (-l) are mutually exclusive');
  if (output !== '') throw failed('--raw and --output are mutually exclusive');
}
