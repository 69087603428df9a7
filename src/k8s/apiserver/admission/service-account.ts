/**
 * Every Pod runs as a ServiceAccount and gets its token as a volume.
 * Follows plugin/pkg/admission/serviceaccount/admission.go.
 */
import { randomSuffix } from '../../../api/names.ts';
import type {
  Container,
  Pod,
  PodSpec,
  ServiceAccount,
  Volume,
  VolumeMount,
} from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { pause } from '../exchange.ts';
import type { Entry } from '../stored.ts';
import { readEntry } from '../storage.ts';
import { referencesOf } from './mirror-pod.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuseEarly } from './refusal.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const mirrorAnnotation = 'kubernetes.io/config.mirror';
/** Ten looks within half a second: the account of a new namespace may be on its way. */
const lookMs = 50;
const looksMax = 10;

export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  handles: ({ operation, resource, subresource = '' }) =>
    operation === 'CREATE' && resource.kind.kind === 'Pod' && subresource === '',
  *admit(attributes, object) {
    const pod = object as Pod;
    if (pod.spec === undefined) return pod;
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) {
      checkMirror(attributes, pod);
      return pod;
    }
    const name = pod.spec.serviceAccountName || 'default';
    const account = yield* accountOf(attributes, pod, name);
    const spec = withPullSecrets(
      { ...pod.spec, serviceAccountName: name, serviceAccount: name },
      account,
    );
    const isMounted =
      spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    if (!isMounted) return { ...pod, spec } as Pod;
    const suffix = () => randomSuffix((bound) => attributes.x.server.site.chance.below(bound));
    return { ...pod, spec: withToken(spec, suffix) } as Pod;
  },
};

/** A mirror Pod stands for a static one: it may not have rights of its own. */
function checkMirror(attributes: Attributes, pod: Pod): void {
  if (pod.spec?.serviceAccountName) {
    refuseEarly(attributes, pod, 'a mirror pod may not reference service accounts');
  }
  if (referencesOf(pod.spec).includes('secrets')) {
    refuseEarly(attributes, pod, 'a mirror pod may not reference secrets');
  }
  const projects = ({ projected }: Volume) =>
    projected?.sources?.some((source) => source.serviceAccountToken !== undefined) === true;
  if (pod.spec.volumes?.some(projects) !== true) return;
  const reason = 'a mirror pod may not use ServiceAccountToken volume projections';
  refuseEarly(attributes, pod, reason);
}

function* accountOf(attributes: Attributes, pod: Pod, name: string): Story<ServiceAccount> {
  const { x } = attributes;
  const accounts = x.server.registry.named('serviceaccounts');
  const namespace = x.route.namespace;
  const key = accounts?.key(namespace, name) ?? '';
  let entry: Entry | undefined = accounts?.cache.get(key);
  // Only the default account is waited for; it is made with its namespace.
  const looks = name === 'default' ? looksMax : 1;
  for (let look = 0; look < looks && entry === undefined; look++) {
    if (look > 0) yield* pause(lookMs);
    entry = accounts?.cache.get(key) ?? (yield* readEntry(x, key));
  }
  if (entry === undefined) {
    refuseEarly(
      attributes,
      pod,
      `error looking up service account ${namespace}/${name}: ` +
        `serviceaccount "${name}" not found`,
    );
  }
  return entry.object as ServiceAccount;
}

const withPullSecrets = (spec: PodSpec, { imagePullSecrets = [] }: ServiceAccount): PodSpec =>
  (spec.imagePullSecrets?.length ?? 0) > 0 || imagePullSecrets.length === 0
    ? spec
    : { ...spec, imagePullSecrets };

/** The token volume, mounted wherever nothing else is mounted in its place. */
function withToken(spec: PodSpec, suffix: () => string): PodSpec {
  const volumes = spec.volumes ?? [];
  const found = volumes.find(({ name }) => name.startsWith('kube-api-access-'))?.name;
  const name = found ?? `kube-api-access-${suffix()}`;
  let isNeeded = false;
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((one) => one.mountPath === mountPath)) return container;
    isNeeded = true;
    const own: VolumeMount = { name, readOnly: true, mountPath };
    return { ...container, volumeMounts: [...mounts, own] };
  };
  const containers = spec.containers.map(mount);
  const initContainers = spec.initContainers?.map(mount);
  if (!isNeeded) return spec;
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers }),
    containers,
    volumes: found === undefined ? [...volumes, tokenVolume(name)] : volumes,
  };
}

const tokenVolume = (name: string): Volume =>
  ({
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [
              {
                path: 'namespace',
                fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
              },
            ],
          },
        },
      ],
    },
  }) as Volume;
