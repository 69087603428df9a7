/** `describe` of what a cluster hands out: CSINodes, service ranges and addresses, certificates. */
import type { CSINode, CertificateSigningRequest, IPAddress, ServiceCIDR } from '../../../api/types.gen.ts';
import { decodeBase64 } from '../../../api/base64.ts';
import { humanDuration } from '../../../api/duration.ts';
import { formatLabels } from '../../../api/selectors.ts';
import { subjectOfRequest } from '../../../k8s/client/index.ts';
import { failed } from '../errors.ts';
import { type Describer, eventsOf } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import { type DescribeWriter, orNone, rfc1123 } from './writer.ts';

type Metadata = CSINode['metadata'];

function writeOwnHead(w: DescribeWriter, { name, labels, annotations }: Metadata): void {
  w.field(0, 'Name', name);
  writeLabels(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
}

export const describeCsiNode: Describer = function* (w, subject) {
  const { metadata, spec } = subject.object as unknown as CSINode;
  const events = yield* eventsOf(subject);
  writeOwnHead(w, metadata);
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  w.write(0, 'Spec:\n');
  if (spec.drivers.length > 0) w.write(1, 'Drivers:\n');
  for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
    w.write(2, `${name}:\n`);
    w.field(3, 'Node ID', nodeID);
    if (allocatable?.count !== undefined) {
      w.write(3, 'Allocatables:\n');
      w.field(4, 'Count', allocatable.count);
    }
    if (topologyKeys !== undefined) w.field(3, 'Topology Keys', `[${topologyKeys.join(' ')}]`);
  }
  writeEvents(w, events);
};

export const describeServiceCidr: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as ServiceCIDR;
  const events = yield* eventsOf(subject);
  writeOwnHead(w, metadata);
  w.field(0, 'CIDRs', (spec?.cidrs ?? []).join(', '));
  const { conditions = [] } = status ?? {};
  if (conditions.length > 0) {
    w.write(0, 'Status:\nConditions:\n');
    w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n');
    w.write(1, '----\t------\t------------------\t------\t-------\n');
  }
  for (const { type, status: value, lastTransitionTime, reason, message } of conditions) {
    w.write(1, `${type}\t${value}\t${rfc1123(lastTransitionTime)}\t${reason}\t${message}\n`);
  }
  writeEvents(w, events);
};

export const describeIpAddress: Describer = function* (w, subject) {
  const { metadata, spec } = subject.object as unknown as IPAddress;
  const events = yield* eventsOf(subject);
  writeOwnHead(w, metadata);
  if (spec?.parentRef !== undefined) {
    const { group, resource, namespace, name } = spec.parentRef;
    w.write(0, 'Parent Reference:\n');
    w.field(1, 'Group', group);
    w.field(1, 'Resource', resource);
    w.field(1, 'Namespace', namespace);
    w.field(1, 'Name', name);
  }
  writeEvents(w, events);
};

export const describeCertificateRequest: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as CertificateSigningRequest;
  const parsed = subjectOfRequest(decodeBase64(spec.request) ?? '');
  if (parsed === undefined) {
    throw failed('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST');
  }
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Labels', orNone(formatLabels(metadata.labels)));
  w.field(0, 'Annotations', orNone(formatLabels(metadata.annotations)));
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  w.field(0, 'Requesting User', spec.username);
  w.field(0, 'Signer', spec.signerName);
  if (spec.expirationSeconds !== undefined) {
    w.field(0, 'Requested Duration', humanDuration(spec.expirationSeconds * 1000));
  }
  w.field(0, 'Status', statusText(status));
  w.write(0, 'Subject:\n');
  w.write(0, `\tCommon Name:\t${parsed.commonName}\n`);
  w.write(0, '\tSerial Number:\t\n');
  if (parsed.organizations.length > 0) {
    w.write(0, `\tOrganization:\t${parsed.organizations.join('\n\t\t')}\n`);
  }
  writeEvents(w, events);
};

function statusText({ conditions = [], certificate = '' }: NonNullable<CertificateSigningRequest['status']> = {}): string {
  const has = (type: string) => conditions.some((condition) => condition.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return decision + (has('Failed') ? ',Failed' : '') + (certificate === '' ? '' : ',Issued');
}
