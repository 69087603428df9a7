/**
 * YAML documents as kubectl takes them: go-yaml's idea of booleans and octal numbers, and its
 * words for what is broken. Follows apimachinery pkg/util/yaml and sigs.k8s.io/yaml.
 */
import { type Document as YamlDocument, type ScalarTag, type YAMLError, parseDocument } from 'yaml';
import type { Json, JsonObject } from '../../../api/object.ts';
import { type CommandError, failed } from '../errors.ts';
import { compactJson, isList } from '../printers/json.ts';

export interface Decoded {
  /** The objects before the first problem; the items of lists stand for themselves. */
  readonly objects: readonly JsonObject[];
  readonly error: CommandError | undefined;
}

/**
 * Reads every document of a text, up to the first problem.
 * @param validates whether the head is checked first, as before a write with `--validate`.
 */
export function decodeDocuments(text: string, source: string, validates = false): Decoded {
  const objects: JsonObject[] = [];
  for (const part of splitDocuments(text)) {
    const { value, problem } = decodeYaml(part);
    if (problem !== undefined) {
      return { objects, error: failed(`error parsing ${source}: error converting YAML to JSON: yaml: ${problem}`) };
    }
    if (value === null || value === undefined) continue;
    const head = validates ? headProblem(value) : undefined;
    if (head !== undefined) {
      return { objects, error: failed(`error validating ${JSON.stringify(source)}: error validating ` +
        `data: ${head}; if you choose to ignore these errors, turn validation off with --validate=false`) };
    }
    const shape = shapeProblem(value) ?? metadataProblem(value as JsonObject);
    if (shape !== undefined) {
      return { objects, error: failed(`unable to decode ${JSON.stringify(source)}: ${shape}`) };
    }
    objects.push(...flattened(value as JsonObject));
  }
  return { objects, error: undefined };
}

/** A `List`'s items, at any depth; else the object itself. */
export function flattened(object: JsonObject): readonly JsonObject[] {
  const items = object['items'];
  if (!isList(items) || !String(object['kind']).endsWith('List')) return [object];
  return (items as readonly JsonObject[]).flatMap(flattened);
}

function shapeProblem(value: Json): string | undefined {
  const unmarshal = (what: string) =>
    `json: cannot unmarshal ${what} into Go value of type unstructured.detector`;
  if (isList(value)) return unmarshal('array');
  if (typeof value === 'object' && value !== null) {
    const kind = value['kind'];
    const isMissing = typeof kind !== 'string' || kind === '';
    return isMissing ? `Object 'Kind' is missing in '${compactJson(value)}'` : undefined;
  }
  return unmarshal(goTypeOf(value));
}

/** What kubectl checks of an object before it asks the server (pkg/validation/schema.go). */
export function headProblem(value: Json): string | undefined {
  if (value === null || typeof value !== 'object' || isList(value)) return undefined;
  const problems = ['apiVersion', 'kind'].flatMap((key) => {
    const text = value[key];
    if (text === undefined || text === null || text === '') return [`${key} not set`];
    return typeof text === 'string' ? [] : [`${key} isn't string type`];
  });
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0];
}

const textFields = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion'];

/** Names that are no texts (`name: n` is a boolean) are refused by the client itself. */
function metadataProblem({ metadata }: JsonObject): string | undefined {
  const refuse = (value: Json, field: string, type: string) =>
    `json: cannot unmarshal ${goTypeOf(value)} into Go struct field ${field} of type ${type}`;
  if (metadata === undefined || metadata === null) return undefined;
  if (typeof metadata !== 'object' || isList(metadata)) {
    return refuse(metadata, 'metadataOnlyObject.metadata', 'v1.ObjectMeta');
  }
  for (const field of Object.keys(metadata).sort()) {
    const value = metadata[field];
    if (value === null || value === undefined) continue;
    const path = `ObjectMeta.metadata.${field}`;
    if (textFields.includes(field) && typeof value !== 'string') return refuse(value, path, 'string');
    if (field !== 'labels' && field !== 'annotations') continue;
    if (typeof value !== 'object' || isList(value)) return refuse(value, path, 'map[string]string');
    const values = Object.keys(value).sort().map((key) => value[key] ?? null);
    const wrong = values.find((one) => one !== null && typeof one !== 'string');
    if (wrong !== undefined) return refuse(wrong, path, 'string');
  }
  return undefined;
}

