/** The kubelet. */
import type { Program } from '../../host/index.ts';
import type { KubeletConfig } from './config.ts';
import { Kubelet } from './kubelet.ts';

export { type KubeletConfig, kubeletConfig, type NodeTaint } from './config.ts';
export { Kubelet } from './kubelet.ts';
export { leaseChart, leaseMachine } from './lease-chart.ts';
export { podWorkerChart, podWorkerMachine } from './pod-worker-chart.ts';
export { probeChart, probeMachine } from './probe-chart.ts';

/** The program that systemd runs. @param read what it finds when it starts: flags and files. */
export const kubeletProgram = (read: () => KubeletConfig): Program => ({
  name: 'kubelet',
  start: (process) => {
    const kubelet = new Kubelet(process, read());
    kubelet.start();
    return {
      receive: (event: never) => kubelet.receive(event),
      ended: () => kubelet.stop(),
    };
  },
});
