/**
 * A Pod's volumes as trees of files on the node's disk, under /var/lib/kubelet/pods as upstream has
 * them. Upstream: pkg/kubelet/volumemanager, pkg/volume/{configmap,secret,projected,downwardapi,
 * emptydir,hostpath,local}. Simplified: of claims' volumes hostPath and local; no other kinds of
 * storage; the time of mounting is one delay for all.
 */
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  KeyToPath,
  PersistentVolume,
  Pod,
  ProjectedVolumeSource,
  SecretVolumeSource,
  Volume,
} from '../../api/types.gen.ts';
import { Files, type Machine, normal, parentOf } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import type { ApiResponse } from '../client/wire.ts';
import { claimedVolume, MountProblem, sourceOf } from './claims.ts';
import {
  configMapData,
  type EnvironmentFacts,
  fieldOf,
  resourceOf,
  secretData,
} from './environment.ts';
import { messageOf } from './object-reader.ts';
import { wait } from './task.ts';

/** Where a volume's files lie. */
export interface MountedVolume {
  readonly files: Files;
  readonly path: string;
  readonly isReadOnly: boolean;
}

type Payload = Record<string, string>;
/** Modes of files that a volume's source gives them, by their path. */
type Modes = Record<string, number>;
interface FileModes {
  readonly modes: Modes;
  readonly owners: Readonly<Record<string, number>>;
}

/** The Pods' directories of one machine: /var/lib/kubelet/pods. */
export class PodDisk {
  readonly files: Files;
  private readonly machine: Machine;
  private readonly client: ApiClient | undefined;

  constructor(machine: Machine, client: ApiClient | undefined) {
    this.machine = machine;
    this.client = client;
    this.files = diskOf(machine);
  }

  /** Writes a file of the Pod's own: `etc-hosts`. */
  write(uid: string, name: string, text: string): void {
    const path = `/${uid}/${name}`;
    this.files.makeDirectory(parentOf(path));
    this.files.write(path, text);
  }

  remove(uid: string): void {
    this.files.remove(`/${uid}`);
  }

