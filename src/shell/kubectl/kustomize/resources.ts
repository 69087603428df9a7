/** The objects of a build, in order. Follows kustomize api/resmap/reswrangler.go. */
import { matches, parseSelector } from '../../../api/selectors.ts';
import { failed } from '../errors.ts';
import type { Schemas } from './openapi.ts';
import type { Selector } from './kustomization.ts';
import {
  type Id, Resource, effectiveNamespace, goId, idText, isSameId,
} from './resource.ts';

export class Resources {
  list: Resource[];
  /** Of custom resources, in place of the built-in ones. */
  schemas: Schemas | undefined;

  constructor(list: readonly Resource[] = []) {
    this.list = [];
    this.addAll(list);
  }

  add(resource: Resource): void {
    const { id } = resource;
    if (this.list.some((one) => isSameId(one.id, id))) {
      throw failed(`may not add resource with an already registered id: ${idText(id)}`);
    }
    this.list.push(resource);
  }

  addAll(list: readonly Resource[]): void {
    for (const resource of list) this.add(resource);
  }

  /** Takes in a generated object: a new one, or one that replaces or adds to another. */
  absorb(resource: Resource): void {
    const { id, behavior } = resource;
    const found = this.byAnyId((one) => isSameId(one, id));
    const [old] = found;
    if (found.length > 1) {
      throw failed(`found multiple objects [${found.map(({ inWords }) => inWords).join(' ')}] ` +
        `that could accept merge of ${idText(id)}`);
    }
    if (old === undefined) {
      if (behavior !== 'create') throw failed(`id ${goId(id)} does not exist; cannot merge or replace`);
      return this.add(resource);
    }
    if (behavior === 'create') throw failed(`id ${goId(id)} exists; behavior must be merge or replace`);
    resource.inherit(old);
    if (behavior === 'merge') {
      for (const key of ['data', 'binaryData']) {
        const merged = { ...old.object[key] as object, ...resource.object[key] as object };
        if (Object.keys(merged).length > 0) resource.object = { ...resource.object, [key]: merged };
      }
    }
    this.list[this.list.indexOf(old)] = resource;
  }

  byAnyId(isWanted: (id: Id) => boolean): readonly Resource[] {
    return this.list.filter((resource) => resource.allIds.some(isWanted));
  }

  /** The one object that has, or had, this id. */
  one(id: Id): Resource {
    const found = this.byAnyId((one) => isSameId(one, id));
    const [resource] = found;
    if (resource !== undefined && found.length === 1) return resource;
    throw failed(`${found.length > 1 ? 'multiple' : 'no'} matches for Id ${idText(id)}; ` +
      `failed to find unique target for patch ${idText(id)}`);
  }

  /** The objects that a patch's `target` means: names are regular expressions. */
  select(selector: Selector): readonly Resource[] {
    const fits = (pattern: string | undefined, texts: readonly string[]): boolean => {
      if (pattern === undefined || pattern === '') return true;
      const regex = new RegExp(`^(?:${pattern})$`);
      return texts.some((text) => regex.test(text));
    };
    const labels = parseSelector(selector.labelSelector ?? '');
    const annotations = parseSelector(selector.annotationSelector ?? '');
    return this.list.filter((resource) => {
      const { id, originalId, gvk } = resource;
      return fits(selector.namespace, [originalId, id].map(effectiveNamespace)) &&
        fits(selector.name, [originalId.name, id.name]) && fits(selector.group, [gvk.group]) &&
        fits(selector.version, [gvk.version]) && fits(selector.kind, [gvk.kind]) &&
        matches(labels, resource.labels) && matches(annotations, resource.annotations);
    });
  }

  /** Forgets the objects that patches have deleted. */
  dropEmpty(): void {
    this.list = this.list.filter(({ object }) => Object.keys(object).length > 0);
  }
}
