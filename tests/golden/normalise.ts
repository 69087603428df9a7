/**
 * For tests: what recorded objects carry that a kind's own defaults do not give (admission,
 * allocators), and what 1.33 does otherwise than the recorded 1.25.
 */
import type { JsonObject } from '../../src/api/object.ts';

/** A line of `tests/golden/examples-dryrun.jsonl`. */
export interface Recorded {
  readonly src: string;
  readonly i: number;
  readonly gvk: readonly [string, string];
  readonly code: number;
  readonly in: JsonObject;
  readonly out: JsonObject;
  readonly status?: {
    readonly message?: string;
    readonly details?: { readonly causes?: readonly Cause[] };
  };
}
interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

type Bag = Record<string, unknown>;

/** Both sides without what is not the kind's own doing. */
export function normalise(object: JsonObject, recorded: Recorded): readonly [Bag, Bag] {
  const ours = structuredClone(object) as Bag;
  const theirs = structuredClone(recorded.out) as Bag;
  for (const side of [ours, theirs]) {
    const metadata = side['metadata'] as Bag;
    for (const name of [
      'uid',
      'creationTimestamp',
      'managedFields',
      'resourceVersion',
      'selfLink',
    ]) {
      delete metadata[name];
    }
    delete metadata['namespace'];
    if (metadata['generateName'] !== undefined) delete metadata['name'];
  }
  strips[recorded.gvk[1]]?.(ours, theirs);
  return [ours, theirs];
}

type Strip = (ours: Bag, theirs: Bag) => void;

const specOf = (side: Bag) => (side['spec'] ?? {}) as Bag;

const strips: Readonly<Record<string, Strip>> = {
  Pod: (ours, theirs) => {
    stripSeccomp(ours, theirs);
    // 1.33 counts a Pod's generations; 1.25 did not.
    expectOne((ours['metadata'] as Bag)['generation']);
    delete (ours['metadata'] as Bag)['generation'];
    for (const side of [ours, theirs]) stripPodAdmission(side);
  },
  Service: (ours, theirs) => {
    for (const side of [ours, theirs]) {
      const spec = specOf(side);
      for (const name of allocated) delete spec[name];
      for (const port of (spec['ports'] ?? []) as Bag[]) delete port['nodePort'];
    }
  },
  Job: (ours, theirs) => {
    const spec = specOf(ours);
    expectSame(spec, 'podReplacementPolicy', 'TerminatingOrFailed');
    for (const side of [ours, theirs]) stripJobLabels(side);
  },
  StatefulSet: (ours, theirs) => {
    // The field came with 1.27.
    expectSame(specOf(ours), 'persistentVolumeClaimRetentionPolicy', {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    delete specOf(theirs)['persistentVolumeClaimRetentionPolicy'];
  },
  NetworkPolicy: (_ours, theirs) => {
    // The status went with 1.28.
    delete theirs['status'];
  },
  PersistentVolumeClaim: (ours, theirs) => {
    for (const side of [ours, theirs]) delete (side['metadata'] as Bag)['finalizers'];
  },
  PersistentVolume: (ours, theirs) => {
    for (const side of [ours, theirs]) {
      delete (side['metadata'] as Bag)['finalizers'];
      delete (side['status'] as Bag)['lastPhaseTransitionTime'];
    }
  },
};

const isSeccompKey = (key: string): boolean =>
  /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//.test(key);

/** Until 1.26 the server kept the seccomp annotations and the fields that replaced them alike. */
function stripSeccomp(ours: Bag, theirs: Bag): void {
  const annotated = [ours, theirs].some((side) =>
    Object.keys(((side['metadata'] as Bag)['annotations'] ?? {}) as Bag).some(isSeccompKey),
  );
  if (!annotated) return;
  for (const side of [ours, theirs]) {
    const metadata = side['metadata'] as Bag;
    const annotations = { ...(metadata['annotations'] as Bag) };
    for (const key of Object.keys(annotations)) if (isSeccompKey(key)) delete annotations[key];
    delete metadata['annotations'];
    if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
    delete (specOf(side)['securityContext'] as Bag | undefined)?.['seccompProfile'];
  }
}

/** A field that 1.33 fills in and 1.25 did not. */
function expectSame(bag: Bag, name: string, value: unknown): void {
  if (JSON.stringify(bag[name]) !== JSON.stringify(value)) {
    throw new Error(`${name} is ${JSON.stringify(bag[name])}`);
  }
  delete bag[name];
}

/** 1.27 gave a Job's labels a prefix; the bare ones stay beside them, but no longer select. */
function stripJobLabels(side: Bag): void {
  const spec = specOf(side);
  const template = (spec['template'] as Bag)['metadata'] as Bag;
  const selector = (spec['selector'] ?? {}) as Bag;
  for (const labels of [
    template['labels'],
    (side['metadata'] as Bag)['labels'],
    selector['matchLabels'],
  ]) {
    const map = (labels ?? {}) as Bag;
    if (labels === selector['matchLabels']) {
      const uid = map['batch.kubernetes.io/controller-uid'];
      if (uid !== undefined) map['controller-uid'] = uid;
    }
    for (const key of Object.keys(map)) if (key.startsWith('batch.kubernetes.io/')) delete map[key];
  }
}

function expectOne(generation: unknown): void {
  if (generation !== 1) throw new Error(`generation ${String(generation)} of a new object`);
}

const allocated = [
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'ipFamilyPolicy',
  'healthCheckNodePort',
];

const isTokenVolume = ({ name }: Bag): boolean => String(name).startsWith('kube-api-access-');
const isAdmissionToleration = ({ key, effect }: Bag): boolean =>
  effect === 'NoExecute' &&
  (key === 'node.kubernetes.io/not-ready' || key === 'node.kubernetes.io/unreachable');

/** ServiceAccount, Priority and DefaultTolerationSeconds admission. */
function stripPodAdmission(side: Bag): void {
  const spec = specOf(side);
  for (const name of ['priority', 'preemptionPolicy', 'serviceAccountName', 'serviceAccount']) {
    delete spec[name];
  }
  dropItems(spec, 'volumes', isTokenVolume);
  dropItems(spec, 'tolerations', isAdmissionToleration);
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of (spec[list] ?? []) as Bag[]) {
      dropItems(container, 'volumeMounts', isTokenVolume);
    }
  }
}

