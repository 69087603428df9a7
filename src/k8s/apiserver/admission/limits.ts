/**
 * Whether requests and limits keep to one item of a LimitRange, in upstream's words.
 * Follows plugin/pkg/admission/limitranger/admission.go (the constraint functions).
 */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../../api/quantity.ts';
import type { LimitRangeItem, PodSpec } from '../../../api/types.gen.ts';

export type Amounts = Readonly<Record<string, string>>;

/** What a container, a Pod or a claim asks for. */
export interface Need {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/**
 * All that is wrong. @param side `requests` for claims, which have no limits.
 */
export function itemProblems(
  { type, min, max, maxLimitRequestRatio }: LimitRangeItem,
  { requests = {}, limits = {} }: Need,
  side?: 'requests',
): readonly string[] {
  const problems: string[] = [];
  const check = (
    bounds: Amounts | undefined,
    problem: (subject: Subject) => string | undefined,
  ): void => {
    for (const name of Object.keys(bounds ?? {}).sort()) {
      const bound = parseQuantity(bounds?.[name] ?? '0');
      const found = problem({ type, name, bound, request: requests[name], limit: limits[name] });
      if (found !== undefined) problems.push(found);
    }
  };
  check(min, tooLittle);
  check(max, side === 'requests' ? tooMuchAsked : tooMuch);
  if (side === undefined) check(maxLimitRequestRatio, tooFar);
  return problems;
}

interface Subject {
  readonly type: string;
  readonly name: string;
  readonly bound: Quantity;
  readonly request: string | undefined;
  readonly limit: string | undefined;
}

const head = (which: string, { type, name, bound }: Subject): string =>
  `${which} ${name} usage per ${type} is ${formatQuantity(bound)}`;

/** Below, at or above zero; amounts are compared in thousandths. */
const compare = (text: string, bound: Quantity): number =>
  compareQuantities(inThousandths(parseQuantity(text)), inThousandths(bound));

const million = 1_000_000n;

function inThousandths(quantity: Quantity): Quantity {
  const rest = quantity.nanos % million;
  return rest === 0n ? quantity : { ...quantity, nanos: quantity.nanos - rest + million };
}

function tooLittle(subject: Subject): string | undefined {
  const { bound, request, limit } = subject;
  const text = head('minimum', subject);
  if (request === undefined) return `${text}.  No request is specified`;
  if (compare(request, bound) < 0) return `${text}, but request is ${request}`;
  if (limit !== undefined && compare(limit, bound) < 0) return `${text}, but limit is ${limit}`;
  return undefined;
}

function tooMuch(subject: Subject): string | undefined {
  const { bound, request, limit } = subject;
  const text = head('maximum', subject);
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (compare(limit, bound) > 0) return `${text}, but limit is ${limit}`;
  if (request !== undefined && compare(request, bound) > 0)
    return `${text}, but request is ${request}`;
  return undefined;
}

function tooMuchAsked(subject: Subject): string | undefined {
  const { bound, request } = subject;
  const text = head('maximum', subject);
  if (request === undefined) return `${text}.  No request is specified`;
  return compare(request, bound) > 0 ? `${text}, but request is ${request}` : undefined;
}

function tooFar({ type, name, bound, request, limit }: Subject): string | undefined {
  const text = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  const asked = parseQuantity(request ?? '0').nanos;
  if (asked === 0n) return `${text}, but no request is specified or request is 0`;
  const limited = parseQuantity(limit ?? '0').nanos;
  if (limited === 0n) return `${text}, but no limit is specified or limit is 0`;
  const ratio = Number(limited) / Number(asked);
  if (ratio <= Number(bound.nanos) / 1e9) return undefined;
  return `${text}, but provided ratio is ${ratio.toFixed(6)}`;
}

/** A Pod's own: all containers together (if each says it), or the neediest init container. */
export function podNeeds(spec: PodSpec | undefined): Need {
  return { requests: sumOf(spec, 'requests'), limits: sumOf(spec, 'limits') };
}

function sumOf(spec: PodSpec | undefined, side: 'requests' | 'limits'): Amounts {
  const lists = (spec?.containers ?? []).map(({ resources }) => resources?.[side] ?? {});
  const total: Record<string, Quantity> = {};
  for (const name of new Set(lists.flatMap((list) => Object.keys(list)))) {
    if (lists.some((list) => list[name] === undefined)) continue;
    total[name] = lists
      .map((list) => parseQuantity(list[name] ?? '0'))
      // Sums are plain numbers: 2147483648, not 2Gi.
      .reduce(addQuantities, { nanos: 0n, format: 'DecimalSI' });
    total[name] = { ...total[name], format: 'DecimalSI' };
  }
  for (const { resources } of spec?.initContainers ?? []) {
    for (const [name, text] of Object.entries(resources?.[side] ?? {})) {
      const amount = parseQuantity(text);
      const sum = total[name];
      if (sum === undefined || compareQuantities(amount, sum) > 0) total[name] = amount;
    }
  }
  return Object.fromEntries(
    Object.entries(total).map(([name, sum]) => [name, formatQuantity(sum)]),
  );
}
