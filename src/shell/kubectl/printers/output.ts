/**
 * `-o`: which printer a format means, and the one line that commands print without it.
 * Follows cli-runtime pkg/genericclioptions/print_flags.go and printers/name.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { normal } from '../../../host/index.ts';
import type { AnyFlags, Flag, Help } from '../command.ts';
import type { Context } from '../context.ts';
import { type Resource, kindName } from '../discovery.ts';
import { type CommandError, failed } from '../errors.ts';
import { metadataOf } from '../targets.ts';
import { customColumns } from './custom-columns.ts';
import { goTemplate } from './go-template.ts';
import { prettyJson, typedJson } from './json.ts';
import { jsonPath, jsonPathAsJson } from './json-path.ts';
import { yamlText } from './yaml.ts';

/** Writes one object, or a list. */
export type Printer = (object: JsonObject) => string;

/** Flags that say how to print; commands have some or all of them. */
export interface OutputFlags {
  readonly output: string;
  readonly template: string;
  readonly showManagedFields: boolean;
  readonly allowMissingKeys: boolean;
  readonly noHeaders: boolean;
  /** The object is of kubectl's own making: its fields keep their order in JSON. */
  readonly isTyped?: boolean;
}

export const outputFlags = (flags: object): OutputFlags => {
  const known = flags as AnyFlags;
  return {
    output: String(known['output'] ?? ''),
    template: String(known['template'] ?? ''),
    showManagedFields: known['show-managed-fields'] === true,
    allowMissingKeys: known['allow-missing-template-keys'] !== false,
    noHeaders: known['no-headers'] === true,
  };
};

/** The printer that the flags ask for; undefined when they ask for none (or a wide table). */
export function printerFor(
  context: Context, flags: object, help: Help, isTyped = false,
): Printer | undefined {
  const wanted = { ...outputFlags(flags), isTyped };
  const equals = wanted.output.indexOf('=');
  const format = equals < 0 ? wanted.output : wanted.output.slice(0, equals);
  const argument = equals < 0 ? wanted.template : wanted.output.slice(equals + 1);
  if (format === '' && wanted.template !== '') return printerOf(context, 'go-template', wanted.template, wanted);
  if (format === '' || format === 'wide') return undefined;
  if (!allowedFormats(help.flags['output']).includes(format)) throw wrongFormat(wanted.output, help);
  return printerOf(context, format, argument, wanted);
}

/** What is said of a format that a command does not know. */
export const wrongFormat = (format: string, { flags }: Help): CommandError =>
  failed(`unable to match a printer suitable for the output format ${JSON.stringify(format)}, ` +
    `allowed formats are: ${allowedFormats(flags['output']).join(',')}`);

/** The formats that a flag's own help lists. */
function allowedFormats(flag: Flag | undefined): readonly string[] {
  const listed = /\(([\w-]+(?:, [\w-]+)+)\)/.exec(flag?.usage ?? '')?.[1] ?? 'json, yaml, name';
  return listed.split(', ').sort();
}

// oxlint-disable-next-line max-params -- a format and its argument belong together
function printerOf(
  context: Context, format: string, argument: string, wanted: OutputFlags,
): Printer {
  const clean = (object: JsonObject) =>
    wanted.showManagedFields ? object : withoutManagedFields(object);
  const { allowMissingKeys } = wanted;
  const print = (template: (data: Json) => string): Printer => (object) => template(object);
  switch (format) {
    case 'json': return (object) =>
      `${wanted.isTyped === true ? typedJson(clean(object)) : prettyJson(clean(object))}\n`;
    case 'yaml': return yamlPrinter(clean);
    case 'name': return namePrinter;
    case 'jsonpath': return print(jsonPath(required(argument, format), allowMissingKeys));
    case 'jsonpath-as-json': return print(jsonPathAsJson(required(argument, format), allowMissingKeys));
    case 'jsonpath-file':
      return print(jsonPath(fileText(context, argument, format), allowMissingKeys));
    case 'go-template-file': case 'templatefile':
      return print(goTemplate(fileText(context, argument, format), allowMissingKeys));
    case 'custom-columns': return customColumns(required(argument, format), wanted.noHeaders);
    case 'custom-columns-file':
      return customColumns(columnsOfFile(fileText(context, argument, format, 'template')), wanted.noHeaders);
    default: return print(goTemplate(required(argument, format), allowMissingKeys));
  }
}

function required(argument: string, format: string): string {
  if (argument !== '') return argument;
  if (format.startsWith('custom-columns')) {
    throw failed('custom-columns format specified but no custom columns given');
  }
  if (format.startsWith('jsonpath')) throw failed('template format specified but no template given');
  throw failed('template format specified but no template given');
}

