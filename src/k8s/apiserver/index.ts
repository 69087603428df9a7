/** kube-apiserver. */
export { kubeApiserver } from './server.ts';
