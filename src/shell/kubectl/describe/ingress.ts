/** `describe ingress`, `ingressclass`. Follows kubectl pkg/describe/describe.go IngressDescriber. */
import type { EndpointSlice, Ingress, IngressBackend, IngressClass, Service } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { ServerError, bareMessage } from '../errors.ts';
import { itemsOf } from '../targets.ts';
import { type Describer, type Subject, eventsOf, writeHead } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import { endpointsText } from './service.ts';
import type { DescribeWriter } from './writer.ts';

export const describeIngress: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as Ingress;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  writeLabels(w, 'Labels', metadata.labels);
  w.field(0, 'Namespace', metadata.namespace);
  const addresses = (status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== '');
  w.field(0, 'Address', [...new Set(addresses)].sort().join(','));
  w.field(0, 'Ingress Class', spec?.ingressClassName ?? '<none>');
  const fallback = spec?.defaultBackend === undefined
    ? '<default>' : yield* backendText(subject, spec.defaultBackend);
  w.field(0, 'Default backend', fallback);
  writeTls(w, spec?.tls);
  w.write(0, 'Rules:\n  Host\tPath\tBackends\n');
  w.write(1, '----\t----\t--------\n');
  const rules = (spec?.rules ?? []).filter(({ http }) => http !== undefined);
  for (const { host, http } of rules) {
    w.write(1, `${host || '*'}\t\n`);
    for (const { path = '', backend } of http?.paths ?? []) {
      w.write(2, `\t${path} \t${yield* backendText(subject, backend)}\n`);
    }
  }
  if (rules.length === 0) w.write(1, `*\t*\t${fallback}\n`);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  writeEvents(w, events);
};

function writeTls(w: DescribeWriter, tls: Ingress['spec']['tls'] = []): void {
  if (tls.length === 0) return;
  w.write(0, 'TLS:\n');
  for (const { secretName = '', hosts } of tls) {
    const names = (hosts ?? []).join(',');
    w.write(1, secretName === '' ? `SNI routes ${names}\n` : `${secretName} terminates ${names}\n`);
  }
}

/** `web:80 (10.244.1.2:8080)`: the Service, and where its port leads. */
function* backendText({ context, namespace }: Subject, backend: IngressBackend): Story<string> {
  const { service, resource } = backend;
  if (service === undefined) {
    return resource === undefined ? '' : `APIGroup: ${resource.apiGroup ?? '<none>'}, ` +
      `Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  const { name, port } = service;
  const text = `${name}:${port?.number || (port?.name ?? '')}`;
  try {
    const list = yield* context.request({
      path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      query: { labelSelector: `kubernetes.io/service-name=${name}` },
    });
    const found = yield* context.request({ path: `/api/v1/namespaces/${namespace}/services/${name}` });
    const ports = (found as unknown as Service).spec?.ports ?? [];
    const meant = ports.findLast((one) =>
      port?.number ? one.port === port.number : Boolean(port?.name) && one.name === port?.name);
    const slices = itemsOf(list) as unknown as readonly EndpointSlice[];
    return `${text} (${endpointsText(slices, meant?.name ?? '')})`;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return `${text} (<error: ${bareMessage(error)}>)`;
  }
}

export const describeIngressClass: Describer = function* (w, subject) {
  const { metadata, spec } = subject.object as unknown as IngressClass;
  const events = yield* eventsOf(subject);
  writeHead(w, metadata);
  w.field(0, 'Controller', spec?.controller);
  const { parameters } = spec ?? {};
  if (parameters !== undefined) {
    w.write(0, 'Parameters:\n');
    if (parameters.apiGroup !== undefined) w.field(1, 'APIGroup', parameters.apiGroup);
    w.field(1, 'Kind', parameters.kind);
    w.field(1, 'Name', parameters.name);
  }
  writeEvents(w, events);
};
