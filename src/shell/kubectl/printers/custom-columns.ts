/** `-o custom-columns=NAME:.metadata.name,…`. Follows kubectl pkg/cmd/get/customcolumn.go. */
import type { JsonObject } from '../../../api/object.ts';
import { CommandError, failed } from '../errors.ts';
import { goValueText } from './go-value.ts';
import { isList } from './json.ts';
import { type PathFinder, pathFinder, relaxedPath } from './json-path.ts';
import { PathError } from './json-path-parse.ts';
import { TabWriter, tableTabs } from './tab-writer.ts';

interface CustomColumn {
  readonly header: string;
  readonly find: PathFinder;
  /** What is wrong with the path. */
  readonly problem?: string;
}

export function customColumns(spec: string, noHeaders: boolean): (object: JsonObject) => string {
  const columns = spec.split(',').map(readColumn);
  const writer = new TabWriter(tableTabs);
  let hasHeaders = noHeaders;
  return (object) => {
    if (!hasHeaders) writer.write(`${columns.map(({ header }) => header).join('\t')}\n`);
    hasHeaders = true;
    const problem = columns.find((column) => column.problem !== undefined)?.problem;
    if (problem !== undefined) throw new CommandError(`error: ${problem}`, 1, writer.flush());
    const items = object['items'];
    const objects = isList(items) ? (items as readonly JsonObject[]) : [object];
    for (const one of objects) writer.write(`${columns.map((c) => cell(c, one)).join('\t')}\n`);
    return writer.flush();
  };
}

function readColumn(part: string): CustomColumn {
  const colon = part.indexOf(':');
  if (colon < 0) {
    throw failed(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
  }
  const header = part.slice(0, colon);
  const path = relaxed(part.slice(colon + 1));
  try {
    return { header, find: pathFinder(path, true) };
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    // It is read when the first object is printed: after the headers.
    return { header, problem: error.message, find: () => [] };
  }
}

function relaxed(path: string): string {
  try {
    return relaxedPath(path);
  } catch (error) {
    throw error instanceof PathError ? failed(error.message) : error;
  }
}

function cell({ find }: CustomColumn, object: JsonObject): string {
  let lists: readonly (readonly unknown[])[];
  try {
    lists = find(object);
  } catch (error) {
    throw error instanceof PathError ? failed(error.message) : error;
  }
  const texts = lists.flatMap((values) => values.map((value) => goValueText(value as never)));
  return texts.length === 0 || lists[0]?.length === 0 ? ['<none>', ...texts].join(',') : texts.join(',');
}
