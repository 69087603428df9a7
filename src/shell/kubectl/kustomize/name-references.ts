/**
 * Names change; what refers to them follows. A reference still has an old name: the object meant
 * is the one that once was called so, in the same namespace, with the same prefixes.
 * Follows kustomize api/filters/nameref/nameref.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { yamlText } from '../printers/yaml.ts';
import { changeField } from './field-spec.ts';
import type { NameReference } from './field-tables.ts';
import {
  type Gvk, type Resource, effectiveNamespace, idText, isSameNamespace, isSelected,
} from './resource.ts';
import type { Resources } from './resources.ts';

/** Corrects all references. */
export function fixReferences({ list }: Resources, tables: readonly NameReference[]): void {
  for (const referrer of list) {
    const candidates = visibleFrom(referrer, list);
    for (const { fieldSpecs, ...target } of tables) {
      for (const spec of fieldSpecs) {
        if (!isSelected(referrer.originalId, spec)) continue;
        const search: Search = { referrer, target, path: spec.path, candidates };
        const { group, version, kind } = referrer.gvk;
        const corrected = (old: Json | undefined) => correct(old ?? null, search);
        changeField(referrer, { ...spec, group, version, kind }, corrected, false);
      }
    }
  }
}

interface Search {
  readonly referrer: Resource;
  readonly target: Partial<Gvk>;
  readonly path: string;
  readonly candidates: readonly Resource[];
}

function visibleFrom(referrer: Resource, list: readonly Resource[]): readonly Resource[] {
  const { id } = referrer;
  if (id.isClusterScoped) return list;
  const subjects = referrer.kind === 'RoleBinding' ? referrer.object['subjects'] : undefined;
  const others = (isList(subjects) ? subjects as readonly JsonObject[] : [])
    .filter(({ kind }) => kind === 'ServiceAccount').map(({ namespace }) => namespace);
  return list.filter((one) => {
    const other = one.id;
    return other.isClusterScoped || isSameNamespace(other, id) ||
      (one.namespace !== '' && others.includes(one.namespace));
  });
}

function correct(value: Json, search: Search): Json {
  if (isList(value)) return value.map((item) => correct(item, search));
  if (typeof value === 'string') return meant(value, search, search.candidates)?.name ?? value;
  if (value === null || typeof value !== 'object') return value;
  return correctPair(value, search);
}

/** A reference that has a namespace beside the name. */
function correctPair(value: JsonObject, search: Search): Json {
  const { name, namespace } = value;
  if (typeof name !== 'string') throw failed("path config error; no 'name' field in node");
  let { candidates } = search;
  if (typeof namespace === 'string') {
    const was = candidates.filter(({ originalId }) => effectiveNamespace(originalId) === namespace);
    candidates = was.length > 0
      ? was : candidates.filter(({ id }) => effectiveNamespace(id) === namespace);
  }
  const found = meant(name, search, candidates, true);
  if (found === undefined || (found.name === name && found.namespace === '')) return value;
  return {
    ...value, name: found.name, ...(found.namespace === '' ? {} : { namespace: found.namespace }),
  };
}

// oxlint-disable-next-line max-params -- a name, and among whom it is looked for
function meant(
  name: string, { referrer, target, path }: Search, candidates: readonly Resource[],
  withNamespace = false,
): Resource | undefined {
  const role = path.endsWith('roleRef/name') ? roleOf(referrer) : {};
  const referrerId = referrer.id;
  let found = candidates.filter((one) => {
    const ids = one.previousIds;
    return ids.some((id) => id.name === name) && ids.some((id) => isSelected(id, target)) &&
      ids.some((id) => isSelected(id, role)) &&
      (referrerId.isClusterScoped || one.id.isClusterScoped || one.kind === 'ServiceAccount' ||
        isSameNamespace(referrerId, one.id));
  });
  if (found.length === 1) return found[0];
  found = found.filter((one) => hasSameEnds(one, referrer, true));
  if (found.length > 1) found = found.filter((one) => hasSameEnds(one, referrer, false));
  const [first] = found;
  const isOne = found.every((one) => one.name === first?.name &&
    (!withNamespace || one.namespace === first.namespace));
  if (isOne) return first;
  throw failed(`updating name reference in '${path}' field of '${idText(referrerId)}': ` +
    `found multiple possible referrals: ${found.map(({ id }) => idText(id)).join(', ')}\n\n` +
    `**** Too many possible referral targets to referrer:\n${yamlText(referrer.object)}\n` +
    found.map(({ object }, i) => `--- possible referral ${i}:\n${yamlText(object)}\n`).join(''));
}

function roleOf({ object }: Resource): Partial<Gvk> {
  const { apiGroup, kind } = (object['roleRef'] ?? {}) as JsonObject;
  return typeof apiGroup === 'string' && typeof kind === 'string' ? { group: apiGroup, kind } : {};
}

function hasSameEnds(a: Resource, b: Resource, allowsNone: boolean): boolean {
  const isSame = (x: readonly string[], y: readonly string[]): boolean => {
    const [short, long] = x.length < y.length ? [x, y] : [y, x];
    if (short.length === 0) return allowsNone || long.length === 0;
    return short.every((text, i) => long[i + long.length - short.length] === text);
  };
  return isSame(a.prefixes, b.prefixes) && isSame(a.suffixes, b.suffixes);
}
