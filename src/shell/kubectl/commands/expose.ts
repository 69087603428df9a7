/** `kubectl expose`. Follows kubectl pkg/cmd/expose/expose.go. */
import type { Json, JsonObject } from '../../../api/object.ts';
import { type FlagsOf, command } from '../command.ts';
import { type Context } from '../context.ts';
import { failed, throwAll } from '../errors.ts';
import {
  type Labels, create, givenNamespace, intOrString, metadata, objectOf, readPairs, services,
} from '../generate.ts';
import { exposeHelp } from '../help/expose.gen.ts';
import { fieldAt, podSpecPath } from '../pod-spec.ts';
import { type Info, fetchAll, metadataOf } from '../targets.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { mergePatch, strategicMerge } from '../../../api/patch/index.ts';

type ExposeFlags = FlagsOf<(typeof exposeHelp)['flags']>;

export const expose = command(exposeHelp, function* (context, { args }, flags) {
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
  }, { latest: true });
  throwAll(errors);
  for (const info of infos) {
    const object = overridden(serviceFor(context, info, flags), flags);
    yield* create(context, {
      resource: services, object, help: exposeHelp, flags, fieldManager: 'kubectl-expose',
      done: 'exposed',
    });
  }
});

const exposable = ['Service', 'ReplicationController', 'Deployment', 'ReplicaSet', 'Pod'];

function serviceFor(context: Context, info: Info, flags: ExposeFlags): JsonObject {
  const { resource, object } = info;
  const affinity = flags['session-affinity'];
  if (!exposable.includes(resource.kind)) {
    throw failed(`cannot expose a ${resource.kind}${resource.group === '' ? '' : `.${resource.group}`}`);
  }
  const name = flags.name || info.name;
  if (name.length > 63 && flags.name === '') throw failed('name must be no more than 63 characters');
  const selector = selectorOf(info, flags);
  const ports = portsOf(object, flags);
  if (ports.length === 0) {
    throw failed("couldn't find port via --port flag or introspection");
  }
  if (!['', 'None', 'ClientIP'].includes(affinity)) throw failed(`unknown session affinity: ${affinity}`);
  const labels = flags.labels === ''
    ? metadataOf(object).labels : readPairs(flags.labels, (pair) => `unexpected label spec: ${pair}`);
  const namespace = givenNamespace(context).namespace;
  return objectOf(services, {
    metadata: metadata(name, {
      ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }),
    }),
    spec: {
      ports, selector,
      ...(flags['cluster-ip'] === '' ? {} : { clusterIP: flags['cluster-ip'] }),
      ...(flags.type === '' ? {} : { type: flags.type }),
      ...(flags['external-ip'] === '' ? {} : { externalIPs: [flags['external-ip']] }),
      ...(flags['session-affinity'] === '' ? {} : { sessionAffinity: flags['session-affinity'] }),
      ...(flags['load-balancer-ip'] === '' ? {} : { loadBalancerIP: flags['load-balancer-ip'] }),
    },
    status: { loadBalancer: {} },
  });
}

function selectorOf({ resource, object }: Info, flags: ExposeFlags): Labels {
  if (flags.selector !== '') {
    return readPairs(flags.selector, (pair) => `unexpected selector format: ${pair}`);
  }
  const missing = (why: string) => failed("couldn't retrieve selectors via --selector flag or introspection: " + why);
  if (resource.kind === 'Pod') {
    const { labels } = metadataOf(object);
    if (labels === undefined) throw missing(`the pod has no labels and cannot be exposed`);
    return labels;
  }
  const selector = fieldAt(object, ['spec', 'selector']) as JsonObject | undefined;
  if (resource.kind === 'Service' || resource.kind === 'ReplicationController') {
    if (selector === undefined) throw missing(`the ${resource.kind.toLowerCase()} has no pod selector set`);
    return selector as Labels;
  }
  if (((selector?.['matchExpressions'] ?? []) as readonly Json[]).length > 0) {
    throw missing("couldn't convert expressions - " + `"${JSON.stringify(selector?.['matchExpressions'])}" to map-based selector format`);
  }
  return (selector?.['matchLabels'] ?? {}) as Labels;
}

interface FoundPort {
  readonly port: number;
  readonly protocol: string;
}

/** From the flags, or every port that the object itself names. */
function portsOf(object: JsonObject, flags: ExposeFlags): readonly JsonObject[] {
  const found = portsIn(object);
  const target = flags['target-port'];
  const isNamed = flags.port === '' && found.length > 1;
  const wanted: readonly FoundPort[] = flags.port === ''
    ? found
    : flags.port.split(',').map((text) => {
        if (!/^\d+$/.test(text)) throw failed(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
        const port = Number(text);
        const known = found.find((one) => one.port === port)?.protocol;
        return { port, protocol: flags.protocol || known || 'TCP' };
      });
  const isMany = wanted.length > 1 || isNamed;
  return wanted.map(({ port, protocol }, i) => ({
    ...(isMany ? { name: `port-${i + 1}` } : {}),
    protocol: flags.protocol || protocol, port,
    targetPort: target === '' ? port : intOrString(target),
  }));
}

function portsIn(object: JsonObject): readonly FoundPort[] {
  if (object['kind'] === 'Service') {
    const ports = (fieldAt(object, ['spec', 'ports']) ?? []) as readonly { port: number; protocol?: string }[];
    return ports.map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
  }
  const path = podSpecPath(object) ?? ['spec'];
  const containers = (fieldAt(object, [...path, 'containers']) ?? []) as readonly {
    ports?: readonly { containerPort: number; protocol?: string }[];
  }[];
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, protocol = 'TCP' }) => ({ port: containerPort, protocol })));
}

function overridden(service: JsonObject, flags: ExposeFlags): JsonObject {
  if (flags.overrides === '') return service;
  const { value, problem } = decodeYaml(flags.overrides);
  if (problem !== undefined) throw failed(problem);
  return flags['override-type'] === 'strategic'
    ? strategicMerge('core.v1.Service', service, value as JsonObject)
    : (mergePatch(service, value as JsonObject) as JsonObject);
}

