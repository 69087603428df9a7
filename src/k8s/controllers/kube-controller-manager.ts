/**
 * kube-controller-manager: one process, many control loops, each with its own queue and its own
 * brake (20 requests a second, 30 at once), all over one connection and one set of caches.
 * With --use-service-account-credentials each loop speaks as its own service account.
 * Upstream: cmd/kube-controller-manager.
 */
import { type Daemon, type Process, type Program, endOnSignal } from '../../host/index.ts';
import {
  ApiClient, clientFromFlags, type ControllerContext, discover, Harness, InformerFactory,
  type KindName, log, parseFlags, servesAll, serveHealth, whenLeading,
} from '../client/index.ts';
import { loops, reconcilers } from './list.ts';
import { type LoopOptions, optionsFrom } from './options.ts';
import { useServiceAccount } from './service-account-client.ts';

const qps = 20;
const burst = 30;
const usualHaste = { qps: 1, burst: 1 };
const healthPort = 10_257;

export const kubeControllerManager: Program = { name: 'kube-controller-manager', start };

function start(process: Process): Daemon {
  const flags = parseFlags(process.args);
  const client = clientFromFlags(process, flags, {});
  if (!(client instanceof ApiClient)) {
    log(process, 'E', 'run.go:72', `"command failed" err="${client.problem}"`);
    process.end(1);
    return {};
  }
  log(process, 'I', 'controllermanager.go:184', '"Starting" version="v1.33.1"');
  serveHealth(process, healthPort, flags.get('bind-address'));
  whenLeading(client, flags, 'kube-controller-manager', () =>
    discover(client, (served) =>
      run(client, optionsFrom(process, flags, served), enabled(flags.get('controllers') ?? '*'))));
  return { signal: endOnSignal(process) };
}

/** A loop whose kinds the server does not know is left out, as upstream does. */
function run(client: ApiClient, options: LoopOptions, isEnabled: IsEnabled): void {
  const informers = new InformerFactory(client.with({ qps: 200, burst: 200 }));
  const begin = (account: string, run: (context: ControllerContext) => void, haste = usualHaste) => {
    const own = client.with({ qps: qps * haste.qps, burst: burst * haste.burst });
    if (!options.hasOwnAccounts || account === '') run({ client: own, informers });
    else useServiceAccount(client, own, account, () => run({ client: own, informers }));
  };
  for (const [name, { account, make, isOnRequest = false }] of Object.entries(reconcilers)) {
    const controller = make(options);
    if (controller === undefined || !isEnabled(name, isOnRequest)) continue;
    const kinds = [...Object.keys(controller.watches), ...(controller.reads ?? [])] as KindName[];
    if (!servesAll(options.served, kinds)) continue;
    begin(account, (context) => new Harness(context, controller).start());
  }
  for (const [name, { account, loop, haste }] of Object.entries(loops)) {
    if (isEnabled(name)) begin(account, (context) => loop(context, options), haste);
  }
  informers.start();
}

type IsEnabled = (name: string, isOnRequest?: boolean) => boolean;

/** Names that controllers had before 1.28, as far as kubeadm still uses them. */
const oldNames: Readonly<Record<string, string>> = {
  bootstrapsigner: 'bootstrap-signer-controller',
  tokencleaner: 'token-cleaner-controller',
};

/** `*,bootstrapsigner,-deployment-controller`: a minus takes one out of what `*` turns on. */
function enabled(list: string): IsEnabled {
  const items = list.split(',').map((item) => oldNames[item] ?? item);
  return (name, isOnRequest = false) =>
    !items.includes(`-${name}`) &&
    (items.includes(name) || (items.includes('*') && !isOnRequest));
}
