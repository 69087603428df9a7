/** `describe configmap`, `secret`, `serviceaccount`, `namespace`, `resourcequota`, `limitrange`. */
import type {
  ConfigMap, LimitRange, Namespace, ResourceQuota, Secret, ServiceAccount,
} from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { decodeBase64 } from '../../../api/base64.ts';
import { ServerError } from '../errors.ts';
import { itemsOf } from '../targets.ts';
import { type Describer, type Subject, eventsOf, writeHead } from './describer.ts';
import { writeEvents } from './events.ts';
import { byText, writeAnnotations, writeLabels } from './metadata.ts';
import { type DescribeWriter, rfc1123 } from './writer.ts';

export const describeConfigMap: Describer = function* (w, subject) {
  const { metadata, data = {}, binaryData = {} } = subject.object as unknown as ConfigMap;
  writeHead(w, metadata);
  w.write(0, '\nData\n====\n');
  for (const key of Object.keys(data).sort()) w.write(0, `${key}:\n----\n${data[key] ?? ''}\n\n`);
  w.write(0, '\nBinaryData\n====\n');
  for (const key of Object.keys(binaryData).sort()) {
    w.write(0, `${key}: ${byteCount(binaryData[key] ?? '')} bytes\n`);
  }
  w.write(0, '\n');
  writeEvents(w, yield* eventsOf(subject));
};

/** How many bytes a Base64 text stands for. */
const byteCount = (encoded: string): number =>
  Math.floor((encoded.length * 3) / 4) - (/=*$/.exec(encoded)?.[0].length ?? 0);

// oxlint-disable-next-line require-yield -- a Secret's description needs nothing else
export const describeSecret: Describer = function* (w, subject) {
  const { metadata, type = '', data = {} } = subject.object as unknown as Secret;
  writeHead(w, metadata);
  w.write(0, `\nType:\t${type}\n`);
  w.write(0, '\nData\n====\n');
  for (const key of Object.keys(data).sort()) {
    const value = data[key] ?? '';
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
    w.field(0, key, isToken ? decodeBase64(value) : `${byteCount(value)} bytes`);
  }
};

export const describeServiceAccount: Describer = function* (w, subject) {
  const account = subject.object as unknown as ServiceAccount;
  const { tokens, existing } = yield* secretsOf(subject, account);
  const events = yield* eventsOf(subject);
  writeHead(w, account.metadata);
  const lists = [
    ['Image pull secrets:', account.imagePullSecrets ?? []],
    ['Mountable secrets: ', account.secrets ?? []],
    ['Tokens:            ', tokens],
  ] as const;
  for (const [title, secrets] of lists) {
    if (secrets.length === 0) w.write(0, `${title}\t<none>\n`);
    secrets.forEach(({ name = '' }, i) => {
      const suffix = existing?.has(name) === false ? ' (not found)' : '';
      w.write(0, `${i === 0 ? title : ' '.repeat(19)}\t${name}${suffix}\n`);
    });
  }
  writeEvents(w, events);
};

function* secretsOf({ context, namespace }: Subject, { metadata }: ServiceAccount) {
  try {
    const list = yield* context.request({
      path: `/api/v1/namespaces/${namespace}/secrets`, query: { limit: '500' },
    });
    const secrets = itemsOf(list) as unknown as readonly Secret[];
    const tokens = secrets.filter(({ type, metadata: { annotations = {} } }) =>
      type === 'kubernetes.io/service-account-token' &&
      annotations['kubernetes.io/service-account.name'] === metadata.name &&
      annotations['kubernetes.io/service-account.uid'] === metadata.uid);
    return {
      tokens: tokens.map((secret) => ({ name: secret.metadata.name })),
      existing: new Set(secrets.map((secret) => secret.metadata.name)),
    };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { tokens: [], existing: undefined };
  }
}

export const describeNamespace: Describer = function* (w, subject) {
  const { metadata, status } = subject.object as unknown as Namespace;
  const quotas = yield* listIn<ResourceQuota>(subject, 'resourcequotas');
  const ranges = yield* listIn<LimitRange>(subject, 'limitranges');
  w.field(0, 'Name', metadata.name);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Status', status?.phase);
  writeNamespaceConditions(w, status?.conditions);
  if (quotas !== undefined) {
    w.write(0, '\n');
    writeQuotas(w, quotas);
  }
  if (ranges !== undefined) {
    w.write(0, '\n');
    if (ranges.length === 0) w.write(0, 'No LimitRange resource.\n');
    else {
      w.write(0, 'Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n');
      w.write(0, ' ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n');
      for (const range of ranges) writeLimits(w, range, ' ');
    }
  }
};

