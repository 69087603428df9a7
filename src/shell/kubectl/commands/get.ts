/** `kubectl get`. Follows kubectl pkg/cmd/get/get.go. */
import { humanDuration } from '../../../api/duration.ts';
import type { JsonObject } from '../../../api/object.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { type AnyFlags, type FlagsOf, type Words, command } from '../command.ts';
import { nextEvent } from '../connection.ts';
import type { Context } from '../context.ts';
import { type Resource, kindName, pathOf } from '../discovery.ts';
import { CommandError, ServerError, failed, throwAll } from '../errors.ts';
import { getHelp } from '../help/get.gen.ts';
import { printerFor } from '../printers/output.ts';
import { rawRequest } from './raw.ts';
import { sortObjects } from '../printers/sort.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';
import { type Table, TablePrinter, isTable, plainTable, readTable } from '../printers/table.ts';
import {
  type Source, type Sources, fetchInfos, findSources, itemsOf, listPages, metadataOf,
} from '../targets.ts';

type GetFlags = FlagsOf<(typeof getHelp)['flags']>;

/** The Accept header that asks for tables. */
export const tableAccept = ['v1', 'v1beta1']
  .map((v) => `application/json;as=Table;v=${v};g=meta.k8s.io`).concat('application/json').join(',');

export const get = command(getHelp, function* (context, words, flags) {
  check(context, words, flags);
  if (flags.raw !== '') return yield* rawRequest(context, 'GET', flags.raw);
  if (flags.watch || flags['watch-only']) return yield* watch(context, words, flags);
  const printer = printerFor(context, flags, getHelp);
  const found = yield* findSources(context, selectionOf(words, flags));
  if (flags.subresource !== '' && found.sources.some(({ type }) => type === 'list')) {
    throw failed('subresource cannot be used when bulk resources are specified');
  }
  if (printer === undefined) return yield* printTables(context, found, flags);
  const { infos, errors } = yield* fetchInfos(context, found, {
    latest: true, ignoreNotFound: flags['ignore-not-found'],
  });
  if (found.isSingle && errors.length > 0) throwAll(errors);
  if (infos.length === 0 && flags['ignore-not-found']) return throwAll(errors);
  const objects = sorted(infos.map(({ object }) => object), flags);
  const [only] = objects;
  const isAlone = found.isSingle && objects.length === 1 && only !== undefined;
  context.print(printer(isAlone ? only : listOf(objects)));
  throwAll(errors);
});

function check(context: Context, words: Words, flags: GetFlags): void {
  const { args } = words;
  const isNothing = args.length === 0 && flags.filename.length === 0 && flags.kustomize === '';
  if (isNothing && flags.raw === '' && !flags.watch && !flags['watch-only']) {
    context.printError('You must specify the type of resource to get. ' +
      'Use "kubectl api-resources" for a complete list of supported resources.\n\n');
    throw new CommandError('error: Required resource not specified.\n' +
      'Use "kubectl explain <resource>" for a detailed description of that resource ' +
      "(e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples");
  }
  if (flags.raw !== '') checkRaw(words, flags);
  if (flags['show-labels'] && flags.output !== '' && flags.output !== 'wide') {
    throw failed(`--show-labels option cannot be used with ${flags.output} printer`);
  }
  if (flags['output-watch-events'] && !flags.watch && !flags['watch-only']) {
    throw failed('--output-watch-events option can only be used with --watch or --watch-only');
  }
}

/** `--raw` goes without everything that shapes a request or its answer. */
function checkRaw({ args }: Words, flags: GetFlags): void {
  if (args.length > 0) throw failed('arguments may not be passed when --raw is specified');
  if (flags.watch || flags['watch-only'] || flags.selector !== '') {
    throw failed('--raw may not be specified with other flags that filter the server request or alter the output');
  }
  if (flags.output !== '') throw failed('--raw and --output are mutually exclusive');
}


const selectionOf = ({ args }: Words, flags: GetFlags) => ({
  args,
  filenames: flags.filename,
  isRecursive: flags.recursive,
  kustomize: flags.kustomize,
  selector: flags.selector,
  fieldSelector: flags['field-selector'],
  allNamespaces: flags['all-namespaces'],
  allowsType: true,
  isNested: true,
});

/** A list as `-o json` shows it. */
export const listOf = (items: readonly JsonObject[]): JsonObject =>
  ({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } });

