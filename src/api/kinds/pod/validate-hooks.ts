/**
 * Probes and life-cycle hooks.
 * Follows pkg/apis/core/validation/validation.go (validateProbe, validateLifecycle, …).
 */
import { child, forbidden, invalid, required } from '../../field.ts';
import { isHttpHeaderName } from '../../names.ts';
import type { Container, HTTPGetAction, LifecycleHandler, Probe } from '../../types.gen.ts';
import {
  checkNotNegative,
  checkOneOf,
  checkPort,
  checkRequired,
  checkRule,
  type Errors,
} from '../checks.ts';

/** Life-cycle hooks and probes of a container that stays. */
export function checkHooks(errors: Errors, container: Container, path: string): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle?.postStart) {
    checkHandler(errors, lifecycle.postStart, child(child(path, 'lifecycle'), 'postStart'));
  }
  if (lifecycle?.preStop) {
    checkHandler(errors, lifecycle.preStop, child(child(path, 'lifecycle'), 'preStop'));
  }
  if (livenessProbe) checkOnceProbe(errors, livenessProbe, child(path, 'livenessProbe'));
  if (readinessProbe) {
    const probePath = child(path, 'readinessProbe');
    checkProbe(errors, readinessProbe, probePath);
    if (readinessProbe.terminationGracePeriodSeconds !== undefined) {
      errors.push(
        invalid(
          child(probePath, 'terminationGracePeriodSeconds'),
          readinessProbe.terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        ),
      );
    }
  }
  if (startupProbe) checkOnceProbe(errors, startupProbe, child(path, 'startupProbe'));
}

/** Liveness and start-up are settled by one success. */
function checkOnceProbe(errors: Errors, probe: Probe, path: string): void {
  checkProbe(errors, probe, path);
  if (probe.successThreshold !== 1) {
    errors.push(invalid(child(path, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
  }
}

const probeNumbers = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function checkProbe(errors: Errors, probe: Probe, path: string): void {
  checkHandler(errors, probe, path);
  for (const name of probeNumbers) checkNotNegative(errors, child(path, name), probe[name]);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(
      invalid(child(path, 'terminationGracePeriodSeconds'), grace, 'must be greater than 0'),
    );
  }
}

function checkHandler(errors: Errors, handler: Probe | LifecycleHandler, path: string): void {
  const { exec, httpGet, tcpSocket } = handler;
  const grpc = 'grpc' in handler ? handler.grpc : undefined;
  const sleep = 'sleep' in handler ? handler.sleep : undefined;
  const used = Object.entries({ exec, httpGet, tcpSocket, grpc, sleep }).filter(([, one]) => one);
  for (const [name] of used.slice(1)) {
    errors.push(forbidden(child(path, name), 'may not specify more than 1 handler type'));
  }
  const first = used[0]?.[0];
  if (first === undefined) errors.push(required(path, 'must specify a handler type'));
  else if (exec && first === 'exec') {
    if ((exec.command ?? []).length === 0)
      errors.push(required(child(child(path, 'exec'), 'command')));
  } else if (httpGet && first === 'httpGet') checkHttpGet(errors, httpGet, child(path, 'httpGet'));
  else if (tcpSocket && first === 'tcpSocket') {
    checkPort(errors, child(child(path, 'tcpSocket'), 'port'), tcpSocket.port);
  } else if (grpc) checkPort(errors, child(child(path, 'grpc'), 'port'), grpc.port);
}

function checkHttpGet(errors: Errors, get: HTTPGetAction, path: string): void {
  checkRequired(errors, child(path, 'path'), get.path);
  checkPort(errors, child(path, 'port'), get.port);
  checkOneOf(errors, child(path, 'scheme'), get.scheme, ['HTTP', 'HTTPS']);
  for (const { name } of get.httpHeaders ?? []) {
    checkRule(errors, child(path, 'httpHeaders'), name, isHttpHeaderName);
  }
}
