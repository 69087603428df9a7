/**
 * Lists of resources in canonical form, as the server writes them back: `1000m` is `1`.
 * Follows apimachinery pkg/api/resource (Quantity) and SetDefaults_ResourceList.
 */
import { formatQuantity, parseQuantity, quantityProblem } from '../quantity.ts';
import { mapField } from './path-copy.ts';

export type ResourceList = Readonly<Record<string, string>>;

const canonicalTexts = new Map<string, string>();

/** Pure, so remembering answers changes nothing but the time it takes. */
export function canonicalQuantity(text: string): string {
  const known = canonicalTexts.get(text);
  if (known !== undefined) return known;
  const canonical = quantityProblem(String(text)) === undefined ? rewrite(String(text)) : text;
  if (canonicalTexts.size < 10_000) canonicalTexts.set(text, canonical);
  return canonical;
}

const milli = 1_000_000n;

/** Resources have thousandths and nothing finer: the rest is rounded up. */
function rewrite(text: string): string {
  const quantity = parseQuantity(text);
  const rest = quantity.nanos % milli;
  if (rest === 0n) return formatQuantity(quantity);
  const nanos = quantity.nanos - rest + (rest > 0n ? milli : -milli);
  return formatQuantity({ ...quantity, nanos });
}

/** The same list, when every quantity is canonical already. */
export function canonicalResources<T extends ResourceList>(list: T): T {
  for (const name in list) {
    if (canonicalQuantity(list[name] ?? '0') !== list[name]) return rewritten(list);
  }
  return list;
}

function rewritten<T extends ResourceList>(list: T): T {
  const next: Record<string, string> = {};
  for (const name in list) next[name] = canonicalQuantity(list[name] ?? '0');
  return next as T;
}

interface Requirements {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
}

/** Both sides of a container's or claim's resources. */
export const canonicalRequirements = <T extends Requirements>(resources: T): T =>
  mapField(mapField(resources, 'limits', canonicalResources), 'requests', canonicalResources);
