/**
 * Which requests a webhook wants to hear of. Follows apiserver pkg/admission/plugin/webhook
 * (predicates/rules/rules.go, generic/webhook.go). Simplified: a kind's other versions do not count
 * as equivalent.
 */
import type { ApiObject } from '../../../../api/object.ts';
import { matches, toSelector } from '../../../../api/selectors.ts';
import type {
  MutatingWebhook,
  RuleWithOperations,
  ValidatingWebhook,
} from '../../../../api/types.gen.ts';
import type { Attributes } from '../plugin.ts';

export type Webhook = MutatingWebhook | ValidatingWebhook;

/** @param object as it is now; for deletions, as it was. */
export function wants(hook: Webhook, attributes: Attributes, object: ApiObject): boolean {
  if (!(hook.rules ?? []).some((rule) => matchesRule(rule, attributes))) return false;
  const { previous } = attributes;
  const isChosen = [object, previous].some(
    (each) =>
      each !== undefined && matches(toSelector(hook.objectSelector ?? {}), each.metadata.labels),
  );
  return isChosen && isInNamespaces(hook, attributes, object);
}

function matchesRule(rule: RuleWithOperations, { operation, resource, x }: Attributes): boolean {
  const { kind } = resource;
  const { subresource } = x.route;
  const has = (items: readonly string[] | undefined, wanted: string): boolean =>
    items?.some((item) => item === '*' || item === wanted) === true;
  const isNamespaced = kind.namespaced && x.route.namespace !== '';
  if (rule.scope === 'Namespaced' && !isNamespaced) return false;
  if (rule.scope === 'Cluster' && isNamespaced) return false;
  return (
    has(rule.operations, operation) &&
    has(rule.apiGroups, kind.group) &&
    has(rule.apiVersions, kind.version) &&
    (rule.resources ?? []).some((text) => {
      const [plural, part = ''] = text.split('/');
      const isResource = plural === '*' || plural === kind.plural;
      return isResource && (part === '*' || part === subresource);
    })
  );
}

/** By the labels of the namespace; a Namespace counts as being in itself. */
function isInNamespaces(
  { namespaceSelector }: Webhook,
  { resource, x }: Attributes,
  object: ApiObject,
): boolean {
  const selector = toSelector(namespaceSelector ?? {});
  if (resource.kind.kind === 'Namespace') return matches(selector, object.metadata.labels);
  if (!resource.kind.namespaced) return true;
  const namespaces = x.server.registry.named('namespaces');
  const entry = namespaces?.cache.get(namespaces.key('', x.route.namespace));
  return matches(selector, entry?.object.metadata.labels);
}
