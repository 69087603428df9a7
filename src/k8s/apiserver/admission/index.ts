/** The admission chain, in upstream's order (pkg/kubeapiserver/options/plugins.go). */
import type { ApiObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ServerOptions } from '../options.ts';
import {
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
} from './certificates.ts';
import { persistentVolumeClaimResize } from './claim-resize.ts';
import { defaultIngressClass, defaultStorageClass } from './default-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { podSecurity } from './pod-security/index.ts';
import { priority } from './priority.ts';
import { resourceQuotaPlugin } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy.ts';
import { mutatingWebhooks, validatingWebhooks } from './webhooks/index.ts';

export type { Attributes, Plugin } from './plugin.ts';

/**
 * All that a server of 1.33 turns on, and NodeRestriction. Not here by name: ClusterTrustBundleAttest
 * (its kind is alpha and not served), PodTopologyLabels (its gate is off).
 */
const plugins: readonly Plugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  mutatingWebhooks,
  validatingAdmissionPolicy,
  validatingWebhooks,
  // Last: they charge for what is admitted.
  resourceQuotaPlugin,
];

const chains = new WeakMap<ServerOptions, readonly Plugin[]>();

/** The plugins that this server's flags leave on. */
function chainOf(options: ServerOptions): readonly Plugin[] {
  let chain = chains.get(options);
  if (chain === undefined) {
    const { disabledPlugins, enabledPlugins } = options;
    chain = plugins.filter(
      ({ name, isOff }) => !disabledPlugins.has(name) && (!isOff || enabledPlugins.has(name)),
    );
    chains.set(options, chain);
  }
  return chain;
}

/** Lets every plugin change or refuse the object. */
export function* runAdmission(attributes: Attributes): Story<ApiObject> {
  let object = attributes.object as ApiObject;
  for (const plugin of chainOf(attributes.x.server.options)) {
    if (plugin.admit === undefined) continue;
    if (plugin.handles(attributes)) object = yield* plugin.admit(attributes, object);
  }
  return object;
}

/** Lets every plugin refuse what has become of it. */
export function* runValidation(attributes: Attributes): Story {
  for (const plugin of chainOf(attributes.x.server.options)) {
    if (plugin.validate === undefined) continue;
    if (plugin.handles(attributes)) yield* plugin.validate(attributes);
  }
}
