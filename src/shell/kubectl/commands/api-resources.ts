/** `kubectl api-resources` and `api-versions`. Follows kubectl pkg/cmd/apiresources. */
import { command } from '../command.ts';
import { type Resource, groupVersion, resourceName } from '../discovery.ts';
import { failed } from '../errors.ts';
import { apiResourcesHelp } from '../help/api-resources.gen.ts';
import { apiVersionsHelp } from '../help/api-versions.gen.ts';
import { usageError } from '../pairs.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';

export const apiResources = command(apiResourcesHelp, function* (context, { args }, flags) {
  if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`, 'api-resources');
  if (!['', 'wide', 'name'].includes(flags.output)) {
    throw failed(`--output ${flags.output} is not available`);
  }
  if (!['', 'name', 'kind'].includes(flags['sort-by'])) {
    throw failed('--sort-by accepts only name or kind');
  }
  const wanted = new Set(flags.verbs);
  const all = (yield* context.discover()).filter((resource) =>
    resource.verbs.length > 0 &&
    (!flags.changed.has('api-group') || resource.group === flags['api-group']) &&
    (!flags.changed.has('namespaced') || resource.isNamespaced === flags.namespaced) &&
    [...wanted].every((verb) => resource.verbs.includes(verb)) &&
    flags.categories.every((category) => resource.categories.includes(category)));
  const resources = sorted(preferred(all), flags['sort-by']);
  if (flags.output === 'name') {
    for (const resource of resources) context.print(`${resourceName(resource)}\n`);
    return;
  }
  const writer = new TabWriter(tableTabs);
  const isWide = flags.output === 'wide';
  if (!flags['no-headers']) {
    writer.write(`NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${isWide ? '\tVERBS\tCATEGORIES' : ''}\n`);
  }
  for (const resource of resources) writer.write(`${rowOf(resource, isWide)}\n`);
  context.print(writer.flush());
});

function rowOf(resource: Resource, isWide: boolean): string {
  const { plural, shortNames, isNamespaced, kind, verbs, categories } = resource;
  const cells = [plural, shortNames.join(','), groupVersion(resource), String(isNamespaced), kind];
  if (isWide) cells.push([...verbs].sort().join(','), categories.join(','));
  return cells.join('\t');
}

/** Each resource in the version that its group prefers: the first. */
function preferred(resources: readonly Resource[]): readonly Resource[] {
  const versions = new Map<string, string>();
  for (const { group, plural, version } of resources) {
    const key = `${group}/${plural}`;
    if (!versions.has(key)) versions.set(key, version);
  }
  return resources.filter(({ group, plural, version }, i) =>
    versions.get(`${group}/${plural}`) === version &&
    resources.findIndex((one) => one.group === group && one.plural === plural) === i);
}

function sorted(resources: readonly Resource[], by: string): readonly Resource[] {
  const textOf = ({ plural, kind, group }: Resource) =>
    by === 'kind' ? kind : by === 'name' ? plural : `${group}\0${plural}`;
  return resources.toSorted((a, b) =>
    textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : a.plural < b.plural ? -1 : 1);
}

export const apiVersions = command(apiVersionsHelp, function* (context, { args }) {
  if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`, 'api-versions');
  const versions = new Set((yield* context.discover()).map(groupVersion));
  for (const version of [...versions].sort()) context.print(`${version}\n`);
});