const sorted = (objects: readonly JsonObject[], flags: AnyFlags | GetFlags): readonly JsonObject[] =>
  flags['sort-by'] === '' ? objects : sortObjects(objects, String(flags['sort-by']));

interface Printable {
  readonly resource: Resource;
  readonly table: Table;
  /** As the server sent it. */
  readonly body: JsonObject;
}

function* printTables(context: Context, found: Sources, flags: GetFlags): Story {
  const printables: Printable[] = [];
  const errors: CommandError[] = [...found.errors];
  for (const source of found.sources) {
    try {
      const tables = yield* tablesOf(context, source, flags);
      printables.push(...tables.map((one) => ({ resource: resourceOf(source), ...one })));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const isIgnored = flags['ignore-not-found'] && error.status.reason === 'NotFound';
      if (!isIgnored) errors.push(error);
    }
  }
  if (flags['sort-by'] !== '' && printables.length > 1) {
    // kubectl looks for the field in the tables themselves.
    const bodies = sortObjects(printables.map(({ body }) => body), flags['sort-by']);
    printables.sort((a, b) => bodies.indexOf(a.body) - bodies.indexOf(b.body));
  }
  const text = tablesText(printables, flags);
  context.print(text);
  const isQuiet = flags['ignore-not-found'] || errors.length > 0;
  if (text === '' && !isQuiet) context.printError(nothingFound(context, printables, flags));
  throwAll(errors);
}

export const resourceOf = (source: Source): Resource =>
  source.type === 'file' ? source.info.resource : source.resource;

function nothingFound(context: Context, printables: readonly Printable[], flags: GetFlags): string {
  const isInNamespace = !flags['all-namespaces'] &&
    printables.every(({ resource }) => resource.isNamespaced);
  return isInNamespace
    ? `No resources found in ${context.namespace} namespace.\n` : 'No resources found\n';
}

function* tablesOf(
  context: Context, source: Source, flags: GetFlags,
): Story<readonly Pick<Printable, 'table' | 'body'>[]> {
  const isSorted = flags['sort-by'] !== '';
  const extra = isSorted ? { includeObject: 'Object' } : undefined;
  const accept = flags['server-print'] ? tableAccept : undefined;
  const options = {
    limit: isSorted ? 0 : flags['chunk-size'],
    ...(accept === undefined ? {} : { accept }), ...(extra === undefined ? {} : { extra }),
  };
  const bodies = source.type === 'list'
    ? yield* listPages(context, source, options)
    : [yield* single(context, source, flags.subresource, options)];
  return bodies.map((body) => ({ body, table: sortedTable(tableOf(context, body), flags) }));
}

function* single(
  context: Context, source: Source & { type: 'name' | 'file' }, subresource: string,
  { accept, extra }: { accept?: string; extra?: Readonly<Record<string, string>> },
): Story<JsonObject> {
  const { resource, namespace, name } = source.type === 'file' ? source.info : source;
  return yield* context.request({
    path: pathOf(resource, namespace, name, subresource),
    ...(accept === undefined ? {} : { accept }),
    ...(extra === undefined ? {} : { query: extra }),
  });
}

/** A server's table, or one of names and ages. */
function tableOf(context: Context, body: JsonObject): Table {
  if (isTable(body)) return readTable(body);
  const objects = body['items'] === undefined ? [body] : itemsOf(body);
  return plainTable(objects, (at) => humanDuration(context.nowMs - (parseTime(at) ?? 0)));
}

function sortedTable(table: Table, flags: GetFlags): Table {
  if (flags['sort-by'] === '' || table.rows.length < 2) return table;
  const objects = table.rows.map(({ object }) => object ?? {});
  let order: readonly JsonObject[];
  try {
    order = sortObjects(objects, flags['sort-by']);
  } catch (error) {
    // kubectl prints nothing then, and says nothing of why.
    if (error instanceof CommandError) return { ...table, rows: [] };
    throw error;
  }
  return { ...table, rows: order.map((object) => table.rows[objects.indexOf(object)] ?? { cells: [] }) };
}

function tableOptions(flags: GetFlags, resource: Resource, withKind: boolean) {
  return {
    isWide: flags.output === 'wide',
    noHeaders: flags['no-headers'],
    withNamespace: flags['all-namespaces'] && resource.isNamespaced,
    showLabels: flags['show-labels'],
    labelColumns: flags['label-columns'],
    ...(withKind ? { withKind: kindName(resource) } : {}),
  };
}

