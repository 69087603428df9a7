/**
 * A control loop's own identity: a service account in kube-system, and a token for it that is
 * renewed in time. Upstream: pkg/controller (DynamicClientBuilder).
 */
import { type ApiClient, isOk } from '../client/index.ts';

const path = '/api/v1/namespaces/kube-system/serviceaccounts';
const lifetimeSeconds = 3_600;
const retryMs = 1_000;

/**
 * @param root may make accounts and ask for tokens. @param own speaks as the account from then on.
 * @param begin called once, when it does.
 */
export function useServiceAccount(
  root: ApiClient,
  own: ApiClient,
  name: string,
  begin: () => void,
): void {
  new AccountToken(root, own, name, begin).ask();
}

class AccountToken {
  private readonly root: ApiClient;
  private readonly own: ApiClient;
  private readonly name: string;
  private begin: (() => void) | undefined;
  private readonly address: number;

  constructor(root: ApiClient, own: ApiClient, name: string, begin: () => void) {
    this.root = root;
    this.own = own;
    this.name = name;
    this.begin = begin;
    const { process } = root;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  ask(): void {
    const because = `${this.name} needs a token`;
    const body = { spec: { expirationSeconds: lifetimeSeconds } };
    this.root.request(
      { method: 'POST', path: `${path}/${this.name}/token`, body, because },
      (response) => {
        const { status } = (response.body ?? {}) as { status?: { token?: string } };
        if (response.status === 404) return this.makeAccount();
        if (!isOk(response) || status?.token === undefined) return this.later(retryMs);
        this.own.setCredential({ type: 'token', token: status.token });
        this.later(lifetimeSeconds * 800);
        this.begin?.();
        this.begin = undefined;
      },
    );
  }

  /** The kernel's alone. */
  receive(): void {
    this.ask();
  }

  private makeAccount(): void {
    const body = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: this.name, namespace: 'kube-system' },
    };
    const because = `${this.name} works under a name of its own`;
    this.root.request({ method: 'POST', path, body, because }, (response) => {
      // Somebody else of this process may have made it meanwhile.
      if (isOk(response) || response.status === 409) this.ask();
      else this.later(retryMs);
    });
  }

  private later(ms: number): void {
    this.root.process.site.after(ms, this.address, {});
  }
}
