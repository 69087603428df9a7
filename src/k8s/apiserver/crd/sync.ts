/**
 * One look at one definition: names, establishment, approval, and in the end the clearing away.
 * Follows apiextensions-apiserver pkg/controller/{status,establish,apiapproval,finalizer}.
 */
import { isConditionTrue } from '../../../api/crd/custom-kind.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type { ApiObject } from '../../../api/object.ts';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Server } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import { updateObject } from '../updating.ts';
import { approvalCondition } from './approval.ts';
import { deleteInstances } from './cleanup.ts';
import { cleanupFinalizer, terminating, withConditions, withStatus } from './conditions.ts';
import { type Condition, established, nameDefinition } from './names.ts';
import { ownExchange, ownOptions } from './own-exchange.ts';

type Change = (definition: CustomResourceDefinition) => CustomResourceDefinition;

export function* syncDefinition(
  server: Server,
  resource: Resource,
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Story {
  const write = (because: string, change: Change): Story<CustomResourceDefinition> =>
    writeStatus(server, resource, definition.metadata.name, because, change);
  const say = (because: string, ...conditions: readonly Condition[]) =>
    write(because, (current) => withConditions(current, conditions, formatTime(server.site.clock)));
  let current = yield* acceptNames(server, definition, others, write);
  const approval = approvalCondition(current);
  if (approval !== undefined && !hasSaid(current, approval)) {
    current = yield* say('its group is the community’s own', approval);
  }
  if (isConditionTrue(current, 'NamesAccepted') && !isConditionTrue(current, 'Established')) {
    current = yield* say('its names have been accepted', established);
  }
  const { deletionTimestamp, finalizers = [] } = current.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(cleanupFinalizer)) return;
  yield* cleanUp(server, current, say, write);
}

const hasSaid = ({ status }: CustomResourceDefinition, condition: Condition): boolean =>
  status?.conditions?.some(
    ({ type, status: is, reason, message }) =>
      type === condition.type &&
      is === condition.status &&
      reason === condition.reason &&
      message === condition.message,
  ) ?? false;

function* acceptNames(
  server: Server,
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  write: (because: string, change: Change) => Story<CustomResourceDefinition>,
): Story<CustomResourceDefinition> {
  if (isDeepEqual(definition.spec.names, definition.status?.acceptedNames)) return definition;
  const naming = nameDefinition(definition, others);
  const isNamed = isDeepEqual(naming.names, definition.status?.acceptedNames);
  if (isNamed && hasSaid(definition, naming.accepted)) return definition;
  return yield* write('names go to the first who asks', (current) => {
    const { names, accepted, established: state } = nameDefinition(current, others);
    const named = withStatus(current, { ...current.status, acceptedNames: names });
    return withConditions(named, [accepted, state], formatTime(server.site.clock));
  });
}

function* cleanUp(
  server: Server,
  definition: CustomResourceDefinition,
  say: (because: string, condition: Condition) => Story<CustomResourceDefinition>,
  write: (because: string, change: Change) => Story<CustomResourceDefinition>,
): Story {
  const text = 'CustomResource deletion is in progress';
  const begun = terminating('True', 'InstanceDeletionInProgress', text);
  if (!hasSaid(definition, begun)) yield* say('its resources go first', begun);
  const outcome = isConditionTrue(definition, 'Established')
    ? yield* deleteInstances(server, definition)
    : terminating('False', 'NeverEstablished', 'resource was never established');
  if (outcome.status === 'True') {
    yield* say('some of its resources are still there', outcome);
    return;
  }
  yield* write('none of its resources is left', (current) => {
    const { finalizers = [], ...metadata } = current.metadata;
    const left = finalizers.filter((name) => name !== cleanupFinalizer);
    return withConditions(
      { ...current, metadata: left.length === 0 ? metadata : { ...metadata, finalizers: left } },
      [outcome],
      formatTime(server.site.clock),
    );
  });
}

function* writeStatus(
  server: Server,
  resource: Resource,
  name: string,
  because: string,
  change: Change,
): Story<CustomResourceDefinition> {
  const x = ownExchange(server, resource, { name }, because, 'status');
  const entry = yield* updateObject(x, {
    resource,
    key: resource.key('', name),
    name,
    subresource: 'status',
    options: ownOptions,
    // oxlint-disable-next-line require-yield -- a change is a story, whether or not it has to wait
    change: function* ({ object }) {
      const next = change(object as CustomResourceDefinition) as ApiObject;
      return next === object ? { object } : { object: next, tracked: next };
    },
  });
  return entry.object as CustomResourceDefinition;
}