function goTypeOf(value: Json): string {
  if (isList(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The separator is a line that begins with `---`. */
const splitDocuments = (text: string): readonly string[] => text.split(/^---(?=\s|$).*\n?/m);

/** One value out of YAML (or JSON); what is wrong is said in go-yaml's words. */
export function decodeYaml(text: string): { value?: Json; problem?: string } {
  const document = parseDocument(text, {
    schema: 'core', merge: true, uniqueKeys: false, customTags: (tags) => [...goTags, ...tags],
  });
  const problem = problemOf(document, text);
  if (problem !== undefined) return { problem };
  try {
    return { value: document.toJS() as Json };
  } catch (error) {
    const alias = /alias \(?(?:.*: )?([^\s)]+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return { problem: `unknown anchor '${alias ?? ''}' referenced` };
  }
}

const goTags: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:bool', default: true,
    test: /^(?:y|Y|yes|Yes|YES|on|On|ON)$/, resolve: () => true,
  },
  {
    tag: 'tag:yaml.org,2002:bool', default: true,
    test: /^(?:n|N|no|No|NO|off|Off|OFF)$/, resolve: () => false,
  },
  {
    tag: 'tag:yaml.org,2002:int', default: true,
    test: /^[-+]?0[0-7_]+$/, resolve: (text) => parseInt(text.replaceAll('_', ''), 8),
  },
];

function problemOf(document: YamlDocument, text: string): string | undefined {
  const errors = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  const [first] = errors;
  return first === undefined ? undefined : goProblem(first, errors, text);
}

/**
 * go-yaml counts its parser's lines from 0 and its scanner's from 1; so do its messages.
 */
function goProblem(error: YAMLError, all: readonly YAMLError[], text: string): string {
  const line = error.linePos?.[0].line ?? 1;
  const lines = text.split('\n');
  const at = (number: number, message: string) => `line ${Math.max(number, 1)}: ${message}`;
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY': {
      const isMultiline = all.some(({ code }) => code === 'MULTILINE_IMPLICIT_KEY');
      return at(isMultiline ? colonAfter(lines, line) : line,
        'mapping values are not allowed in this context');
    }
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
      return at(line, 'found character that cannot start any token');
    case 'MISSING_CHAR':
      if (error.message.startsWith('Missing closing')) {
        return at(lines.length, 'found unexpected end of stream');
      }
      if (error.message.startsWith('Implicit')) return at(line + 1, "could not find expected ':'");
      return at(line - 1, 'did not find expected key');
    case 'BAD_INDENT':
      if (error.message.startsWith('Flow')) {
        return at(line - 1, /[[{,]\s*$/.test(text)
          ? 'did not find expected node content' : flowProblem(error.message));
      }
      return at(line - 1, isAfterItem(lines, line)
        ? "did not find expected '-' indicator" : 'did not find expected key');
    case 'UNEXPECTED_TOKEN':
      return at(line - 1, 'did not find expected node content');
    default:
      return at(line - 1, 'did not find expected key');
  }
}

const flowProblem = (message: string): string =>
  message.startsWith('Flow map')
    ? "did not find expected ',' or '}'" : "did not find expected ',' or ']'";

/** The line of the colon that makes a key of several lines. */
function colonAfter(lines: readonly string[], from: number): number {
  const index = lines.findIndex((line, i) => i >= from && /:(\s|$)/.test(line));
  return index < 0 ? from : index + 1;
}

/** Whether the line stands where list items stood. */
function isAfterItem(lines: readonly string[], number: number): boolean {
  const indent = /^ */.exec(lines[number - 1] ?? '')?.[0].length ?? 0;
  for (let i = number - 2; i >= 0; i -= 1) {
    const line = lines[i] ?? '';
    const other = /^ */.exec(line)?.[0].length ?? 0;
    if (other < indent) return false;
    if (other === indent) return line.trimStart().startsWith('- ');
  }
  return false;
}
