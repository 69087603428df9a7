/**
 * kube-scheduler: gives every Pod a node. One Pod at a time is decided on; bindings go on beside.
 * What it has decided counts at once (assumed), though the API server has yet to hear of it.
 * Simplified: one profile, no extenders, no waiting on permit.
 * Upstream: cmd/kube-scheduler, pkg/scheduler (scheduler.go, schedule_one.go, eventhandlers.go).
 */
import { type Daemon, type Process, type Program, endOnSignal } from '../../host/index.ts';
import {
  ApiClient,
  clientFromFlags,
  log,
  parseFlags,
  serveHealth,
  whenLeading,
} from '../client/index.ts';
import { Scheduler } from './scheduler.ts';

const healthPort = 10_259;

export const kubeScheduler: Program = { name: 'kube-scheduler', start };

function start(process: Process): Daemon {
  const flags = parseFlags(process.args);
  const client = clientFromFlags(process, flags, { qps: 50, burst: 100 });
  if (!(client instanceof ApiClient)) {
    log(process, 'E', 'run.go:72', `"command failed" err="${client.problem}"`);
    process.end(1);
    return {};
  }
  log(process, 'I', 'server.go:171', '"Starting Kubernetes Scheduler" version="v1.33.1"');
  serveHealth(process, healthPort, flags.get('bind-address'));
  // Caches fill before the election, so that a new leader can begin at once.
  const scheduler = new Scheduler(client);
  const election = client.with({ qps: 50, burst: 100 });
  whenLeading(election, flags, 'kube-scheduler', () => scheduler.lead());
  return { signal: endOnSignal(process) };
}
