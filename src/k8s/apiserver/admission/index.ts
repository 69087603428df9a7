/** The admission chain, in upstream's order (pkg/kubeapiserver/options/plugins.go). */
import type { ApiObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

export type { Attributes, Plugin } from './plugin.ts';

const plugins: readonly Plugin[] = [
  namespaceLifecycle,
  serviceAccount,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  storageObjectInUseProtection,
];

/** Lets every plugin change or refuse the object. */
export function* runAdmission(attributes: Attributes): Story<ApiObject> {
  let object = attributes.object as ApiObject;
  const { disabledPlugins } = attributes.x.server.options;
  for (const plugin of plugins) {
    if (plugin.admit === undefined || disabledPlugins.has(plugin.name)) continue;
    if (plugin.handles(attributes)) object = yield* plugin.admit(attributes, object);
  }
  return object;
}

/** Lets every plugin refuse what has become of it. */
export function* runValidation(attributes: Attributes): Story {
  const { disabledPlugins } = attributes.x.server.options;
  for (const plugin of plugins) {
    if (plugin.validate === undefined || disabledPlugins.has(plugin.name)) continue;
    if (plugin.handles(attributes)) yield* plugin.validate(attributes);
  }
}
