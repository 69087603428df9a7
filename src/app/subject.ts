/** From a key on the stage to what the director can be asked about, and to a name. */
import type { SceneModel } from '../scene/model.ts';
import type { Subject } from '../worker/protocol.ts';

export function subjectOf(key: string): Subject {
  const [type, name, component] = key.split('/');
  if (type === 'machine') return { type: 'machine', name: name ?? '' };
  if (type === 'component') {
    return { type: 'component', machine: name ?? '', name: component ?? '' };
  }
  return { type: 'object', uid: key };
}

export function nameOf(key: string, model: SceneModel): string {
  const named = model.pods.get(key) ?? model.owners.get(key) ?? model.services.get(key);
  return named?.name ?? key.split('/').at(-1) ?? key;
}