  /** Makes one volume, or brings it up to date. Throws a MountProblem. */
  *mount(pod: Pod, volume: Volume, facts: EnvironmentFacts): Story<MountedVolume> {
    const { name, emptyDir, hostPath, persistentVolumeClaim, ephemeral } = volume;
    if (hostPath !== undefined) return this.mountHostPath(volume);
    if (persistentVolumeClaim !== undefined || ephemeral !== undefined) {
      const claim = persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${name}`;
      const source = yield* claimedVolume(this.client, pod, claim);
      const mounted = this.mountPersistent(source);
      return { ...mounted, isReadOnly: persistentVolumeClaim?.readOnly === true };
    }
    const kind = kindOf(volume);
    const path = `/${pod.metadata.uid}/volumes/kubernetes.io~${kind}/${name}`;
    if (emptyDir !== undefined) {
      if (this.files.makeDirectory(path) === undefined) this.own(pod, path, 0o777);
      return { files: this.files, path, isReadOnly: false };
    }
    const payload = yield* this.payloadOf(pod, volume, facts);
    this.update(pod, path, payload, modesOf(pod, volume));
    return { files: this.files, path, isReadOnly: true };
  }

  private mountPersistent({ metadata, spec }: PersistentVolume): MountedVolume {
    const { name } = metadata;
    if (spec.hostPath !== undefined) return this.mountHostPath({ name, hostPath: spec.hostPath });
    if (spec.local !== undefined) {
      const { path } = spec.local;
      if (this.machine.files.stat(path) === undefined) {
        throw new MountProblem(
          `MountVolume.NewMounter initialization failed for volume "${name}" : ` +
            `path "${path}" does not exist`,
        );
      }
      return { files: this.machine.files, path: normal(path), isReadOnly: false };
    }
    throw new MountProblem(
      `MountVolume.SetUp failed for volume "${name}" : ` +
        `kubarium has no volumes of this kind (${sourceOf(spec)})`,
    );
  }

  private mountHostPath({ name, hostPath }: Volume): MountedVolume {
    const { path = '/', type = '' } = hostPath ?? {};
    const { files } = this.machine;
    const entry = files.stat(path);
    const fail = (what: string) => {
      throw new MountProblem(
        `MountVolume.SetUp failed for volume "${name}" : hostPath type check failed: ${path} is not ${what}`,
      );
    };
    if (type === 'DirectoryOrCreate' && entry === undefined) files.makeDirectory(path);
    else if (type === 'FileOrCreate' && entry === undefined) files.write(path, '');
    else if (type === 'Directory' && entry?.type !== 'directory') fail('a directory');
    else if (type === 'File' && entry?.type !== 'file') fail('a file');
    else if (type === '' && entry === undefined) files.makeDirectory(path);
    return { files, path: normal(path), isReadOnly: false };
  }

  private *payloadOf(pod: Pod, volume: Volume, facts: EnvironmentFacts): Story<Payload> {
    const { configMap, secret, projected, downwardAPI, name } = volume;
    const fail = (why: string): never => {
      throw new MountProblem(`MountVolume.SetUp failed for volume "${name}" : ${why}`);
    };
    const namespace = pod.metadata.namespace ?? 'default';
    if (configMap !== undefined) return yield* configMapPayload(namespace, configMap, facts, fail);
    if (secret !== undefined) return yield* secretPayload(namespace, secret, facts, fail);
    if (downwardAPI !== undefined) return downwardPayload(pod, downwardAPI.items ?? [], facts);
    if (projected !== undefined) return yield* this.projectedPayload(pod, projected, facts, fail);
    return fail(`kubarium has no volumes of this kind (${kindOf(volume)})`);
  }

  private *projectedPayload(
    pod: Pod,
    { sources = [] }: ProjectedVolumeSource,
    facts: EnvironmentFacts,
    fail: (why: string) => never,
  ): Story<Payload> {
    const namespace = pod.metadata.namespace ?? 'default';
    const payload: Payload = {};
    for (const { configMap, secret, downwardAPI, serviceAccountToken } of sources) {
      if (configMap !== undefined) {
        Object.assign(payload, yield* configMapPayload(namespace, configMap, facts, fail));
      }
      if (secret !== undefined) {
        const source = { ...secret, secretName: secret.name ?? '' };
        Object.assign(payload, yield* secretPayload(namespace, source, facts, fail));
      }
      if (downwardAPI !== undefined) {
        Object.assign(payload, downwardPayload(pod, downwardAPI.items ?? [], facts));
      }
      if (serviceAccountToken !== undefined) {
        const seconds = serviceAccountToken.expirationSeconds ?? 3600;
        const token = yield* this.requestToken(pod, serviceAccountToken.audience, seconds);
        if (typeof token !== 'string') return fail(token.problem);
        payload[serviceAccountToken.path] = token;
      }
    }
    return payload;
  }

  private *requestToken(
    pod: Pod,
    audience: string | undefined,
    expirationSeconds: number,
  ): Story<string | { readonly problem: string }> {
    const { client } = this;
    if (client === undefined) return { problem: 'failed to fetch token: no API client' };
    const { namespace = 'default', name, uid } = pod.metadata;
    const account = pod.spec?.serviceAccountName ?? 'default';
    const response = yield* wait<ApiResponse>((done) =>
      client.request(
        {
          method: 'POST',
          path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
          body: {
            apiVersion: 'authentication.k8s.io/v1',
            kind: 'TokenRequest',
            spec: {
              audiences: audience === undefined ? [] : [audience],
              boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
              expirationSeconds,
            },
          },
        },
        done,
      ),
    );
    if (!isOk(response)) return { problem: `failed to fetch token: ${messageOf(response)}` };
    return (response.body as unknown as { status?: { token?: string } }).status?.token ?? '';
  }

  /** Gives a directory to the Pod's fsGroup (pkg/volume/volume_linux.go), or to all. */
  private own({ spec }: Pod, path: string, mode: number): void {
    const group = spec?.securityContext?.fsGroup;
    if (group === undefined) this.files.change(path, { mode });
    else this.files.change(path, { mode: mode | 0o2770, owner: 0, group });
  }

  /** Replaces what changed, removes what is gone: a reader never sees half of it. */
  private update({ spec }: Pod, path: string, payload: Payload, { modes, owners }: FileModes): void {
    const group = spec?.securityContext?.fsGroup;
    const { files } = this;
    // Listing looks at the whole disk: not for a directory that is only now made.
    const isNew = files.stat(path) === undefined;
    files.makeDirectory(path);
    for (const name of isNew ? [] : (files.list(path) ?? [])) {
      const isKept = Object.keys(payload).some((key) => key === name || key.startsWith(`${name}/`));
      if (!isKept) files.remove(`${path}/${name}`);
    }
    for (const key in payload) {
      const file = `${path}/${key}`;
      if (files.read(file) === payload[key]) continue;
      files.makeDirectory(parentOf(file));
      files.write(file, payload[key] ?? '');
      const mode = modes[key] ?? modes['*'] ?? 0o644;
      const owner = owners[key] ?? 0;
      // The group may read what it owns.
      if (group !== undefined) files.change(file, { mode: mode | 0o440, owner, group });
      else if (mode !== 0o644) files.change(file, { mode, owner });
    }
  }
}

/** What a source says of its files' modes; `*` for all that it does not name. */
function modesOf({ spec }: Pod, { configMap, secret, downwardAPI, projected }: Volume): FileModes {
  const source = configMap ?? secret ?? downwardAPI ?? projected;
  const modes: Modes = {};
  const { defaultMode } = source ?? {};
  if (defaultMode !== undefined) modes['*'] = defaultMode;
  const items = [source ?? {}, ...(projected?.sources ?? []).flatMap((one) => Object.values(one))];
  for (const one of items as { items?: readonly { path: string; mode?: number }[] }[]) {
    for (const { path, mode } of one.items ?? []) if (mode !== undefined) modes[path] = mode;
  }
  // A token is for the one user that the Pod's containers are.
  const users = new Set(
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(
      ({ securityContext }) => securityContext?.runAsUser ?? spec?.securityContext?.runAsUser,
    ),
  );
  const [user] = users;
  const tokens = (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) => token ?? []);
  const owners: Record<string, number> = {};
  if (users.size === 1 && user !== undefined) {
    for (const { path } of tokens) {
      modes[path] = 0o600;
      owners[path] = user;
    }
  }
  return { modes, owners };
}

const disks = new WeakMap<Machine, Files>();

function diskOf(machine: Machine): Files {
  let files = disks.get(machine);
  if (files === undefined) {
    files = new Files();
    disks.set(machine, files);
    machine.files.mount('/var/lib/kubelet/pods', files);
  }
  return files;
}

function kindOf({ configMap, secret, projected, downwardAPI, emptyDir, ...rest }: Volume): string {
  if (configMap !== undefined) return 'configmap';
  if (secret !== undefined) return 'secret';
  if (projected !== undefined) return 'projected';
  if (downwardAPI !== undefined) return 'downward-api';
  if (emptyDir !== undefined) return 'empty-dir';
  return Object.keys(rest).find((key) => key !== 'name') ?? 'unknown';
}

/** Whether a volume's content may change while the Pod runs. */
export const isLive = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  configMap !== undefined ||
  secret !== undefined ||
  downwardAPI !== undefined ||
  (projected?.sources ?? []).some(
    (source) =>
      source.secret !== undefined ||
      (source.configMap !== undefined && source.configMap.name !== 'kube-root-ca.crt'),
  );

function* configMapPayload(
  namespace: string,
  source: Pick<ConfigMapVolumeSource, 'name' | 'items' | 'optional'>,
  facts: EnvironmentFacts,
  fail: (why: string) => never,
): Story<Payload> {
  const data = configMapData(yield* facts.configMap(namespace, source.name ?? ''));
  return choose(data, source.items, source.optional, fail);
}

function* secretPayload(
  namespace: string,
  source: Pick<SecretVolumeSource, 'secretName' | 'items' | 'optional'>,
  facts: EnvironmentFacts,
  fail: (why: string) => never,
): Story<Payload> {
  const data = secretData(yield* facts.secret(namespace, source.secretName ?? ''));
  return choose(data, source.items, source.optional, fail);
}

function choose(
  data: Readonly<Record<string, string>> | string,
  items: readonly KeyToPath[] | undefined,
  isOptional: boolean | undefined,
  fail: (why: string) => never,
): Payload {
  if (typeof data === 'string') return isOptional ? {} : fail(data);
  if (items === undefined || items.length === 0) return { ...data };
  const payload: Payload = {};
  for (const { key, path } of items) {
    const text = data[key];
    if (text !== undefined) payload[path] = text;
    else if (!isOptional) fail(`references non-existent config key: ${key}`);
  }
  return payload;
}

function downwardPayload(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  facts: EnvironmentFacts,
): Payload {
  const payload: Payload = {};
  for (const { path, fieldRef, resourceFieldRef } of items) {
    if (fieldRef !== undefined) payload[path] = fieldOf(pod, fieldRef.fieldPath, facts);
    const [container] = pod.spec?.containers ?? [];
    if (resourceFieldRef !== undefined && container !== undefined) {
      payload[path] = resourceOf(pod, container, resourceFieldRef, facts.allocatable);
    }
  }
  return payload;
}
