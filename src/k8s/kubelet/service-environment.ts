import type { Pod, Service } from '../../api/types.gen.ts';
import type { Informer } from '../client/informer.ts';
import { serviceVariables } from './environment.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * The variables of the Services that a Pod may know: those of its namespace and the API's own.
 * Upstream: pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap).
 */
export class ServiceEnvironment {
  private readonly informer: Informer<Service>;
  /** By namespace; forgotten when any Service changes. */
  private readonly known = new Map<string, Variables>();

  constructor(informer: Informer<Service>) {
    this.informer = informer;
  }

  /** @param synced is called once, when all Services are known. */
  start(synced: () => void): void {
    const forget = () => this.known.clear();
    let isSynced = false;
    this.informer.on({
      added: forget,
      updated: forget,
      deleted: forget,
      replaced: () => {
        if (isSynced) return;
        isSynced = true;
        synced();
      },
    });
    this.informer.start();
  }

  stop(): void {
    this.informer.stop();
  }

  variablesFor({ spec, metadata }: Pod): Variables {
    const namespace = spec?.enableServiceLinks === false ? '' : (metadata.namespace ?? '');
    const known = this.known.get(namespace);
    if (known !== undefined) return known;
    const { store } = this.informer;
    const master = store.get('default/kubernetes');
    const own = store.inNamespace(namespace).filter((service) => service !== master);
    const variables = serviceVariables(master === undefined ? own : [...own, master]);
    this.known.set(namespace, variables);
    return variables;
  }
}
