/** The container runtime of a machine: sandboxes, containers, images, logs. */
export type {
  ContainerConfig,
  ContainerMount,
  HostPort,
  PodNetworks,
  SandboxConfig,
} from './config.ts';
export { Container, type ContainerEnd, type ContainerState } from './container.ts';
export { containerChart, containerMachine } from './container-chart.ts';
export { cpuMsOf } from './cpu.ts';
export { crictl } from './crictl.ts';
export { defaultPath, type Executable, findExecutable, type Programs } from './executables.ts';
export type { Execution } from './exec.ts';
export { type Image, imageIdOf, referenceOf } from './image.ts';
export { ContainerLog, type LogLine, type LogStream, nanoTime } from './logs.ts';
export { type ImageReference, normalReference, parseReference } from './reference.ts';
export { pullChart, pullMachine } from './pull-chart.ts';
export { ImageRegistry } from './registry.ts';
export {
  ContainerRuntime,
  type PodRecords,
  type Pulled,
  type RuntimeOptions,
  runtimeOf,
} from './runtime.ts';
export { type Outcome, type RuntimeError, failure, rpcText, success } from './runtime-error.ts';
export { Sandbox } from './sandbox.ts';
export { sandboxChart, sandboxMachine } from './sandbox-chart.ts';
