/** Why some transcripts differ from the recorded ones, by their numbers. */

const fastKubelet = 'the recording had a fake kubelet that needs no time: the same, a moment earlier';
const flannel = 'our cluster had its network from the start; the recorded one got it at transcript 81';
const older = 'a part of 1.25 that 1.33 has otherwise';
const cronJob = 'more minutes have passed here: the CronJob ran more often';
const placed = 'what was placed where, and so what had to go';

const reasons: Readonly<Record<number, string>> = {
  12: fastKubelet,
  16: fastKubelet,
  22: `${older}: the label pod-index; a reason of all nodes is counted no more`,
  23: 'the recorded cluster still had the volume of an earlier run',
  24: 'the recorded volume was still bound to the claim of an earlier run',
  25: 'the recorded volume was still bound to the claim of an earlier run',
  27: fastKubelet,
  29: flannel,
  31: `${older}: Jobs and their Pods are labelled with batch.kubernetes.io/job-name since 1.27`,
  33: `${older}: Jobs select and label with batch.kubernetes.io/ since 1.27`,
  35: cronJob,
  55: `${older}: since 1.26 each node is counted with its first failing filter only`,
  56: cronJob,
  57: `${older}: Pods have a generation since 1.33; each node is counted once since 1.26`,
  63: `${older}: everybody may ask for a SelfSubjectReview since 1.28`,
  67: 'another machine: capacity, system, annotations and Pods of the network, a kubelet that tells events',
  70: flannel,
  71: placed,
  72: placed,
  76: placed,
  81: flannel,
  83: `${flannel}; one of its Pods was made anew when the taint k=v came`,
  84: `${flannel}; the control plane runs in static Pods here`,
  87: 'its frontend is only a pause here: the load generator waits for an answer',
  91: `${older}: resources that came and went; the recorded cluster had a custom resource`,
  92: `${older}: versions that came and went; the recorded cluster had a custom resource`,
  93: `${older}: roles that came since; kubeadm's newer ones`,
  109: 'the recorded cluster had a custom resource',
  111: 'the recorded control plane did not listen for health checks',
  112: 'another address',
};

/** @param name begins with the transcript's number. */
export const reasonOf = (name: string): string => reasons[Number.parseInt(name, 10)] ?? '';
