/**
 * Every kind that the API server knows, in the order in which `kubectl api-resources` lists them:
 * by group, and by plural name within a group.
 */
import { apiVersionOf, type Kind } from '../kind.ts';
import { clusterRole } from './clusterrole.ts';
import { clusterRoleBinding } from './clusterrolebinding.ts';
import { configMap } from './configmap.ts';
import { controllerRevision } from './controllerrevision.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlice } from './endpointslice.ts';
import { event } from './event.ts';
import { lease } from './lease.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { priorityClass } from './priorityclass.ts';
import { replicaSet } from './replicaset.ts';
import { role } from './role.ts';
import { roleBinding } from './rolebinding.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceaccount.ts';

export const kinds: readonly Kind[] = [
  configMap, endpoints, event, namespace, node, pod, secret, serviceAccount, service,
  controllerRevision, daemonSet, deployment, replicaSet,
  lease,
  endpointSlice,
  clusterRoleBinding, clusterRole, roleBinding, role,
  priorityClass,
];

const byResource = new Map(kinds.map((kind) => [`${kind.plural}.${kind.group}`, kind]));
const byGvk = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));

/** The kind of `/apis/<group>/…/<plural>`, in its preferred version. */
export const kindByResource = (group: string, plural: string): Kind | undefined =>
  byResource.get(`${plural}.${group}`);

/** The kind that a manifest names. */
export const kindByGvk = (apiVersion: string, kind: string): Kind | undefined =>
  byGvk.get(`${apiVersion}/${kind}`);

/**
 * The kind that a word on a command line means: plural, singular or short name, with or without
 * `.group` or `.version.group` behind it. The first in the list wins, as with kubectl.
 */
export function kindByWord(word: string): Kind | undefined {
  const lower = word.toLowerCase();
  const dot = lower.indexOf('.');
  const name = dot < 0 ? lower : lower.slice(0, dot);
  const rest = dot < 0 ? undefined : lower.slice(dot + 1);
  return kinds.find((kind) => isNamed(kind, name) && (rest === undefined || isOf(kind, rest)));
}

const isNamed = ({ plural, singular, shortNames }: Kind, name: string): boolean =>
  plural === name || singular === name || shortNames.includes(name);

const isOf = ({ group, version }: Kind, rest: string): boolean =>
  rest === group || rest === `${version}.${group}` || (group === '' && rest === version);
