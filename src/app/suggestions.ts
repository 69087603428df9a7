/** The one sentence on what to try next: a function of what was done so far. */
import type { SceneModel } from '../scene/model.ts';
import { isSystem } from '../scene/text.ts';
import type { Fault } from '../worker/protocol.ts';
import type { Words } from './words/en.ts';

export interface Suggestion {
  readonly text: string;
  readonly command?: string;
  readonly fault?: Fault;
  readonly faultText?: string;
}

const MANIFEST = 'nginx-deployment.yaml';

export function suggestionFor(model: SceneModel, words: Words): Suggestion | undefined {
  const done = model.ticks
    .filter((tick) => tick.kind === 'input' || tick.kind === 'fault')
    .map((tick) => tick.what);
  const did = (part: string): boolean => done.some((what) => what.includes(part));
  const deployment = [...model.owners.values()].find(
    (owner) => owner.kind === 'Deployment' && !isSystem(owner.namespace),
  );
  if (deployment === undefined) {
    return { text: words.tryApply, command: `kubectl apply -f ${MANIFEST}` };
  }
  const { name } = deployment;
  if (!did('delete pod')) return deletePod(model, words);
  if (!did('scale ')) {
    return { text: words.tryScale, command: `kubectl scale deployment/${name} --replicas=5` };
  }
  if (!did('expose ')) {
    return { text: words.tryExpose, command: `kubectl expose deployment ${name} --port=80` };
  }
  return laterSuggestion(name, did, model, words);
}

function deletePod(model: SceneModel, words: Words): Suggestion | undefined {
  const pod = [...model.pods.values()].find(
    (each) => each.look === 'ready' && !isSystem(each.namespace),
  );
  // Until one is Ready there is enough to watch.
  return pod && { text: words.tryDelete, command: `kubectl delete pod ${pod.name}` };
}

function laterSuggestion(
  name: string,
  did: (part: string) => boolean,
  model: SceneModel,
  words: Words,
): Suggestion | undefined {
  const container = [...model.pods.values()]
    .find((pod) => pod.name.startsWith(`${name}-`))
    ?.containers.find((each) => !each.isInit);
  // The rollouts of the documentation are nginx's: of another image no newer version is known.
  if (container?.image.startsWith('nginx') !== true) return undefined;
  const image = (tag: string): string =>
    `kubectl set image deployment/${name} ${container.name}=nginx:${tag}`;
  if (!did('nginx:1.16.1')) return { text: words.tryImage, command: image('1.16.1') };
  if (!did('nginx:1.161')) return { text: words.tryTypo, command: image('1.161') };
  if (!did('rollout undo')) {
    return { text: words.tryUndo, command: `kubectl rollout undo deployment/${name}` };
  }
  const worker = [...model.machines.values()].find(
    (machine) => machine.role === 'worker' && machine.isOn,
  );
  if (worker !== undefined && !did('power-off')) {
    return {
      text: words.tryPower,
      fault: { do: 'power-off', machine: worker.name },
      faultText: words.tryPowerAction(worker.name),
    };
  }
  return { text: words.tryRewind };
}
