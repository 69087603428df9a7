/**
 * Lifecycle hooks: exec, httpGet, sleep. Upstream: pkg/kubelet/lifecycle/handlers.go.
 */
import type { Container as ContainerSpec, LifecycleHandler, Pod } from '../../api/types.gen.ts';
import type { Container } from '../../host/runtime/index.ts';
import type { Story } from '../../kernel/index.ts';
import { execIn, httpGet, portOf } from './handlers.ts';
import type { Kubelet } from './kubelet.ts';

/** Undefined when the hook did its work; else what to say. */
export function* runHook(
  kubelet: Kubelet,
  pod: Pod,
  container: Container,
  spec: ContainerSpec,
  hook: LifecycleHandler,
): Story<string | undefined> {
  if (hook.exec !== undefined) {
    const { code, output, problem } = yield* execIn(
      kubelet,
      container,
      hook.exec.command ?? [],
      undefined,
    );
    if (problem === undefined && code === 0) return undefined;
    const what =
      problem ?? `command '${(hook.exec.command ?? []).join(' ')}' exited with ${code}: ${output}`;
    return (
      `Exec lifecycle hook (${listed(hook.exec.command)}) for Container "${spec.name}" in ` +
      `Pod "${pod.metadata.name}" failed - error: ${what}`
    );
  }
  if (hook.httpGet !== undefined) {
    const port = portOf(hook.httpGet.port, spec);
    if (port === undefined) return 'no such port';
    const ip = container.sandbox.net?.ip ?? '';
    const answer = yield* httpGet(
      kubelet,
      hook.httpGet,
      hook.httpGet.host ?? ip,
      port,
      60_000,
      'lifecycle',
    );
    return (
      answer.error ??
      (answer.status >= 400 ? `HTTP lifecycle hook failed with status ${answer.status}` : undefined)
    );
  }
  if (hook.sleep !== undefined) {
    yield* kubelet.alarms.sleep(hook.sleep.seconds * 1000, `sleep hook ${spec.name}`);
  }
  return undefined;
}

const listed = (words: readonly string[] = []): string => `[${words.join(' ')}]`;
