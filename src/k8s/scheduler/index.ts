/** kube-scheduler. Its plugins are listed in `plugins/index.ts`. */
export { kubeScheduler } from './kube-scheduler.ts';
export type { DecisionTable } from './decision-table.ts';
