/** `kubectl create service …`. Follows kubectl pkg/cmd/create/create_service.go. */
import { isPortName, isPortNumber } from '../../../api/name-rules.ts';
import type { Json } from '../../../api/object.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { create, givenNamespace, intOrString, metadata, objectOf, services } from '../generate.ts';
import type { Help } from '../command.ts';
import { createHelp } from '../help/create.gen.ts';
import { oneName, requireFlags } from '../pairs.ts';

const help = createHelp.children.service;

interface ServiceParts {
  readonly type: string;
  readonly tcp: readonly string[];
  readonly clusterIP?: string;
  readonly nodePort?: number;
  readonly externalName?: string;
}

interface ServiceCommand {
  readonly context: Context;
  readonly name: string;
  readonly help: Help;
  readonly flags: object;
}

function* createOne({ context, name, help: texts, flags }: ServiceCommand, parts: ServiceParts) {
  const isHeadless = parts.clusterIP === 'None';
  if (parts.tcp.length === 0 && !isHeadless && parts.type !== 'ExternalName') {
    throw failed('at least one tcp port specifier must be provided');
  }
  const ports = parts.tcp.map((spec) => portOf(spec, parts.nodePort ?? 0));
  const labels = { app: name };
  yield* create(context, {
    resource: services, help: texts, flags, failure: `failed to create ${parts.type} service:`,
    object: objectOf(services, {
      metadata: metadata(name, { ...givenNamespace(context), labels }),
      spec: {
        ...(ports.length === 0 ? {} : { ports }),
        selector: labels,
        ...(parts.clusterIP ? { clusterIP: parts.clusterIP } : {}),
        type: parts.type,
        ...(parts.externalName ? { externalName: parts.externalName } : {}),
      },
      status: { loadBalancer: {} },
    }),
  });
}

/** `80`, `80:8080` or `80:http`. */
function portOf(spec: string, nodePort: number): Json {
  const [port = '', target] = spec.split(':');
  const problem = !/^\d+$/.test(port) ? 'invalid syntax'
    : Number(port) > 65_535 ? 'value out of range' : undefined;
  if (problem !== undefined) {
    throw failed(`strconv.ParseUint: parsing ${JSON.stringify(port)}: ${problem}`);
  }
  const problems = target === undefined ? []
    : /^\d+$/.test(target) ? isPortNumber(Number(target)) : isPortName(target);
  if (problems.length > 0) throw failed(problems.join(','));
  return {
    name: target === undefined ? port : `${port}-${target}`, protocol: 'TCP', port: Number(port),
    targetPort: intOrString(target ?? port), ...(nodePort > 0 ? { nodePort } : {}),
  };
}

const clusterIp = command(help.children.clusterip, function* (context, { args }, flags) {
  const name = oneName(args, 'create service clusterip');
  yield* createOne({ context, name, help: help.children.clusterip, flags },
    { type: 'ClusterIP', tcp: flags.tcp, clusterIP: flags.clusterip });
});

const nodePort = command(help.children.nodeport, function* (context, { args }, flags) {
  const name = oneName(args, 'create service nodeport');
  yield* createOne({ context, name, help: help.children.nodeport, flags },
    { type: 'NodePort', tcp: flags.tcp, nodePort: flags['node-port'] });
});

const loadBalancer = command(help.children.loadbalancer, function* (context, { args }, flags) {
  const name = oneName(args, 'create service loadbalancer');
  yield* createOne({ context, name, help: help.children.loadbalancer, flags },
    { type: 'LoadBalancer', tcp: flags.tcp });
});

const externalName = command(help.children.externalname, function* (context, { args }, flags) {
  requireFlags(flags, 'external-name');
  const name = oneName(args, 'create service externalname');
  yield* createOne({ context, name, help: help.children.externalname, flags },
    { type: 'ExternalName', tcp: flags.tcp, externalName: flags['external-name'] });
});

export const createService = commandGroup(help, [clusterIp, externalName, loadBalancer, nodePort]);
