/**
 * Names of images as people write them, and in full.
 * Follows github.com/distribution/reference v0.6 (ParseNormalizedNamed): rules and error texts.
 */

/** A name taken apart; `repository` is normalised. */
export interface ImageReference {
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  /** `docker.io`. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const formatError = 'invalid reference format';
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathShape = new RegExp(`^${component}(?:/${component})*$`);
const domainLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domainShape = new RegExp(`^${domainLabel}(?:\\.${domainLabel})*(?::[0-9]+)?$`);
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const maxLength = 255;

// The same few names are asked for over and over; pure, so answers may be kept.
const known = new Map<string, ImageReference | string>();

/** The parts of a name; or, as a text, what is wrong with it. */
export function parseReference(name: string): ImageReference | string {
  const kept = known.get(name);
  if (kept !== undefined) return kept;
  const parsed = parse(name);
  if (known.size > 2_000) known.clear();
  known.set(name, parsed);
  return parsed;
}

/** `docker.io/library/nginx:1.25`; undefined when it is no reference. Default tag: `latest`. */
export function normalReference(name: string): string | undefined {
  const parsed = parseReference(name);
  if (typeof parsed === 'string') return undefined;
  if (parsed.digest !== undefined) return `${parsed.repository}@${parsed.digest}`;
  return `${parsed.repository}:${parsed.tag ?? 'latest'}`;
}

function parse(name: string): ImageReference | string {
  if (/^[0-9a-f]{64}$/.test(name)) {
    return `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`;
  }
  const [domain, remainder] = splitDomain(name);
  const colon = remainder.indexOf(':');
  const remote = colon < 0 ? remainder : remainder.slice(0, colon);
  if (remote.toLowerCase() !== remote) {
    return `${formatError}: repository name (${remote}) must be lowercase`;
  }
  const at = remainder.indexOf('@');
  const digest = at < 0 ? undefined : remainder.slice(at + 1);
  const tagged = at < 0 ? remainder : remainder.slice(0, at);
  const tagAt = tagged.indexOf(':');
  const tag = tagAt < 0 ? undefined : tagged.slice(tagAt + 1);
  const path = tagAt < 0 ? tagged : tagged.slice(0, tagAt);
  if (!pathShape.test(path) || !domainShape.test(domain)) return formatError;
  if (tag !== undefined && !tagShape.test(tag)) return formatError;
  if (digest !== undefined && !digestShape.test(digest)) return formatError;
  const repository = `${domain}/${path}`;
  if (repository.length > maxLength) {
    return `repository name must not be more than ${maxLength} characters`;
  }
  return { repository, domain, path, tag, digest };
}

/** A first part is a domain if it has a dot or a port, or is `localhost`, or has capitals. */
function splitDomain(name: string): [domain: string, remainder: string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isDomain =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  if (!isDomain) return ['docker.io', slash < 0 ? `library/${name}` : name];
  const rest = name.slice(slash + 1);
  const domain = first === 'index.docker.io' ? 'docker.io' : first;
  return [domain, domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest];
}
