/**
 * What the world's image registries serve: data. Errors are worded as containerd 2.1 words them.
 */
import { type Image, imageIdOf, referenceOf } from './image.ts';
import { type ImageReference, parseReference } from './reference.ts';
import { type Outcome, failure, success } from './runtime-error.ts';

export class ImageRegistry {
  private readonly byReference = new Map<string, Image>();
  private readonly repositories = new Set<string>();
  private readonly domains = new Set<string>();

  constructor(images: readonly Image[]) {
    for (const image of images) {
      this.byReference.set(referenceOf(image), image);
      this.byReference.set(imageIdOf(image), image);
      this.repositories.add(image.repository);
      this.domains.add(image.repository.slice(0, image.repository.indexOf('/')));
    }
  }

  /** All images, each once, in the order given. */
  get images(): readonly Image[] {
    return [...new Set(this.byReference.values())];
  }

  /** What machines of a role have before anything is pulled. */
  preloaded(role: string): readonly Image[] {
    return this.images.filter(({ preloadedOn }) => preloadedOn?.includes(role));
  }

  /** Finds what a pull of `name` would bring. */
  resolve(name: string): Outcome<Image> {
    const parsed = parseReference(name);
    if (typeof parsed === 'string') {
      return failure('Unknown', `failed to parse image reference "${name}": ${parsed}`);
    }
    const full = fullName(parsed);
    const image = this.byReference.get(full);
    if (image !== undefined) return success(image);
    const prefix = resolvePrefix(full);
    if (!this.domains.has(parsed.domain)) {
      return failure(
        'Unknown',
        `${prefix}failed to do request: Head "${manifestUrl(parsed)}": ` +
          `dial tcp: lookup ${hostOf(parsed.domain)} on 127.0.0.53:53: no such host`,
      );
    }
    if (parsed.domain === 'docker.io' && !this.repositories.has(parsed.repository)) {
      return failure(
        'Unknown',
        `${prefix}pull access denied, repository does not exist or may require authorization: ` +
          'server message: insufficient_scope: authorization failed',
      );
    }
    return failure('NotFound', `${prefix}${full}: not found`);
  }
}

const fullName = ({ repository, tag, digest }: ImageReference): string =>
  digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`;

const resolvePrefix = (full: string): string =>
  `failed to pull and unpack image "${full}": failed to resolve reference "${full}": `;

const hostOf = (domain: string): string =>
  domain === 'docker.io' ? 'registry-1.docker.io' : domain;

const manifestUrl = ({ domain, path, tag, digest }: ImageReference): string =>
  `https://${hostOf(domain)}/v2/${path}/manifests/${digest ?? tag ?? 'latest'}`;

/** What a pull comes to on a machine that no registry can be reached from. */
export function unreachableRegistry(name: string): Outcome<never> {
  const parsed = parseReference(name);
  if (typeof parsed === 'string') {
    return failure('Unknown', `failed to parse image reference "${name}": ${parsed}`);
  }
  return failure(
    'Unknown',
    `${resolvePrefix(fullName(parsed))}failed to do request: Head "${manifestUrl(parsed)}": ` +
      `dial tcp: lookup ${hostOf(parsed.domain)} on 127.0.0.53:53: server misbehaving`,
  );
}
