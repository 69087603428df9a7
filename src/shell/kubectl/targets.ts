/**
 * Which objects a command line is about: `pods`, `pods x y`, `deploy/x svc/y`, `-f file`, `-l a=b`.
 * Follows cli-runtime pkg/resource/builder.go and visitor.go.
 */
import type { JsonObject, ObjectMeta } from '../../api/object.ts';
import { matches, parseSelector } from '../../api/selectors.ts';
import type { Story } from '../../kernel/index.ts';
import type { Call, Context } from './context.ts';
import { type Resource, pathOf, resourceOfKind } from './discovery.ts';
import { CommandError, ConnectionError, ServerError, failed } from './errors.ts';
import { kustomized } from './commands/kustomize.ts';
import { type ReadResult, readManifests } from './manifest/read.ts';

/** What a command takes as its objects. */
export interface Selection {
  readonly args: readonly string[];
  readonly filenames?: readonly string[];
  readonly isRecursive?: boolean;
  readonly kustomize?: string;
  readonly selector?: string;
  readonly fieldSelector?: string;
  /** `--all`. */
  readonly selectAll?: boolean;
  readonly allNamespaces?: boolean;
  /** Whether a bare type means all of it. */
  readonly allowsType?: boolean;
  /** Files are checked as a server would check them (apply, create, replace). */
  readonly validates?: boolean;
  /** `--local`: no server is asked, files stand for themselves. */
  readonly isLocal?: boolean;
  /** Errors of a kustomization come wrapped twice: without `error: ` (get, describe). */
  readonly isNested?: boolean;
}

/** One thing to ask the server for, or an object out of a file. */
export type Source =
  | { readonly type: 'list'; readonly resource: Resource; readonly namespace: string;
      readonly labelSelector: string; readonly fieldSelector: string }
  | { readonly type: 'name'; readonly resource: Resource; readonly namespace: string;
      readonly name: string }
  | { readonly type: 'file'; readonly info: Info };

/** One object: where it is on the server, and what is known of it. */
export interface Info {
  readonly resource: Resource;
  /** `''` for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  /** As in the file, or as the server has it. */
  readonly object: JsonObject;
  /** The file it came from; `''` when it came from the server. */
  readonly source: string;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** Whether the words name one object: then it is printed alone, not in a list. */
  readonly isSingle: boolean;
  /** What was wrong with some of the files. */
  readonly errors: readonly CommandError[];
}

/** What is said to a command line without resources. */
export const missingResource = 'You must provide one or more resources by argument or filename.\n' +
  "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n" +
  "   '<resource> <name>'\n   '<resource>'";

export const metadataOf = (object: JsonObject): ObjectMeta =>
  (object['metadata'] ?? {}) as unknown as ObjectMeta;

/** Turns words, files and selectors into what to ask for. */
export function* findSources(context: Context, selection: Selection): Story<Sources> {
  const { filenames = [], kustomize = '', selectAll = false } = selection;
  const hasSelector = (selection.selector ?? '') !== '' || (selection.fieldSelector ?? '') !== '';
  if (selectAll && hasSelector) {
    throw failed("setting 'all' parameter but found a non empty selector. ");
  }
  if (kustomize !== '' && filenames.length > 0) throw failed('only one of -f or -k can be specified');
  if (kustomize !== '') return yield* withNested(fromKustomization(context, selection, kustomize), selection);
  if (filenames.length > 0) return yield* fromFiles(context, selection);
  const args = normalized(selection.args);
  if (args.some((arg) => arg.includes('/'))) {
    return yield* fromPairs(context, selection, args);
  }
  const isBare = args.length === 1 && selection.allowsType === true;
  if (hasSelector || selectAll || isBare) return yield* fromSelector(context, selection, args);
  return yield* fromNames(context, selection, args);
}

function* withNested(story: Story<Sources>, { isNested }: Selection): Story<Sources> {
  try {
    return yield* story;
  } catch (error) {
    if (isNested !== true || !(error instanceof CommandError)) throw error;
    throw new CommandError(error.message.replace(/^error: /, ''), error.code);
  }
}

/** `deploy,svc web` is `deploy/web svc/web`. */
function normalized(args: readonly string[]): readonly string[] {
  const [types = '', ...names] = args;
  const kinds = types.split(',');
  if (args.length < 2 || kinds.length < 2) return args;
  return kinds.flatMap((type) => names.map((name) => `${type}/${name}`));
}

