/**
 * Listing: from the cache once it is sure to be current (as since 1.31), from etcd in pages, at an
 * exact revision, or at once from the cache with resourceVersion=0.
 * Follows apiserver pkg/storage/cacher/{cacher,delegator}.go and pkg/storage/etcd3/store.go.
 */
import { StatusError, badRequest, expired } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { encodeContinue, decodeContinue } from '../continue-token.ts';
import { EtcdError, type Exchange, answer, param, readRange } from '../exchange.ts';
import { type ListMetadata, presentList } from '../present.ts';
import type { Resource } from '../resource.ts';
import { interestOf, versionsOf } from '../selection.ts';
import type { Entry } from '../stored.ts';
import { type Interest, isOfInterest } from '../watchers.ts';
import { prefixEnd } from '../../etcd/index.ts';

export interface Listed {
  readonly entries: readonly Entry[];
  readonly metadata: ListMetadata;
}

export function* list(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { entries, metadata } = yield* listEntries(x, resource, interestOf(x, resource));
  return answer(x, 200, presentList(x, resource, entries, metadata));
}

/** What a list request selects. */
export function* listEntries(x: Exchange, resource: Resource, interest: Interest): Story<Listed> {
  const { resourceVersion, match } = versionsOf(x, false);
  const limit = Number(param(x, 'limit') || 0);
  const token = param(x, 'continue');
  if (token !== '' && resourceVersion !== '' && resourceVersion !== '0') {
    throw new StatusError(
      badRequest('specifying resource version is not allowed when using continue'),
    );
  }
  const { cache } = resource;
  const isPaged = token !== '' || (limit > 0 && resourceVersion !== '0');
  if (isPaged || match === 'Exact' || !cache.isReady) {
    return yield* listPage(x, resource, interest, { limit, token, match, resourceVersion });
  }
  if (resourceVersion === '') yield* currentRevision(x);
  else if (Number(resourceVersion) > cache.revision) {
    throw new StatusError(tooLarge(resourceVersion, cache.revision));
  }
  return listCached(resource, interest);
}

/** After etcd's answer every cache is as new as the answer is. */
export function* currentRevision(_x: Exchange): Story<number> {
  const { revision } = yield* readRange({ key: '/registry/health' });
  return revision;
}

const tooLarge = (asked: string, current: number) =>
  ({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  }) as const;

/** All of interest that the cache has, in order of their keys. */
export function listCached(resource: Resource, interest: Interest): Listed {
  const { cache } = resource;
  const { kind } = resource.store;
  const scope = resource.scope(interest.namespace);
  const all = cache.under(scope, prefixEnd(scope));
  const isAll = interest.labels === undefined && interest.fields === undefined;
  const entries = isAll ? all : all.filter(({ object }) => isOfInterest(kind, interest, object));
  return { entries, metadata: { resourceVersion: String(cache.revision) } };
}

interface Page {
  readonly limit: number;
  readonly token: string;
  readonly match: string;
  readonly resourceVersion: string;
}

/** One page out of etcd: all pages of a list are of the revision of the first. */
function* listPage(x: Exchange, resource: Resource, interest: Interest, page: Page): Story<Listed> {
  const scope = resource.scope(interest.namespace);
  const from = page.token === '' ? undefined : decodeContinue(page.token, scope);
  const asked = page.match === 'Exact' ? Number(page.resourceVersion) : 0;
  let revision = from?.revision ?? asked;
  let key = from?.key ?? scope;
  const end = prefixEnd(scope);
  const entries: Entry[] = [];
  for (;;) {
    const found = yield* rangeAt(x, { key, end, limit: page.limit, revision }, from !== undefined);
    if (revision <= 0) revision = found.revision;
    let taken = 0;
    for (const kv of found.kvs) {
      taken += 1;
      const entry = (resource.reader ?? x.server.reader).read(kv);
      if (isOfInterest(resource.store.kind, interest, entry.object)) entries.push(entry);
      if (page.limit > 0 && entries.length === page.limit) break;
    }
    const last = found.kvs[taken - 1]?.key;
    const left = found.count - taken;
    if (left === 0 || last === undefined)
      return { entries, metadata: { resourceVersion: String(revision) } };
    key = `${last}\0`;
    if (entries.length < page.limit) continue;
    const isPlain = interest.labels === undefined && interest.fields === undefined;
    const metadata: ListMetadata = {
      resourceVersion: String(revision),
      continue: encodeContinue(key, scope, revision),
      // With a selector nobody knows how many of the rest it selects.
      ...(isPlain ? { remainingItemCount: left } : {}),
    };
    return { entries, metadata };
  }
}

function* rangeAt(
  x: Exchange,
  query: { key: string; end: string; limit: number; revision: number },
  isContinued: boolean,
) {
  try {
    return yield* readRange({ ...query, revision: Math.max(0, query.revision) });
  } catch (problem) {
    if (!(problem instanceof EtcdError) || problem.compactRevision === undefined) throw problem;
    throw new StatusError(
      expired(
        isContinued
          ? 'The provided continue parameter is too old to display a consistent list result. You can ' +
              'start a new list without the continue parameter, or use the continue token in this ' +
              'response to retrieve the remainder of the results. Continuing with the provided token ' +
              'results in an inconsistent list - objects that were created, modified, or deleted ' +
              'between the time the first chunk was returned and now may show up in the list.'
          : 'The resourceVersion for the provided list is too old.',
      ),
    );
  }
}
