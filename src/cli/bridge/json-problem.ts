/**
 * What kube-apiserver says of a body that is no JSON. Follows apiserver
 * pkg/endpoints/handlers/{rest,patch}.go (transformDecodeError, summarizeData).
 */
import { kinds } from '../../api/kinds/index.ts';
import type { ApiRequest } from '../../k8s/client/wire.ts';
import { goJsonError } from './go-json.ts';

/** The message of the BadRequest for a broken body of this media type. */
export function jsonProblem(request: ApiRequest, type: string, text: string): string {
  const problem = goJsonError(text);
  if (type === 'application/strategic-merge-patch+json') return problem;
  if (type.endsWith('-patch+json')) return `error decoding patch: ${problem}`;
  return (
    `the object provided is unrecognized (must be of type ${kindOf(request.path)}): ` +
    `couldn't get version/kind; json parse error: ${problem} (${summary(text)})`
  );
}

/** The kind that a path is about, by its plural; `Status` where there is none. */
function kindOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  const group = isCore ? '' : (parts[1] ?? '');
  const below = parts.slice(isCore ? 2 : 3);
  const isNamespaced = below[0] === 'namespaces' && below.length > 2;
  const plural = isNamespaced ? below[2] : below[0];
  const kind = kinds.find((each) => each.group === group && each.plural === plural);
  return kind?.kind ?? 'Status';
}

function summary(text: string): string {
  const bytes = Buffer.from(text);
  const isLong = bytes.length > 30;
  const start = isLong ? bytes.subarray(0, 30) : bytes;
  const shown = text.startsWith('{') ? start.toString('utf8') : start.toString('hex');
  return isLong ? `${shown} ...` : shown;
}