function tablesText(printables: readonly Printable[], flags: GetFlags): string {
  const resources = new Set(printables.map(({ resource }) => resource));
  const withKind = resources.size > 1 || flags['show-kind'];
  let text = '';
  let hasNamespaced = false;
  for (const resource of resources) {
    hasNamespaced ||= resource.isNamespaced;
    const writer = new TabWriter(tableTabs);
    // The column stays for what comes after namespaced things.
    const withNamespace = flags['all-namespaces'] && hasNamespaced;
    const options = { ...tableOptions(flags, resource, withKind), withNamespace };
    const printer = new TablePrinter(options);
    for (const printable of printables) {
      if (printable.resource === resource) printer.print(printable.table, writer);
    }
    const part = writer.flush();
    if (part !== '' && text !== '' && !flags['no-headers']) text += '\n';
    text += part;
  }
  return text;
}

function* watch(context: Context, words: Words, flags: GetFlags): Story {
  if (flags['sort-by'] !== '') {
    context.printError(flags.watch
      ? 'warning: --watch requested, --sort-by will be ignored for watch events received\n'
      : 'warning: --watch-only requested, --sort-by will be ignored\n');
  }
  const found = yield* findSources(context, selectionOf(words, flags));
  const { sources } = found;
  const resource = sources[0] === undefined ? undefined : resourceOf(sources[0]);
  if (resource === undefined) throw failed('resource(s) were provided, but no name was specified');
  if (sources.length > 1) {
    throwAll((yield* fetchInfos(context, found, { latest: true })).errors.slice(0, 1));
    throw failed(new Set(sources.map(resourceOf)).size > 1
      ? 'you may only specify a single resource type'
      : 'watch is only supported on individual resources and resource collections - ' +
        'more than 1 resource was found');
  }
  yield* watchSource(context, sources[0] as Source, flags);
}

function* watchSource(context: Context, source: Source, flags: GetFlags): Story {
  const resource = resourceOf(source);
  const printer = printerFor(context, flags, getHelp);
  const tables = new TablePrinter(tableOptions(flags, resource, false));
  const writer = new TabWriter(tableTabs);
  const show = (body: JsonObject, event: string) => {
    if (printer !== undefined) {
      const objects = body['items'] === undefined ? [body] : itemsOf(body);
      for (const object of objects) {
        context.print(printer(flags['output-watch-events'] ? { object, type: event } : object));
      }
      return;
    }
    tables.print(tableOf(context, body), writer, flags['output-watch-events'] ? event : undefined);
    context.print(writer.flush());
  };
  const accept = printer === undefined && flags['server-print'] ? tableAccept : undefined;
  const { version, query, bodies } = yield* firstState(context, source, accept);
  if (!flags['watch-only']) for (const body of bodies) show(body, 'ADDED');
  const stream = yield* context.stream({
    path: pathOf(resource, namespaceOf(source)),
    query: { ...query, resourceVersion: version, watch: 'true' },
    ...(accept === undefined ? {} : { accept }),
  });
  let isFirst = source.type !== 'list';
  for (;;) {
    const event = yield* nextEvent(stream);
    if (event === undefined) return;
    if (event.type === 'ERROR') throw new ServerError(event.object as never);
    // An object named by itself was shown already: its first event tells nothing new.
    const isRepeated = isFirst && event.type === 'ADDED';
    isFirst = false;
    if (event.type !== 'BOOKMARK' && !isRepeated) show(event.object, event.type);
  }
}

const namespaceOf = (source: Source): string =>
  source.type === 'file' ? source.info.namespace : source.namespace;

function* firstState(context: Context, source: Source, accept: string | undefined) {
  if (source.type === 'list') {
    const bodies = yield* listPages(context, source, accept === undefined ? {} : { accept });
    const version = String((bodies.at(-1)?.['metadata'] as JsonObject)['resourceVersion'] ?? '0');
    const query = {
      labelSelector: source.labelSelector || undefined,
      fieldSelector: source.fieldSelector || undefined,
    };
    return { bodies, version, query };
  }
  const body = yield* single(context, source, '', accept === undefined ? {} : { accept });
  const name = source.type === 'file' ? source.info.name : source.name;
  const object = isTable(body) ? (readTable(body).rows[0]?.object ?? {}) : body;
  const version = metadataOf(object).resourceVersion ?? '0';
  return { bodies: [body], version, query: { fieldSelector: `metadata.name=${name}` } };
}
