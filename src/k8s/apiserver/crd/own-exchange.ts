/**
 * A request that the server makes of itself, for its own controllers: upstream's loopback client.
 */
import type { Exchange, Server, StreamPort } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import type { WriteOptions } from '../write-options.ts';

const noStream: StreamPort = {
  respond: () => undefined,
  begin: () => undefined,
  event: () => undefined,
  data: () => undefined,
  end: () => undefined,
  endAfter: () => undefined,
  ended: undefined,
  received: undefined,
};

export const ownOptions: WriteOptions = {
  isDryRun: false,
  manager: 'kube-apiserver',
  validation: 'Ignore',
  isForced: false,
};

/** @param because why, for the trace */
export function ownExchange(
  server: Server,
  resource: Resource,
  place: { readonly namespace?: string; readonly name: string },
  because: string,
  subresource = '',
): Exchange {
  const { group, version, plural } = resource.kind;
  return {
    server,
    id: 0,
    stream: noStream,
    warnings: [],
    reverts: [],
    request: {
      method: 'PUT',
      path: '',
      headers: { 'user-agent': 'kube-apiserver/v1.33.1' },
      because,
    },
    route: {
      verb: 'update',
      resource,
      group,
      version,
      plural,
      namespace: place.namespace ?? '',
      name: place.name,
      subresource,
      rest: '',
    },
    user: { name: 'system:apiserver', groups: ['system:masters'] },
  };
}
