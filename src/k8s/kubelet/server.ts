/** Placeholder. */
import type { Kubelet } from './kubelet.ts';

export class KubeletServer {
  private readonly kubelet: Kubelet;

  constructor(kubelet: Kubelet) {
    this.kubelet = kubelet;
  }

  start(): void {
    void this.kubelet;
  }
}