// oxlint-disable-next-line max-params -- what the message calls it
function fileText(
  context: Context, argument: string, format: string, what = '--template',
): string {
  const path = required(argument, format);
  const text = context.process.files.read(normal(path, context.process.cwd));
  if (text === undefined) {
    throw failed(`error reading ${what} ${path}, open ${path}: no such file or directory\n`);
  }
  return text;
}

/** Two lines of words: headers, and the paths below them. */
function columnsOfFile(text: string): string {
  const [headers = [], paths = []] = text.trim().split('\n').map((line) => line.trim().split(/\s+/));
  if (headers.length !== paths.length) {
    throw failed(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  }
  return headers.map((header, i) => `${header}:${paths[i] ?? ''}`).join(',');
}

/** Documents after the first begin with a line of dashes. */
function yamlPrinter(clean: (object: JsonObject) => JsonObject): Printer {
  let count = 0;
  return (object) => {
    count += 1;
    return (count > 1 ? '---\n' : '') + yamlText(clean(object));
  };
}

const namePrinter: Printer = (object) => {
  const items = object['items'] as readonly JsonObject[] | undefined;
  return (items ?? [object]).map((item) => `${nameOf(item)}\n`).join('');
};

/** `deployment.apps/web`. */
export function nameOf(object: JsonObject): string {
  const [version = '', group = ''] = String(object['apiVersion'] ?? '').split('/').reverse();
  const kind = String(object['kind'] ?? (version === '' ? '<unknown>' : ''));
  return `${kindName({ group, kind })}/${metadataOf(object).name ?? '<unknown>'}`;
}

/** The object (and its items) without metadata.managedFields. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const items = object['items'];
  const metadata = object['metadata'] as JsonObject | undefined;
  let clean = object;
  if (metadata?.['managedFields'] !== undefined) {
    const { managedFields: _, ...rest } = metadata;
    clean = { ...clean, metadata: rest };
  }
  if (!Array.isArray(items)) return clean;
  return { ...clean, items: (items as readonly JsonObject[]).map(withoutManagedFields) };
}

export type DryRun = 'none' | 'client' | 'server';

/** What `--dry-run` asks for. */
export function dryRunOf(context: Context, value: string): DryRun {
  switch (value) {
    case 'none': case 'client': case 'server': return value;
    case 'unchanged':
      warnOnce(context, 'helpers.go:703', '--dry-run is deprecated and can be replaced with --dry-run=client.');
      return 'client';
    case 't': case 'T': case 'true': case 'TRUE': case 'True': case '1':
      warnOnce(context, 'helpers.go:717', `--dry-run=${value} is deprecated (boolean value) and can be ` +
        'replaced with --dry-run=client.');
      return 'client';
    case 'f': case 'F': case 'false': case 'FALSE': case 'False': case '0':
      warnOnce(context, 'helpers.go:720', `--dry-run=${value} is deprecated (boolean value) and can be ` +
        'replaced with --dry-run=none.');
      return 'none';
    default:
      throw failed(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }
}

/** Commands ask for the flag more than once. */
function warnOnce(context: Context, place: string, text: string): void {
  context.logOnce('W', place, text);
}

const suffixes: Readonly<Record<DryRun, string>> = {
  none: '', client: ' (dry run)', server: ' (server dry run)',
};

/** Prints what was done to an object, or the object itself when `-o` says so. */
export class Reporter {
  private readonly context: Context;
  private readonly makePrinter: () => Printer | undefined;
  private readonly isFresh: boolean;
  private readonly dryRun: DryRun;
  private printer: Printer | undefined;

  /** @param manner `isFresh`: each object has a printer of its own, so no separators. */
  constructor(
    context: Context, flags: object, help: Help,
    { isTyped = false, isFresh = false }: { isTyped?: boolean; isFresh?: boolean } = {},
  ) {
    this.context = context;
    this.makePrinter = () => printerFor(context, flags, help, isTyped);
    this.printer = this.makePrinter();
    this.isFresh = isFresh;
    this.dryRun = dryRunOf(context, String((flags as AnyFlags)['dry-run'] ?? 'none'));
  }

  get showsObject(): boolean {
    return this.printer !== undefined;
  }

  /** @param done a participle: `created`. */
  report(resource: Pick<Resource, 'group' | 'kind'>, object: JsonObject, done: string): void {
    if (this.printer !== undefined) {
      this.context.print(this.printer(object));
      if (this.isFresh) this.printer = this.makePrinter();
      return;
    }
    const name = metadataOf(object).name ?? '';
    this.context.print(`${kindName(resource)}/${name} ${done}${suffixes[this.dryRun]}\n`);
  }
}
