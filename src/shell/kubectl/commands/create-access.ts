/** `kubectl create serviceaccount`, `token`, `role`, `rolebinding` and the cluster's. */
import type { JsonObject } from '../../../api/object.ts';
import { parseGoDuration } from '../../../api/duration.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { builtIn, create, givenNamespace, metadata, objectOf } from '../generate.ts';
import { createHelp } from '../help/create.gen.ts';
import { oneName, requireFlags } from '../pairs.ts';
import { printerFor } from '../printers/output.ts';

const { children } = createHelp;
const rbac = 'rbac.authorization.k8s.io/v1';
const serviceAccounts = builtIn('v1', 'ServiceAccount', 'serviceaccounts');
const roles = builtIn(rbac, 'Role', 'roles');
const clusterRoles = builtIn(rbac, 'ClusterRole', 'clusterroles', false);
const roleBindings = builtIn(rbac, 'RoleBinding', 'rolebindings');
const clusterRoleBindings = builtIn(rbac, 'ClusterRoleBinding', 'clusterrolebindings', false);

export const createServiceAccount = command(children.serviceaccount, function* (context, { args }, flags) {
  const name = oneName(args, 'create serviceaccount');
  yield* create(context, {
    resource: serviceAccounts, help: children.serviceaccount, flags,
    object: objectOf(serviceAccounts, { metadata: metadata(name, givenNamespace(context)) }),
  });
});

export const createToken = command(children.token, function* (context, { args }, flags) {
  const name = oneName(args, 'create token');
  const seconds = Math.floor((parseGoDuration(flags.duration) ?? 0) / 1000);
  const answer = yield* context.request({
    method: 'POST',
    path: `/api/v1/namespaces/${context.namespace}/serviceaccounts/${name}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest',
      metadata: { creationTimestamp: null },
      spec: { audiences: flags.audience.length === 0 ? null : flags.audience, ...(seconds > 0 ? { expirationSeconds: seconds } : {}) },
    },
  });
  const printer = printerFor(context, flags, children.token);
  const { token = '' } = (answer['status'] ?? {}) as { token?: string };
  // A script gets the bare token; only on a terminal does a line end after it.
  const end = context.process.tty === undefined ? '' : '\n';
  context.print(printer === undefined ? `${token}${end}` : printer(answer));
});

interface Rules {
  readonly verb: readonly string[];
  readonly resource: readonly string[];
  readonly 'resource-name': readonly string[];
}

/** `--verb get,list --resource pods,deployments.apps` as rules, one for each API group. */
function* rulesOf(context: Context, flags: Rules) {
  const verbs = [...new Set(flags.verb)];
  const groups = new Map<string, string[]>();
  for (const word of flags.resource) {
    const [name = '', subresource] = word.split('/');
    if (name === '*') {
      groups.set('*', ['*']);
      continue;
    }
    const { group, plural } = yield* context.resource(name);
    const full = subresource === undefined ? plural : `${plural}/${subresource}`;
    groups.set(group, [...(groups.get(group) ?? []), full]);
  }
  return [...groups].map(([group, resources]): JsonObject => ({
    verbs, apiGroups: [group], resources,
    ...(flags['resource-name'].length === 0 ? {} : { resourceNames: flags['resource-name'] }),
  }));
}

export const createRole = command(children.role, function* (context, { args }, flags) {
  const name = oneName(args, 'create role');
  if (flags.verb.length === 0) throw failed('at least one verb must be specified');
  if (flags.resource.length === 0) throw failed('at least one resource must be specified');
  const rules = yield* rulesOf(context, flags);
  yield* create(context, {
    resource: roles, help: children.role, flags,
    object: objectOf(roles, { metadata: metadata(name, givenNamespace(context)), rules }),
  });
});

export const createClusterRole = command(children.clusterrole, function* (context, { args }, flags) {
  const name = oneName(args, 'create clusterrole');
  if (flags['aggregation-rule'] === '' && flags.verb.length === 0) {
    throw failed('at least one verb must be specified');
  }
  const urls = flags['non-resource-url'];
  if (flags['aggregation-rule'] === '' && flags.resource.length === 0 && urls.length === 0) {
    throw failed('one of resource or nonResourceURL must be specified');
  }
  const rules = urls.length > 0
    ? [{ verbs: flags.verb, nonResourceURLs: urls }] : yield* rulesOf(context, flags);
  yield* create(context, {
    resource: clusterRoles, help: children.clusterrole, flags,
    object: objectOf(clusterRoles, { metadata: metadata(name), rules }),
  });
});

interface Subjects {
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly serviceaccount: readonly string[];
}

function subjectsOf({ user, group, serviceaccount }: Subjects): readonly JsonObject[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    ...user.map((name) => ({ kind: 'User', apiGroup, name })),
    ...group.map((name) => ({ kind: 'Group', apiGroup, name })),
    ...serviceaccount.map((text) => {
      const [namespace = '', name = '', ...more] = text.split(':');
      if (namespace === '' || name === '' || more.length > 0) {
        throw failed("serviceaccount must be <namespace>:<name>");
      }
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
}

export const createRoleBinding = command(children.rolebinding, function* (context, { args }, flags) {
  const name = oneName(args, 'create rolebinding');
  if ((flags.role === '') === (flags.clusterrole === '')) {
    throw failed('exactly one of clusterrole or role must be specified');
  }
  const [kind, role] = flags.role === '' ? ['ClusterRole', flags.clusterrole] : ['Role', flags.role];
  const subjects = subjectsOf(flags);
  yield* create(context, {
    resource: roleBindings, help: children.rolebinding, flags,
    object: objectOf(roleBindings, {
      metadata: metadata(name, givenNamespace(context)),
      ...(subjects.length === 0 ? {} : { subjects }),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
    }),
  });
});

export const createClusterRoleBinding = command(
  children.clusterrolebinding,
  function* (context, { args }, flags) {
    requireFlags(flags, 'clusterrole');
    const name = oneName(args, 'create clusterrolebinding');
    const subjects = subjectsOf(flags);
    yield* create(context, {
      resource: clusterRoleBindings, help: children.clusterrolebinding, flags,
      object: objectOf(clusterRoleBindings, {
        metadata: metadata(name),
        ...(subjects.length === 0 ? {} : { subjects }),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: flags.clusterrole },
      }),
    });
  },
);
