/**
 * MutatingAdmissionWebhook and ValidatingAdmissionWebhook: programs of the cluster's users that are
 * asked before something is stored. Follows apiserver pkg/admission/plugin/webhook
 * (mutating/dispatcher.go, validating/dispatcher.go). Simplified: validating webhooks are asked one
 * after the other, and of calls that fail and are ignored nothing is logged.
 */
import type { ApiObject } from '../../../../api/object.ts';
import { goQuote } from '../../../../api/go-text.ts';
import { StatusError, badRequest, internalError } from '../../../../api/status.ts';
import type { ValidatingWebhookConfiguration } from '../../../../api/types.gen.ts';
import type { Story } from '../../../../kernel/index.ts';
import { objectsOf } from '../namespace-contents.ts';
import type { Attributes, Plugin } from '../plugin.ts';
import { refuse } from '../refusal.ts';
import { meetsConditions } from '../validating-admission-policy.ts';
import { callProblem } from './calling.ts';
import { type Webhook, wants } from './matching.ts';

const group = 'admissionregistration.k8s.io';
const mutating = `mutatingwebhookconfigurations.${group}`;
const validating = `validatingwebhookconfigurations.${group}`;

export const mutatingWebhooks: Plugin = {
  name: 'MutatingAdmissionWebhook',
  handles: (attributes) => isConcerned(attributes, mutating),
  *admit(attributes, object) {
    yield* callAll(attributes, mutating, object);
    return object;
  },
  // Deletions have nothing to change, and are told of all the same.
  *validate(attributes) {
    if (attributes.operation !== 'DELETE') return;
    const object = existing(attributes);
    if (object !== undefined) yield* callAll(attributes, mutating, object);
  },
};

export const validatingWebhooks: Plugin = {
  name: 'ValidatingAdmissionWebhook',
  handles: (attributes) => isConcerned(attributes, validating),
  *validate(attributes) {
    const object = attributes.object ?? existing(attributes);
    if (object !== undefined) yield* callAll(attributes, validating, object);
  },
};

/** Nobody may lock himself out of the configurations. */
const isConcerned = ({ x, resource: { kind } }: Attributes, resource: string): boolean =>
  kind.group !== group && (x.server.registry.named(resource)?.cache.size ?? 0) > 0;

function existing({ x, resource }: Attributes): ApiObject | undefined {
  const { namespace, name } = x.route;
  return resource.cache.get(resource.key(namespace, name))?.object;
}

function* callAll(attributes: Attributes, resource: string, object: ApiObject): Story {
  const { x, options } = attributes;
  const hooks = objectsOf<ValidatingWebhookConfiguration>(x.server, resource).flatMap(
    ({ webhooks = [] }) => webhooks as readonly Webhook[],
  );
  for (const hook of hooks) {
    if (!wants(hook, attributes, object) || !isMeant(hook, attributes, object)) continue;
    const named = goQuote(hook.name);
    if (options?.isDryRun === true && !['None', 'NoneOnDryRun'].includes(hook.sideEffects)) {
      throw new StatusError(badRequest(`admission webhook ${named} does not support dry run`));
    }
    const problem = yield* callProblem(x, hook);
    if (hook.failurePolicy === 'Ignore') continue;
    throw new StatusError(
      internalError(`failed calling webhook ${named}: failed to call webhook: ${problem}`),
    );
  }
}

/** What its match conditions say; where one cannot be worked out, its failurePolicy decides. */
function isMeant(hook: Webhook, attributes: Attributes, object: ApiObject): boolean {
  if ((hook.matchConditions?.length ?? 0) === 0) return true;
  const outcome = meetsConditions(hook, attributes, object);
  if (typeof outcome === 'boolean') return outcome;
  if (hook.failurePolicy === 'Ignore') return false;
  return refuse({ ...attributes, object }, outcome);
}
