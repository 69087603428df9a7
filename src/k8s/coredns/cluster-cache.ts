/** What CoreDNS's `kubernetes` plugin knows of the cluster: informers and their indexes. */
import { keyOf } from '../../api/object.ts';
import type { EndpointSlice, Namespace, Service } from '../../api/types.gen.ts';
import type { InformerFactory } from '../client/index.ts';
import type { ClusterView } from './records.ts';

export class ClusterCache implements ClusterView {
  private readonly informers: InformerFactory;

  constructor(informers: InformerFactory) {
    this.informers = informers;
    informers
      .of('Service')
      .store.addIndex('ip', ({ spec }: Service) =>
        spec?.clusterIP === undefined || spec.clusterIP === 'None' ? [] : [spec.clusterIP],
      );
    const { store } = informers.of('EndpointSlice');
    store.addIndex('service', ({ metadata }: EndpointSlice) => [
      `${metadata.namespace ?? ''}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
    ]);
    store.addIndex('ip', ({ endpoints }: EndpointSlice) =>
      endpoints.flatMap(({ addresses }) => addresses),
    );
    informers.of('Namespace');
  }

  get hasSynced(): boolean {
    return this.informers.hasSynced;
  }

  service(key: string): Service | undefined {
    return this.informers.of('Service').store.get(key);
  }

  slices(serviceKey: string): readonly EndpointSlice[] {
    return this.sorted(this.informers.of('EndpointSlice').store.byIndex('service', serviceKey));
  }

  namespace(name: string): Namespace | undefined {
    return this.informers.of('Namespace').store.get(name);
  }

  servicesAt(ip: string): readonly Service[] {
    return this.informers.of('Service').store.byIndex('ip', ip);
  }

  slicesAt(ip: string): readonly EndpointSlice[] {
    return this.sorted(this.informers.of('EndpointSlice').store.byIndex('ip', ip));
  }

  private sorted(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
    if (slices.length < 2) return slices;
    return [...slices].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}
