/** kube-controller-manager and its control loops (the loops are listed in `list.ts`). */
export { kubeControllerManager } from './kube-controller-manager.ts';
