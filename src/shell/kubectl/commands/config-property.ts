/** `kubectl config set` and `unset`: one property by its path. Follows kubectl pkg/cmd/config/set.go. */
import { decodeBase64, encodeBase64 } from '../../../api/base64.ts';
import type { Json } from '../../../api/object.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { parseBool } from '../flags.ts';
import { configHelp } from '../help/config.gen.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import { type ListName, entryFields, saveConfig } from '../kubeconfig-file.ts';
import { helpError, loadLenient } from './config-shared.ts';

const { children } = configHelp;

/** Which entry, which of its fields; or the current context. */
type Property =
  | { readonly type: 'current' }
  | { readonly type: 'list'; readonly list: ListName }
  | { readonly type: 'entry'; readonly list: ListName; readonly name: string }
  | { readonly type: 'field'; readonly list: ListName; readonly name: string; readonly field: string };

/** Names may have dots in them: a name ends before the first word that is a field. */
function propertyOf(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  if (first === 'current-context') {
    if (rest.length > 0) throw failed(`unable to parse one or more field values of ${path}`);
    return { type: 'current' };
  }
  if (first !== 'clusters' && first !== 'users' && first !== 'contexts') {
    throw failed(`unable to parse ${path} after [] at api.Config`);
  }
  if (rest.length === 0) return { type: 'list', list: first };
  const at = rest.findIndex((word, i) => i > 0 && entryFields[first][word] !== undefined);
  if (at < 0) return { type: 'entry', list: first, name: rest.join('.') };
  if (at < rest.length - 1) throw failed(`unable to parse one or more field values of ${path}`);
  return { type: 'field', list: first, name: rest.slice(0, at).join('.'), field: rest[at] ?? '' };
}

function save(context: Context, before: Kubeconfig, change: Partial<Kubeconfig>): void {
  saveConfig(context.process, context.flags.kubeconfig, { before, after: { ...before, ...change } });
}

function withField(
  config: Kubeconfig, property: Property & { type: 'field' }, wanted: Json | undefined,
): Partial<Kubeconfig> {
  const { list, name, field } = property;
  const old = config[list].find((entry) => entry.name === name);
  if (old === undefined && wanted === undefined) {
    throw failed(`current map key \`${name}\` is invalid`);
  }
  const { [field]: _, ...rest } = (old?.value ?? {}) as Record<string, Json>;
  const value = wanted === undefined ? rest : { ...rest, [field]: wanted };
  return { [list]: [...config[list].filter((entry) => entry !== old), { ...old, name, value }] };
}

function valueOf({ list, field }: Property & { type: 'field' }, text: string, isRaw: boolean): Json {
  switch (entryFields[list][field]?.type) {
    case 'boolean': {
      const value = parseBool(text);
      if (value !== undefined) return value;
      throw failed(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    case 'bytes': {
      if (isRaw) return encodeBase64(text);
      if (decodeBase64(text) !== undefined) return text;
      throw failed('error decoding input value: illegal base64 data at input byte 0');
    }
    case 'other': throw failed('unrecognized slice type. string');
    default: return text;
  }
}

// oxlint-disable-next-line require-yield -- files only
export const configSet = command(children.set, function* (context, { args }, flags) {
  const [path, text] = args;
  if (path === undefined || text === undefined || args.length > 2) {
    throw helpError(context, children.set, args);
  }
  if (text === '') throw failed('you cannot use set to unset a property');
  if (path === '') throw failed('you must specify a property');
  const config = loadLenient(context);
  const property = propertyOf(path);
  if (property.type === 'current') save(context, config, { currentContext: text });
  else if (property.type === 'field') {
    const wanted = valueOf(property, text, flags['set-raw-bytes']);
    save(context, config, withField(config, property, wanted));
  } else {
    const names = config[property.list].map(({ name }) => name).sort();
    throw failed(`can't set a map to a value: map[${names.join(' ')}]`);
  }
  context.print(`Property ${JSON.stringify(path)} set.\n`);
});

// oxlint-disable-next-line require-yield -- files only
export const configUnset = command(children.unset, function* (context, { args }) {
  const [path] = args;
  if (path === undefined || args.length > 1) throw helpError(context, children.unset, args);
  if (path === '') throw failed('you must specify a property');
  const config = loadLenient(context);
  const property = propertyOf(path);
  switch (property.type) {
    case 'current': save(context, config, { currentContext: '' }); break;
    case 'list': save(context, config, { [property.list]: [] }); break;
    case 'entry': {
      const { list, name } = property;
      save(context, config, { [list]: config[list].filter((entry) => entry.name !== name) });
      break;
    }
    default: save(context, config, withField(config, property, undefined));
  }
  context.print(`Property ${JSON.stringify(path)} unset.\n`);
});
