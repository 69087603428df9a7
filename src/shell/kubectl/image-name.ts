/**
 * What `kubectl run` takes for an image: a name, with or without a tag and a digest.
 * Follows distribution/reference regexp.go.
 */

const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const tag = '\\w[\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const reference = new RegExp(
  `^(?:${host}/)?${part}(?:/${part})*(?::${tag})?(?:@${digest})?$`,
);

/** Whether the text can be an image's name (`nginx:1.25`, `ghcr.io/a/b@sha256:…`). */
export const isImageName = (text: string): boolean => reference.test(text);