function dropItems(bag: Bag, name: string, isDropped: (item: Bag) => boolean): void {
  if (!Array.isArray(bag[name])) return;
  const kept = (bag[name] as Bag[]).filter((item) => !isDropped(item));
  if (kept.length === 0) delete bag[name];
  else bag[name] = kept;
}

const examples = 'website:content/en/examples';

export const known = {
  /** Documents with fields that came after 1.25. */
  readableSince: new Set([
    `${examples}/controllers/job-backoff-limit-per-index-example.yaml #0`,
    `${examples}/controllers/job-pod-failure-policy-config-issue.yaml #0`,
    `${examples}/controllers/job-pod-failure-policy-example.yaml #0`,
    `${examples}/controllers/job-pod-failure-policy-failjob.yaml #0`,
    `${examples}/controllers/job-pod-failure-policy-ignore.yaml #0`,
    `${examples}/application/deployment-sidecar.yaml #0`,
    `${examples}/application/job/job-sidecar.yaml #0`,
    `${examples}/pods/pod-with-scheduling-gates.yaml #0`,
    `${examples}/pods/user-namespaces-stateless.yaml #0`,
    `${examples}/pods/storage/projected-clustertrustbundle.yaml #0`,
  ]),

  /** Documents that 1.25 took and 1.33 does not, by title. */
  refusedSince: {} as Readonly<Record<string, unknown>>,

  /** The recorded causes; addresses of a family that the cluster lacks are the allocator's to say. */
  causesOf: ({ status }: Recorded): readonly Cause[] =>
    (status?.details?.causes ?? []).filter(
      ({ message }) =>
        !message.includes('not configured on this cluster') &&
        !message.includes('not configured for dual-stack'),
    ),

  /** Upstream walks label maps in any order, we by key: errors of one field are compared sorted. */
  sorted: (causes: readonly Cause[]): readonly Cause[] => {
    // One wrong value in two labels (see stripJobLabels) is told twice.
    const texts = new Set(causes.map((cause) => JSON.stringify(cause)));
    return [...texts]
      .map((text) => JSON.parse(text) as Cause)
      .sort((a, b) => (a.field === b.field ? (a.message < b.message ? -1 : 1) : 0));
  },
};
