/**
 * A scheduler's word: this Pod runs on that node.
 * Follows pkg/registry/core/pod/storage/storage.go (BindingREST).
 */
import { formatTime } from '../../../kernel/calendar.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import { goQuote } from '../../../api/go-text.ts';
import { required } from '../../../api/field.ts';
import { StatusError, badRequest, conflict, invalidObject } from '../../../api/status.ts';
import type { Pod, PodCondition } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, answer } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { writeOptions } from '../write-options.ts';
import { updateObject } from '../updating.ts';

export function* createBinding(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const options = writeOptions(x, 'CreateOptions');
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a Binding object'));
  const { namespace, name } = x.route;
  const node = nodeOf(data, name);
  const { annotations, labels } = (data['metadata'] ?? {}) as {
    annotations?: JsonObject;
    labels?: JsonObject;
  };
  yield* updateObject(x, {
    resource,
    key: resource.key(namespace, name),
    name,
    subresource: 'binding',
    options,
    // oxlint-disable-next-line require-yield -- a change is a story
    *change({ object }) {
      const pod = assigned(x, object as Pod, node);
      if (annotations === undefined && labels === undefined) return { object: pod };
      const { metadata } = pod;
      const merged = {
        ...metadata,
        ...(annotations === undefined
          ? {}
          : { annotations: { ...metadata.annotations, ...annotations } }),
        ...(labels === undefined ? {} : { labels: { ...metadata.labels, ...labels } }),
      };
      return { object: { ...pod, metadata: merged } as Pod };
    },
  });
  return answer(x, 201, created as unknown as Json);
}

const created = Object.freeze({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
});

function nodeOf(binding: JsonObject, name: string): string {
  const target = (binding['target'] ?? {}) as { kind?: string; name?: string };
  if (
    target.kind !== undefined &&
    target.kind !== '' &&
    target.kind !== 'Node' &&
    target.kind !== 'Minion'
  ) {
    throw new StatusError(
      invalidObject({ group: '', kind: 'Binding' }, name, [
        {
          type: 'FieldValueNotSupported',
          field: 'target.kind',
          message: `Unsupported value: ${goQuote(target.kind)}: supported values: "Node", "<empty>"`,
        },
      ]),
    );
  }
  if (target.name) return target.name;
  throw new StatusError(
    invalidObject({ group: '', kind: 'Binding' }, name, [required('target.name')]),
  );
}

function assigned(x: Exchange, pod: Pod, node: string): Pod {
  const { metadata, spec, status } = pod;
  const refuse = (reason: string): never => {
    throw new StatusError(conflict({ group: '', plural: 'pods/binding' }, metadata.name, reason));
  };
  if (metadata.deletionTimestamp !== undefined) {
    refuse(`pod ${metadata.name} is being deleted, cannot be assigned to a host`);
  }
  if (spec?.nodeName)
    refuse(`pod ${metadata.name} is already assigned to node ${goQuote(spec.nodeName)}`);
  if ((spec?.schedulingGates ?? []).length > 0) {
    refuse(`pod ${metadata.name} has non-empty .spec.schedulingGates`);
  }
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(x.server.site.clock),
  } as unknown as PodCondition;
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  return {
    ...pod,
    spec: { ...spec, nodeName: node },
    status: { ...status, conditions: [...others, scheduled] },
  } as Pod;
}
