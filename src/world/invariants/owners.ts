import { type Liveness, nameOf } from './invariant.ts';

/** When an owner is gone, so is what it owned: the garbage collector's promise. */
export const ownersExist: Liveness = {
  holds: 'settles',
  name: 'owner references lead somewhere',
  withinMs: 60_000,
  check(view) {
    const wrong: string[] = [];
    for (const object of view.objects.values()) {
      const { ownerReferences = [], deletionTimestamp } = object.metadata;
      if (ownerReferences.length === 0 || deletionTimestamp !== undefined) continue;
      if (ownerReferences.some(({ uid }) => view.objects.has(uid))) continue;
      wrong.push(`${nameOf(object)} has only owners that are gone`);
    }
    return wrong;
  },
};

/** When a namespace is gone, so is what was in it. */
export const namespacesExist: Liveness = {
  holds: 'settles',
  name: 'namespaces of objects exist',
  withinMs: 60_000,
  check(view) {
    const names = new Set([...view.of('Namespace').values()].map(({ metadata }) => metadata.name));
    const wrong: string[] = [];
    for (const object of view.objects.values()) {
      const { namespace } = object.metadata;
      // Events of a namespace's end are left over for an hour, as in a real cluster.
      if (namespace === undefined || object.kind === 'Event' || names.has(namespace)) continue;
      wrong.push(`${nameOf(object)} is in a namespace that is gone`);
    }
    return wrong;
  },
};