/** What is said to `deploy/web svc`. */
export const mixedForms = 'there is no need to specify a resource type as a separate argument when ' +
  "passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of " +
  "'kubectl get resource resource/<resource_name>'";

function* fromPairs(
  context: Context, selection: Selection, args: readonly string[],
): Story<Sources> {
  const { selectAll = false, selector = '', fieldSelector = '' } = selection;
  const hasSelector = selectAll || selector !== '' || fieldSelector !== '';
  if (!args.every((arg) => arg.includes('/'))) {
    throw failed(mixedForms);
  }
  const pairs = args.map(pairOf);
  if (hasSelector) {
    throw failed('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  const isEverywhere = selection.allNamespaces === true;
  const sources: Source[] = [];
  for (const [word, name] of pairs) {
    const resource = yield* context.resource(word);
    if (isEverywhere && resource.isNamespaced) throw failed(acrossAll);
    sources.push({ type: 'name', resource, namespace: namespaceFor(context, resource), name });
  }
  return { sources, isSingle: sources.length === 1, errors: [] };
}

function pairOf(arg: string): readonly [string, string] {
  const parts = arg.split('/');
  const [type = '', name = ''] = parts;
  if (parts.length !== 2) {
    throw failed('arguments in resource/name form may not have more than one slash');
  }
  if (type === '' || name === '' || type.includes(',')) {
    throw failed('arguments in resource/name form must have a single resource and name');
  }
  return [type, name];
}

function* fromSelector(
  context: Context, selection: Selection, args: readonly string[],
): Story<Sources> {
  if (args.length > 1) throw failed('name cannot be provided when a selector is specified');
  const [types] = args;
  if (types === undefined) throw failed('at least one resource must be specified to use a selector');
  const sources: Source[] = [];
  for (const resource of yield* typesOf(context, types)) {
    sources.push({
      type: 'list',
      resource,
      namespace: selection.allNamespaces === true ? '' : namespaceFor(context, resource),
      labelSelector: selection.selector ?? '',
      fieldSelector: selection.fieldSelector ?? '',
    });
  }
  return { sources, isSingle: false, errors: [] };
}

/** `po,svc`, and what stands alone: nothing, be it a word or between commas. */
function wordsOf(types: string): readonly string[] {
  const words = types.split(',').filter((type) => type !== '');
  return words.length === 0 ? [''] : words;
}

/** The resources of `po,svc`, `all`, each once. */
export function* typesOf(context: Context, words: string): Story<readonly Resource[]> {
  const resources: Resource[] = [];
  for (const word of wordsOf(words)) {
    for (const name of yield* context.expand(word)) {
      const resource = yield* context.resource(name);
      if (!resources.includes(resource)) resources.push(resource);
    }
  }
  return resources;
}

const acrossAll = 'a resource cannot be retrieved by name across all namespaces';

function* fromNames(
  context: Context, selection: Selection, args: readonly string[],
): Story<Sources> {
  const [types, ...names] = args;
  if (types === undefined) throw failed(missingResource);
  const resources = yield* typesOf(context, types);
  const [resource] = resources;
  if (resource === undefined) throw failed(missingResource);
  if (names.includes('')) throw failed('resource name may not be empty');
  if (names.length === 0) {
    throw failed('resource(s) were provided, but no name was specified');
  }
  if (resources.length > 1) throw failed('you must specify only one resource');
  if (selection.allNamespaces === true && resource.isNamespaced) {
    throw failed(acrossAll);
  }
  const namespace = namespaceFor(context, resource);
  const sources = names.map((name): Source => ({ type: 'name', resource, namespace, name }));
  return { sources, isSingle: names.length === 1, errors: [] };
}

const namespaceFor = (context: Context, { isNamespaced }: Resource): string =>
  isNamespaced ? context.namespace : '';

const notBoth = 'when paths, URLs, or stdin is provided as input, you may not specify resource ' +
  'arguments as well';

/** `-k`: what a kustomization comes to. */
function* fromKustomization(
  context: Context, selection: Selection, directory: string,
): Story<Sources> {
  if (selection.args.length > 0) throw failed(notBoth);
  const documents = kustomized(context, directory).map((object) => ({ object, source: directory }));
  const isSingle = documents.length === 1;
  return yield* fromDocuments(context, selection, { documents, errors: [], isSingle });
}

function* fromFiles(context: Context, selection: Selection): Story<Sources> {
  if (selection.args.length > 0) throw failed(notBoth);
  const read = yield* readManifests(context.process, selection.filenames ?? [], {
    isRecursive: selection.isRecursive ?? false, shelf: context.shelf,
    validates: selection.validates ?? false,
  });
  return yield* fromDocuments(context, selection, read);
}

function* fromDocuments(
  context: Context, selection: Selection, read: ReadResult,
): Story<Sources> {
  const errors: CommandError[] = [...read.errors];
  const sources: Source[] = [];
  const [first] = read.documents;
  if (selection.validates === true && first !== undefined) yield* askForSchemas(context, first.source);
  for (const { object, source } of read.documents) {
    try {
      const info = selection.isLocal === true
        ? localInfo(object, source) : yield* infoOf(context, object, source);
      if (hasLabels(info.object, selection.selector ?? '')) sources.push({ type: 'file', info });
    } catch (error) {
      if (!(error instanceof CommandError) || error instanceof ServerError) throw error;
      errors.push(error);
    }
  }
  return { sources, isSingle: read.isSingle, errors };
}

/** With a selector, files' other objects do not count. */
const hasLabels = (object: JsonObject, selector: string): boolean =>
  selector === '' || matches(parseSelector(selector), metadataOf(object).labels);

/** The server's schemas are what kubectl asks for first: without a server it fails here. */
function* askForSchemas(context: Context, source: string): Story {
  try {
    yield* context.answer({ path: '/openapi/v3', query: { timeout: '32s' } });
  } catch (error) {
    if (error instanceof ServerError) return;
    if (!(error instanceof ConnectionError) || error.reason !== 'refused') throw error;
    const { server } = context.settings;
    const address = context.connection.host.replace('localhost', '127.0.0.1');
    throw failed(`error validating ${JSON.stringify(source)}: error validating data: failed to ` +
      `download openapi: Get "${server}/openapi/v2?timeout=32s": dial tcp ${address}: connect: ` +
      'connection refused; if you choose to ignore these errors, turn validation off with ' +
      '--validate=false');
  }
}

/** What is known of a file's object without a server. */
function localInfo(object: JsonObject, source: string): Info {
  const [version = '', group = ''] = String(object['apiVersion'] ?? '').split('/').reverse();
  const kind = String(object['kind'] ?? '');
  const { name = '', namespace = '' } = metadataOf(object) as Partial<ObjectMeta>;
  const resource: Resource = {
    group, version, kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(),
    shortNames: [], categories: [], verbs: [], isNamespaced: true, subresources: [],
  };
  return { resource, namespace, name, object, source };
}

/** Where an object of a file belongs on the server. */
export function* infoOf(context: Context, object: JsonObject, source: string): Story<Info> {
  const apiVersion = String(object['apiVersion'] ?? '');
  const kind = String(object['kind'] ?? '');
  const { name = '', namespace: own = '' } = metadataOf(object) as Partial<ObjectMeta>;
  const resource =
    yield* context.lookUp((resources) => resourceOfKind(resources, apiVersion, kind));
  if (resource === undefined) {
    throw failed(`resource mapping not found for name: ${JSON.stringify(name)} namespace: ` +
      `${JSON.stringify(own)} from ${JSON.stringify(source)}: no matches for kind ` +
      `${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`);
  }
  if (!resource.isNamespaced) return { resource, namespace: '', name, object, source };
  const { namespace, isNamespaceGiven } = context.settings;
  if (isNamespaceGiven && own !== '' && own !== namespace) {
    throw failed(`the namespace from the provided object ${JSON.stringify(own)} does not match ` +
      `the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform ` +
      'this operation.');
  }
  const placed = own === '' ? withMetadata(object, { namespace }) : object;
  return { resource, namespace: own || namespace, name, object: placed, source };
}

/** The object with some of its metadata replaced. */
export const withMetadata = (object: JsonObject, change: JsonObject): JsonObject =>
  ({ ...object, metadata: { ...(object['metadata'] as JsonObject | undefined), ...change } });

/** How a list is asked for. */
export interface ListOptions {
  readonly accept?: string;
  readonly limit?: number;
  readonly extra?: Readonly<Record<string, string>>;
}

/** A list, page by page. */
export function* listPages(
  context: Context, source: Source & { type: 'list' }, options: ListOptions = {},
): Story<readonly JsonObject[]> {
  const pages: JsonObject[] = [];
  const { limit = 500, accept, extra } = options;
  let token: string | undefined;
  do {
    const page: JsonObject = yield* listPage(context, source, {
      path: pathOf(source.resource, source.namespace),
      ...(accept === undefined ? {} : { accept }),
      query: {
        ...(limit === 0 ? {} : { limit: String(limit) }),
        labelSelector: source.labelSelector || undefined,
        fieldSelector: source.fieldSelector || undefined,
        continue: token,
        ...extra,
      },
    });
    pages.push(page);
    token = (page['metadata'] as { continue?: string } | undefined)?.continue || undefined;
  } while (token !== undefined);
  return pages;
}

/** A refusal says what was looked for (cli-runtime pkg/resource/helper.go EnhanceListError). */
function* listPage(
  context: Context, source: Source & { type: 'list' }, call: Call,
): Story<JsonObject> {
  try {
    return yield* context.request(call);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const { reason, message = '' } = error.status;
    if (reason !== 'BadRequest' && reason !== 'NotFound') throw error;
    const { resource: { group, version, plural }, labelSelector, fieldSelector } = source;
    const subject = JSON.stringify(`${group}/${version}, Resource=${plural}`);
    const what = labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${subject}`
      : `Unable to find ${subject} that match label selector ${JSON.stringify(labelSelector)}, ` +
        `field selector ${JSON.stringify(fieldSelector)}`;
    throw new ServerError({ ...error.status, message: `${what}: ${message}` });
  }
}

/** Options for how objects are fetched. */
export interface FetchOptions {
  /** Files stand for themselves unless the server's state is wanted. */
  readonly latest?: boolean;
  readonly ignoreNotFound?: boolean;
}

export interface Fetched {
  readonly infos: readonly Info[];
  readonly errors: readonly CommandError[];
}

/** Asks the server for each source's objects; goes on after those that are not there. */
export function* fetchInfos(
  context: Context, { sources, errors: early }: Sources, options: FetchOptions = {},
): Story<Fetched> {
  const infos: Info[] = [];
  const errors: CommandError[] = [...early];
  for (const source of sources) {
    try {
      infos.push(...(yield* fetchSource(context, source, options)));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (options.ignoreNotFound === true && error.status.reason === 'NotFound') continue;
      errors.push(error);
    }
  }
  return { infos, errors };
}

function* fetchSource(
  context: Context, source: Source, { latest = false }: FetchOptions,
): Story<readonly Info[]> {
  if (source.type === 'file' && !latest) return [source.info];
  if (source.type === 'list') {
    const pages = yield* listPages(context, source);
    return pages.flatMap((page) => itemsOf(page).map((object) => infoOfItem(source.resource, object)));
  }
  const { resource, namespace, name } = source.type === 'file' ? source.info : source;
  const object = yield* context.get(resource, namespace, name);
  const from = source.type === 'file' ? source.info.source : '';
  return [{ resource, namespace, name, object, source: from }];
}

/** A list's items, each with the kind and version that lists leave out. */
export function itemsOf(list: JsonObject): readonly JsonObject[] {
  const kind = String(list['kind'] ?? '').replace(/List$/, '');
  const apiVersion = list['apiVersion'];
  return ((list['items'] ?? []) as readonly JsonObject[]).map((item) =>
    item['kind'] === undefined ? { apiVersion, kind, ...item } : item);
}

const infoOfItem = (resource: Resource, object: JsonObject): Info => {
  const { name, namespace = '' } = metadataOf(object);
  return { resource, namespace, name, object, source: '' };
};

/** Finds and fetches; throws when nothing could be done. */
export function* fetchAll(
  context: Context, selection: Selection, options: FetchOptions = {},
): Story<Fetched & { readonly isSingle: boolean }> {
  const found = yield* findSources(context, selection);
  const fetched = yield* fetchInfos(context, found, options);
  return { ...fetched, isSingle: found.isSingle };
}
