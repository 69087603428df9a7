/**
 * Editing objects as text: shown in an editor, checked, written back; shown again with what was
 * wrong. Follows kubectl pkg/cmd/util/editor/editoptions.go and editor.go.
 */
import { isDeepEqual } from '../../api/equal.ts';
import type { Json, JsonObject } from '../../api/object.ts';
import type { Process } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { Help } from './command.ts';
import type { Context } from './context.ts';
import { pathOf } from './discovery.ts';
import { CommandError, ServerError, bareMessage, failed, isNotFound, silently } from './errors.ts';
import { runExternal } from './external.ts';
import { decodeDocuments, decodeYaml, headProblem } from './manifest/decode.ts';
import { compactJson, isList, prettyJson } from './printers/json.ts';
import { Reporter } from './printers/output.ts';
import { yamlText } from './printers/yaml.ts';
import { type Info, infoOf, metadataOf, withMetadata } from './targets.ts';
import { lastAppliedKey, patchBetween, patchType, withLastApplied } from './three-way.ts';

/** What becomes of the edited objects: patched, created, or kept as what was last applied. */
export type EditMode = 'normal' | 'create' | 'apply';

export interface EditFlags {
  readonly output: string;
  readonly 'windows-line-endings': boolean;
  readonly 'save-config'?: boolean;
  readonly 'output-patch'?: boolean;
  readonly 'field-manager': string;
  readonly subresource?: string;
}

/** One `kubectl edit`. */
export interface Editing {
  readonly context: Context;
  readonly mode: EditMode;
  readonly flags: EditFlags;
  readonly help: Help;
  /** `Strict`, `Warn`, `Ignore`. */
  readonly validation: string;
}

/** Why a file is shown again. */
interface Reason {
  readonly head: string;
  readonly causes: readonly string[];
}

/** What went wrong with the objects of one round. */
interface Round {
  readonly reasons: Reason[];
  isGone: boolean;
  isRetryable: boolean;
}