/** The objects of one kind in the namespace that is described; undefined if not served. */
function* listIn<T>({ context, name }: Subject, plural: string): Story<readonly T[] | undefined> {
  try {
    const path = `/api/v1/namespaces/${name}/${plural}`;
    return itemsOf(yield* context.request({ path, query: { limit: '500' } })) as unknown as readonly T[];
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // kubectl shows neither quotas nor limits when it cannot find them.
    return error.status.reason === 'NotFound' ? [] : undefined;
  }
}

function writeNamespaceConditions(
  w: DescribeWriter, conditions: NonNullable<Namespace['status']>['conditions'] = [],
): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n');
  w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n');
  w.write(1, '----\t------\t------------------\t------\t-------\n');
  for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions) {
    w.write(1, `${type}\t${status}\t${rfc1123(lastTransitionTime)}\t${reason}\t${message}\n`);
  }
}

function writeQuotas(w: DescribeWriter, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) {
    w.write(0, 'No resource quota.\n');
    return;
  }
  w.write(0, 'Resource Quotas\n');
  for (const { metadata, spec, status } of byText(quotas, (quota) => quota.metadata.name)) {
    w.field(1, 'Name', metadata.name);
    writeScopes(w, spec?.scopes, { level: 1, indent: '' });
    w.write(1, 'Resource\tUsed\tHard\n');
    w.write(1, '--------\t---\t---\n');
    for (const name of Object.keys(status?.hard ?? {}).sort()) {
      w.write(1, `${name}\t${status?.used?.[name] ?? '0'}\t${status?.hard?.[name] ?? ''}\n`);
    }
  }
}

const scopeTexts: Readonly<Record<string, string>> = {
  Terminating: 'have an active deadline. These pods have a limited lifespan on a node before being ' +
    'actively terminated by the system.',
  NotTerminating: 'do not have an active deadline. These pods usually include long running pods ' +
    'whose container command is not expected to terminate.',
  BestEffort: 'do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'have at least one resource requirement set. These pods have a burstable or ' +
    'guaranteed quality of service.',
};

function writeScopes(
  w: DescribeWriter, scopes: readonly string[] = [],
  { level, indent }: { level: number; indent: string },
): void {
  if (scopes.length === 0) return;
  const sorted = [...scopes].sort();
  w.field(level, 'Scopes', sorted.join(', '));
  for (const scope of sorted) {
    const text = scopeTexts[scope];
    if (text !== undefined) w.write(level, `${indent}* Matches all pods that ${text}\n`);
  }
}

// oxlint-disable-next-line require-yield -- a quota's description needs nothing else
export const describeQuota: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as ResourceQuota;
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  writeScopes(w, spec?.scopes, { level: 0, indent: ' ' });
  w.write(0, 'Resource\tUsed\tHard\n');
  w.write(0, '--------\t----\t----\n');
  for (const name of Object.keys(status?.hard ?? {}).sort()) {
    w.write(0, `${name}\t${status?.used?.[name] ?? '0'}\t${status?.hard?.[name] ?? ''}\n`);
  }
};

// oxlint-disable-next-line require-yield -- a range's description needs nothing else
export const describeLimitRange: Describer = function* (w, subject) {
  const range = subject.object as unknown as LimitRange;
  w.field(0, 'Name', range.metadata.name);
  w.field(0, 'Namespace', range.metadata.namespace);
  w.write(0, 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n');
  w.write(0, '----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n');
  writeLimits(w, range, '');
};

function writeLimits(w: DescribeWriter, { spec }: LimitRange, prefix: string): void {
  for (const item of spec?.limits ?? []) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
    for (const name of [...names].sort()) {
      const cells = lists.map((list) => list?.[name] ?? '-');
      w.write(0, `${prefix}${item.type}\t${name}\t${cells.join('\t')}\n`);
    }
  }
}
