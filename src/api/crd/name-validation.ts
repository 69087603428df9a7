/** Names of a definition. Follows ValidateCustomResourceDefinitionNames. */
import { type FieldError, at, child, invalid } from '../field.ts';
import { isDns1035Label } from '../names.ts';
import type { CustomResourceDefinitionNames } from '../types.gen.ts';

export function nameErrors(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names;
  const mixed = 'may have mixed case, but should otherwise match: ';
  const errors = [
    ...labelErrors(plural, child(path, 'plural')),
    ...labelErrors(singular, child(path, 'singular')),
    ...labelErrors(kind, child(path, 'kind'), mixed),
    ...labelErrors(listKind, child(path, 'listKind'), mixed),
    ...shortNames.flatMap((name, i) => labelErrors(name, at(child(path, 'shortNames'), i))),
  ];
  if (kind && kind === listKind) {
    const words = 'kind and listKind may not be the same';
    errors.push(invalid(child(path, 'listKind'), listKind, words));
  }
  const more = categories.flatMap((name, i) => labelErrors(name, at(child(path, 'categories'), i)));
  return [...errors, ...more];
}

/** @param mixed words of names that may have capitals */
function labelErrors(name: string | undefined, path: string, mixed?: string): FieldError[] {
  if (!name) return [];
  const problems = isDns1035Label(mixed === undefined ? name : name.toLowerCase());
  return problems.length === 0 ? [] : [invalid(path, name, (mixed ?? '') + problems.join(','))];
}