/** Shows the objects until they are written, or given up. */
export function* editObjects(editing: Editing, infos: readonly Info[]): Story {
  const { context, flags, mode } = editing;
  const { process } = context;
  const first = infos[0] as Info;
  const originals = infos.map((info) => ({ ...info, object: withoutManaged(info.object) }));
  const shown = print(editing, originals.map(({ object }) => object));
  let reasons: readonly Reason[] = [];
  let text = '';
  let path = '';
  for (let isAgain = false; ; isAgain = true) {
    const head = flags.output === 'json' ? '' : header(reasons, mode);
    const before = head + (isAgain ? withoutComments(text) : shown);
    const buffer = flags['windows-line-endings'] ? before.replaceAll('\n', '\r\n') : before;
    const last = { text, path };
    path = temporary(process, flags.output === 'json' ? '.json' : '.yaml');
    process.files.write(path, buffer);
    try {
      yield* launch(process, path);
    } catch (error) {
      throw preserved(context, error, last.path);
    }
    text = process.files.read(path) ?? '';
    if (isAgain && isSame(last.text, text)) {
      throw preserved(context, failed('Edit cancelled, no valid changes were saved.'), path);
    }
    if (isAgain) process.files.remove(last.path);
    const problem = problemOf(text);
    if (problem !== undefined) {
      reasons = [invalid(context, first, [
        `<nil>: Invalid value: "The edited file failed validation": ${problem}`])];
      continue;
    }
    if (isSame(buffer, text)) {
      process.files.remove(path);
      return context.printError('Edit cancelled, no changes made.\n');
    }
    const { objects, error } = decodeDocuments(text, 'edited-file');
    if (error !== undefined) {
      reasons = [{ head: `The edited file had a syntax error: ${bareMessage(error)}`, causes: [] }];
      continue;
    }
    const round: Round = { reasons: [], isGone: false, isRetryable: false };
    try {
      yield* write(editing, originals, objects, round);
    } catch (problem_) {
      throw preserved(context, problem_, path);
    }
    if (round.isRetryable) {
      context.printError(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`);
      throw silently();
    }
    if (round.isGone) {
      context.printError(`The edits you made on deleted resources have been saved to "${path}"\n`);
      throw silently();
    }
    if (round.reasons.length === 0) {
      process.files.remove(path);
      return;
    }
    ({ reasons } = round);
  }
}

const withoutManaged = (object: JsonObject): JsonObject => {
  const { managedFields: _, ...metadata } = metadataOf(object) as unknown as Record<string, Json>;
  return object['metadata'] === undefined ? object : { ...object, metadata };
};

function print({ flags: { output } }: Editing, objects: readonly JsonObject[]): string {
  if (!['', 'yaml', 'json'].includes(output)) {
    throw failed(`unable to match a printer suitable for the output format ${JSON.stringify(output)}, ` +
      'allowed formats are: json,yaml');
  }
  const [first] = objects;
  const object = objects.length === 1 && first !== undefined
    ? first : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
  return output === 'json' ? `${prettyJson(object)}\n` : yamlText(object);
}

function header(reasons: readonly Reason[], mode: EditMode): string {
  const head = mode === 'apply'
    ? "# Please edit the 'last-applied-configuration' annotations below.\n" +
      "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n"
    : "# Please edit the object below. Lines beginning with a '#' will be ignored,\n" +
      '# and an empty file will abort the edit. If an error occurs while saving this file will be\n' +
      '# reopened with the relevant failures.\n#\n';
  const hashed = (text: string) => text.replace(/\n(?=[^#])/g, '\n# ');
  const shown = reasons.map(({ head: why, causes }) =>
    `# ${hashed(why)}${causes.length > 0 ? ':' : ''}\n` +
    causes.map((cause) => `# * ${hashed(cause)}\n`).join('') + '#\n');
  return head + shown.join('');
}

/** Without its comment lines. */
function withoutComments(text: string): string {
  return text.split('\n').filter((line) => !/^\s*#(?!!)/.test(line)).join('\n');
}

/** Whether two files say the same, comments left aside. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [decodeYaml(a), decodeYaml(b)];
  if (x.problem !== undefined || y.problem !== undefined) {
    return withoutComments(a) === withoutComments(b);
  }
  return isDeepEqual(x.value ?? null, y.value ?? null);
}

/** What is wrong with a file as kubectl sees it without a server. */
function problemOf(text: string): string | undefined {
  const { value, problem } = decodeYaml(withoutComments(text));
  if (problem !== undefined) return `yaml: ${problem}`;
  if (value === null || value === undefined) return 'invalid object to validate';
  const items = (value as JsonObject)['items'];
  const objects = String((value as JsonObject)['kind']).endsWith('List') && isList(items) ? items : [value];
  const problems = objects.flatMap((object) => headProblem(object) ?? []);
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0];
}

function temporary(process: Process, extension: string): string {
  process.files.makeDirectory('/tmp');
  return `/tmp/kubectl-edit-${process.site.chance.next()}${extension}`;
}

/** Runs KUBE_EDITOR, EDITOR or vi; one with quotes in it goes through a shell. */
function* launch(process: Process, path: string): Story {
  const { env } = process;
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
  const isQuoted = editor.includes(' ') && /["'\\]/.test(editor);
  const words = isQuoted ? [env['SHELL'] || '/bin/bash', '-c'] : editor.split(' ');
  const full = isQuoted ? [...words, `${editor} ${path}`] : [...words, path];
  const code = yield* runExternal(process, full);
  if (code === 0) return;
  if (code === 'not found') throw failed(`unable to launch the editor ${JSON.stringify(editor)}`);
  const shown = isQuoted ? [...words, editor].join(' ') : editor;
  throw failed(`there was a problem with the editor ${JSON.stringify(shown)}`);
}

function preserved(context: Context, error: unknown, path: string): unknown {
  if (!(error instanceof CommandError)) return error;
  if (path !== '' && context.process.files.stat(path) !== undefined) {
    context.printError(`A copy of your changes has been stored to "${path}"\n`);
  }
  return error;
}

const shownName = ({ resource: { plural, group }, name }: Info): string =>
  `${plural}${group === '' ? '' : `.${group}`} ${JSON.stringify(name)}`;

function invalid(context: Context, info: Info, causes: readonly string[]): Reason {
  context.printError(`error: ${shownName(info)} is invalid\n`);
  return { head: `${shownName(info)} was not valid`, causes };
}

// oxlint-disable-next-line max-params -- a round of editing
function* write(
  editing: Editing, originals: readonly Info[], objects: readonly JsonObject[], round: Round,
): Story {
  const { context, flags } = editing;
  const updates: Info[] = [];
  for (const object of objects) {
    const info = yield* infoOf(context, object, 'edited-file');
    const own = metadataOf(info.object).namespace;
    if (info.resource.isNamespaced && own !== context.namespace) {
      throw failed(`the namespace from the provided object ${JSON.stringify(own)} does not match ` +
        `the namespace ${JSON.stringify(context.namespace)}. You must pass '--namespace=${own ?? ''}' ` +
        'to perform this operation.');
    }
    updates.push(flags['save-config'] === true
      ? { ...info, object: withLastApplied(info.object) } : info);
  }
  const reporter = new Reporter(context, flags, editing.help);
  for (const info of updates) yield* writeOne(editing, originals, info, { reporter, round });
}

interface Report {
  readonly reporter: Reporter;
  readonly round: Round;
}

// oxlint-disable-next-line max-params -- a round of editing
function* writeOne(
  editing: Editing, originals: readonly Info[], info: Info, { reporter, round }: Report,
): Story {
  const { context, mode } = editing;
  if (mode === 'create') {
    const created = yield* context.request({
      method: 'POST', path: pathOf(info.resource, info.namespace), body: info.object,
      query: queryOf(editing),
    });
    return reporter.report(info.resource, created, 'created');
  }
  const original = originals.find(({ object }) => metadataOf(object).uid === metadataOf(info.object).uid);
  if (original === undefined) {
    throw failed(`no original object found for &unstructured.Unstructured{Object:${goSyntax(info.object)}}`);
  }
  if (isDeepEqual(original.object, info.object)) {
    return reporter.report(info.resource, info.object, 'skipped');
  }
  const body = mode === 'apply' ? annotationPatch(info.object) : patchOf(editing, original, info);
  try {
    const patched = yield* context.request({
      method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name, editing.flags.subresource),
      body, query: queryOf(editing),
      contentType: mode === 'apply' ? 'application/merge-patch+json' : patchType(info.resource),
    });
    reporter.report(info.resource, mode === 'apply' ? info.object : patched, 'edited');
  } catch (error) {
    if (!(error instanceof ServerError) || mode === 'apply') throw error;
    note(context, error, info, round);
  }
}

const queryOf = ({ flags, validation }: Editing) =>
  ({ fieldManager: flags['field-manager'], fieldValidation: validation });

function patchOf({ context, flags }: Editing, original: Info, info: Info): JsonObject {
  const [a, b] = [original.object, info.object];
  const isOther = a['apiVersion'] !== b['apiVersion'] || a['kind'] !== b['kind'] ||
    metadataOf(a).name !== metadataOf(b).name;
  if (isOther) throw failed('At least one of apiVersion, kind and name was changed');
  const patch = patchBetween(info.resource, a, b);
  if (flags['output-patch'] === true) context.print(`Patch: ${compactJson(patch)}\n`);
  return patch;
}

const annotationPatch = (object: JsonObject): JsonObject =>
  withMetadata({}, { annotations: { [lastAppliedKey]: `${compactJson(object)}\n` } });

function note(context: Context, error: ServerError, info: Info, round: Round): void {
  if (error.status.reason === 'Invalid') {
    const causes = (error.status.details?.causes ?? [])
      .map(({ field = '', message = '' }) => `${field}: ${message}`);
    round.reasons.push(invalid(context, info, causes));
  } else if (isNotFound(error)) {
    round.isGone = true;
    context.printError(`error: ${shownName(info)} could not be found on the server\n`);
  } else {
    round.isRetryable = true;
    context.printError(`error: ${shownName(info)} could not be patched: ${bareMessage(error)}\n`);
  }
}

/** Go's `%#v` of a decoded object. */
function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  const fields = Object.keys(value).sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}
