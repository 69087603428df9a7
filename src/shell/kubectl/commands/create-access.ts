/** `kubectl create serviceaccount`, `token`, `role`, `rolebinding` and the cluster's. */
import type { JsonObject } from '../../../api/object.ts';
import { parseGoDuration } from '../../../api/duration.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { findResource } from '../discovery.ts';
import { CommandError, failed } from '../errors.ts';
import {
  builtIn, create, givenNamespace, metadata, objectOf, post, readPairs,
} from '../generate.ts';
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
  checkToken(flags);
  const seconds = Math.floor((parseGoDuration(flags.duration) ?? 0) / 1000);
  const bound = boundKinds[flags['bound-object-kind']];
  const answer: JsonObject = yield* post(context, 'failed to create token:', {
    method: 'POST',
    path: `/api/v1/namespaces/${context.namespace}/serviceaccounts/${name}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest',
      metadata: { creationTimestamp: null },
      spec: { audiences: flags.audience.length === 0 ? null : flags.audience, ...(seconds > 0 ? { expirationSeconds: seconds } : {}),
        ...(bound === undefined ? {} : {
          boundObjectRef: {
            kind: flags['bound-object-kind'], apiVersion: bound, name: flags['bound-object-name'],
            ...(flags['bound-object-uid'] === '' ? {} : { uid: flags['bound-object-uid'] }),
          },
        }),
      },
    },
  });
  const printer = printerFor(context, flags, children.token);
  const { token = '' } = (answer['status'] ?? {}) as { token?: string };
  // A script gets the bare token; only on a terminal does a line end after it.
  const end = context.process.tty === undefined ? '' : '\n';
  context.print(printer === undefined ? `${token}${end}` : printer(answer));
});

const boundKinds: Readonly<Record<string, string>> = { Node: 'v1', Pod: 'v1', Secret: 'v1' };

interface TokenFlags {
  readonly duration: string;
  readonly audience: readonly string[];
  readonly 'bound-object-kind': string;
  readonly 'bound-object-name': string;
  readonly 'bound-object-uid': string;
}

function checkToken(flags: TokenFlags): void {
  const ms = parseGoDuration(flags.duration) ?? 0;
  if (ms < 0) throw failed('--duration must be greater than or equal to 0');
  if (ms % 1000 !== 0) throw failed('--duration cannot be expressed in units less than seconds');
  if (flags.audience.includes('')) throw failed('--audience must not be an empty string');
  const [kind, name, uid] = ['kind', 'name', 'uid'].map((part) =>
    flags[`bound-object-${part}` as 'bound-object-kind']);
  if (kind === '') {
    for (const [part, value] of [['name', name], ['uid', uid]]) {
      if (value !== '') throw failed(`--bound-object-${part} can only be set if --bound-object-kind is provided`);
    }
  } else if (boundKinds[kind ?? ''] === undefined) {
    throw failed(`supported --bound-object-kind values are ${Object.keys(boundKinds).join(', ')}`);
  } else if (name === '') {
    throw failed('--bound-object-name is required if --bound-object-kind is provided');
  }
}

interface Rules {
  readonly verb: readonly string[];
  readonly resource: readonly string[];
  readonly 'resource-name': readonly string[];
}

const resourceVerbs = new Set(['*', 'get', 'delete', 'list', 'create', 'update', 'patch', 'watch',
  'proxy', 'deletecollection', 'use', 'bind', 'escalate', 'impersonate']);
const urlVerbs = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']);

/** Verbs that only some resources know. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'],
  escalate: ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
};

function warnOfVerbs(context: Context, verbs: readonly string[]): void {
  for (const verb of verbs.filter((one) => !resourceVerbs.has(one))) {
    context.printError(`Warning: '${verb}' is not a standard resource verb\n`);
  }
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
    const found = yield* context.lookUp((resources) => findResource(resources, name));
    const [bare = '', ...rest] = name.split('.');
    const { group, plural } = found ?? { group: rest.join('.'), plural: bare };
    const isSpecial = verbs.map((verb) => {
      const special = specialVerbs[verb];
      if (special === undefined) return false;
      if (special.includes(group === '' ? plural : `${plural}.${group}`)) return true;
      throw failed(`can not perform '${verb}' on '${plural}' in group '${group}'`);
    });
    if (found === undefined && !isSpecial.includes(true)) {
      const place = group === '' ? '' : ` in group ${JSON.stringify(group)}`;
      throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(plural)}${place}`);
    }
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
  warnOfVerbs(context, flags.verb);
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
  if (flags['aggregation-rule'] !== '') {
    if (urls.length + flags.verb.length + flags.resource.length + flags['resource-name'].length > 0) {
      throw failed('aggregation rule must be specified without nonResourceURLs, verbs, resources or ' +
        'resourceNames');
    }
    const matchLabels = readPairs(flags['aggregation-rule'], (pair) =>
      `invalid argument ${JSON.stringify(pair)} for "--aggregation-rule" flag: ${pair} must be formatted as key=value`);
    yield* create(context, {
      resource: clusterRoles, help: children.clusterrole, flags,
      object: objectOf(clusterRoles, {
        metadata: metadata(name), rules: null,
        aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
      }),
    });
    return;
  }
  if (flags['aggregation-rule'] === '' && flags.resource.length === 0 && urls.length === 0) {
    throw failed('one of resource or nonResourceURL must be specified');
  }
  if (flags.resource.length > 0) warnOfVerbs(context, flags.verb);
  const rules = flags.resource.length > 0 ? [...yield* rulesOf(context, flags)] : [];
  if (urls.length > 0) {
    checkUrls(flags.verb, urls);
    rules.push({ verbs: flags.verb, nonResourceURLs: urls });
  }
  yield* create(context, {
    resource: clusterRoles, help: children.clusterrole, flags,
    object: objectOf(clusterRoles, { metadata: metadata(name), rules }),
  });
});

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  const verb = verbs.find((one) => !urlVerbs.has(one));
  if (verb !== undefined) throw failed(`invalid verb: '${verb}' for nonResourceURL`);
  for (const url of urls.filter((one) => one !== '*')) {
    if (!url.startsWith('/')) throw failed('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) {
      throw failed("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}

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
