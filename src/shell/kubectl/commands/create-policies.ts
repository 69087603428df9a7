/** `kubectl create namespace`, `quota`, `priorityclass`, `poddisruptionbudget`, `ingress`. */
import type { Json, JsonObject } from '../../../api/object.ts';
import { parseToLabelSelector } from '../../../api/selectors.ts';
import { command } from '../command.ts';
import { failed } from '../errors.ts';
import {
  builtIn, create, givenNamespace, intOrString, metadata, objectOf, readResources,
} from '../generate.ts';
import { createHelp } from '../help/create.gen.ts';
import { oneName } from '../pairs.ts';

const { children } = createHelp;
const namespaces = builtIn('v1', 'Namespace', 'namespaces', false);
const quotas = builtIn('v1', 'ResourceQuota', 'resourcequotas');
const priorityClasses = builtIn('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false);
const budgets = builtIn('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets');
const ingresses = builtIn('networking.k8s.io/v1', 'Ingress', 'ingresses');

export const createNamespace = command(children.namespace, function* (context, { args }, flags) {
  const name = oneName(args, 'create namespace');
  yield* create(context, {
    resource: namespaces, help: children.namespace, flags,
    object: objectOf(namespaces, { metadata: metadata(name), spec: {}, status: {} }),
  });
});

export const createQuota = command(children.quota, function* (context, { args }, flags) {
  const name = oneName(args, 'create quota');
  const hard = readResources(flags.hard);
  const scopes = flags.scopes === '' ? [] : flags.scopes.split(',');
  yield* create(context, {
    resource: quotas, help: children.quota, flags,
    object: objectOf(quotas, {
      metadata: metadata(name, givenNamespace(context)),
      spec: { ...(hard === undefined ? {} : { hard }), ...(scopes.length === 0 ? {} : { scopes }) },
      status: {},
    }),
  });
});

export const createPriorityClass = command(children.priorityclass, function* (context, { args }, flags) {
  const name = oneName(args, 'create priorityclass');
  yield* create(context, {
    resource: priorityClasses, help: children.priorityclass, flags,
    object: objectOf(priorityClasses, {
      metadata: metadata(name),
      value: flags.value,
      ...(flags['global-default'] ? { globalDefault: true } : {}),
      ...(flags.description === '' ? {} : { description: flags.description }),
      preemptionPolicy: flags['preemption-policy'],
    }),
  });
});

export const createPdb = command(children.poddisruptionbudget, function* (context, { args }, flags) {
  const name = oneName(args, 'create poddisruptionbudget');
  const [least, most] = [flags['min-available'], flags['max-unavailable']];
  if (flags.selector === '') throw failed('a selector must be specified');
  if (least === '' && most === '') {
    throw failed('one of min-available or max-unavailable must be specified');
  }
  if (least !== '' && most !== '') {
    throw failed('min-available and max-unavailable cannot be both specified');
  }
  for (const [flag, value] of [['min-available', least], ['max-unavailable', most]]) {
    if (value !== '' && !/^\d+%?$/.test(value ?? '')) throw failed(`invalid format specified for ${flag}`);
  }
  yield* create(context, {
    resource: budgets, help: children.poddisruptionbudget, flags,
    object: objectOf(budgets, {
      metadata: metadata(name, givenNamespace(context)),
      spec: {
        ...(least === '' ? {} : { minAvailable: intOrString(least) }),
        selector: parseToLabelSelector(flags.selector) as JsonObject,
        ...(most === '' ? {} : { maxUnavailable: intOrString(most) }),
      },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    }),
  });
});

export const createIngress = command(children.ingress, function* (context, { args }, flags) {
  const name = oneName(args, 'create ingress');
  if (flags.rule.length === 0 && flags['default-backend'] === '') {
    throw failed('not enough information provided: every ingress has to either specify a ' +
      'default-backend (which catches all traffic) or a list of rules (which catch specific paths)');
  }
  const hosts = new Map<string, Json[]>();
  const tls = new Map<string, string>();
  for (const rule of flags.rule) addRule(rule, hosts, tls);
  const annotations = Object.fromEntries(flags.annotation.map((text) => {
    const at = text.indexOf('=');
    if (at < 0) throw failed(`annotation ${text} is invalid and should be in format key=[value]`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
  if (flags['default-backend'] !== '' && flags['default-backend'].split(':').length !== 2) {
    throw failed('default-backend should be in format servicename:serviceport');
  }
  yield* create(context, {
    resource: ingresses, help: children.ingress, flags,
    object: objectOf(ingresses, {
      metadata: metadata(name, { ...givenNamespace(context), annotations }),
      spec: {
        ...(flags.class === '' ? {} : { ingressClassName: flags.class }),
        ...(flags['default-backend'] === '' ? {} : { defaultBackend: backend(flags['default-backend']) }),
        ...(tls.size === 0 ? {} : {
          tls: [...tls].map(([host, secretName]) => ({ hosts: [host], ...(secretName === '' ? {} : { secretName }) })),
        }),
        ...(hosts.size === 0 ? {} : {
          rules: [...hosts].map(([host, paths]) => ({ ...(host === '' ? {} : { host }), http: { paths } })),
        }),
      },
      status: { loadBalancer: {} },
    }),
  });
});

/** `svc:80` or `svc:http`. */
function backend(text: string): JsonObject {
  const [name = '', port = ''] = text.split(':');
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** `foo.com/bar*=svc:80,tls=secret`. */
function addRule(rule: string, hosts: Map<string, Json[]>, tls: Map<string, string>): void {
  const parts = /^([\w*.-]*)(\/.*)=([\w-]+:[\w-]+)(?:,tls=?([\w-]+)?)?/.exec(rule);
  if (parts === null) {
    throw failed(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  }
  const [, host = '', path = '', service = '', secret] = parts;
  const isPrefix = path.endsWith('*');
  const item = {
    path: isPrefix ? path.slice(0, -1) : path, pathType: isPrefix ? 'Prefix' : 'Exact',
    backend: backend(service),
  };
  hosts.set(host, [...(hosts.get(host) ?? []), item]);
  const hasTls = rule.split(',').length === 2;
  if (hasTls && !tls.has(host)) tls.set(host, secret ?? '');
}
