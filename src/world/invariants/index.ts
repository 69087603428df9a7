/** What must hold in every world: a list, and the watchdog that holds a world to it. */
import { deletedGoes, finalizersHold } from './deletions.ts';
import { endpoints } from './endpoints.ts';
import { fits } from './fits.ts';
import type { Invariant } from './invariant.ts';
import { leasesFresh, nodesReady } from './leases.ts';
import { namespacesExist, ownersExist } from './owners.ts';
import { onePodIp, podAddresses, sandboxAddresses } from './pod-addresses.ts';
import { offIsOff, processesHaveSandboxes, sandboxesHavePods } from './processes.ts';
import { deploymentsObserved, replicaCounts } from './replica-counts.ts';
import type { ClusterView } from './view.ts';

export { type Change, type Invariant, type Liveness, nameOf, type Safety } from './invariant.ts';
export { ClusterView, type Watched } from './view.ts';
export { type Breach, breachText, traceLine, Watchdog, type WatchdogOptions } from './watchdog.ts';

export const invariants: readonly Invariant[] = [
  sandboxAddresses,
  podAddresses,
  onePodIp,
  replicaCounts,
  deploymentsObserved,
  fits,
  endpoints,
  finalizersHold,
  deletedGoes,
  offIsOff,
  processesHaveSandboxes,
  sandboxesHavePods,
  ownersExist,
  namespacesExist,
  leasesFresh,
  nodesReady,
];

/** All that is not (yet) as it must come to be, each with its invariant's name. */
export const checkInvariants = (view: ClusterView): string[] =>
  invariants.flatMap((invariant) =>
    invariant.holds === 'settles'
      ? invariant.check(view).map((what) => `${invariant.name}: ${what}`)
      : [],
  );
