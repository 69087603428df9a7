/**
 * Links of a proxied page, made to lead through the proxy again.
 * Follows apimachinery pkg/util/proxy/transport.go (rewriteURL, rewriteHTML).
 */

interface Through {
  /** The path of the proxy. */
  readonly prefix: string;
  /** What the server behind may call itself. */
  readonly hosts: readonly string[];
  readonly scheme: string;
}

/** An absolute link of the server behind, as one through the proxy; others stay. */
export function rewriteUrl(url: string, { prefix, hosts }: Through): string {
  const parts = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)([^]*)$/i.exec(url);
  if (parts === null) return url;
  const [, scheme = '', host = '', path = '', rest = ''] = parts;
  if (host !== '' && !hosts.includes(host)) return url;
  if (host === '' && scheme !== '') return url;
  if (!path.startsWith('/')) return url;
  if (path.startsWith(prefix)) return `${path}${rest}`;
  return `${prefix}${path === '/' ? '/' : path.replace(/\/{2,}/g, '/')}${rest}`;
}

/** Which attributes of which tags are links. */
const links: Readonly<Record<string, readonly string[]>> = {
  a: ['href'], applet: ['codebase'], area: ['href'], audio: ['src'], base: ['href'],
  blockquote: ['cite'], body: ['background'], button: ['formaction'], command: ['icon'],
  del: ['cite'], embed: ['src'], form: ['action'], frame: ['longdesc', 'src'], head: ['profile'],
  html: ['manifest'], iframe: ['longdesc', 'src'], img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'], ins: ['cite'], link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'], q: ['cite'], script: ['src'],
  source: ['src'], track: ['src'], video: ['poster', 'src'],
};

const markup = /<!--[^]*?-->|<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*?)(\/?)>/gi;
const attribute = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** The page with its links rewritten; start tags are written anew, as Go's tokenizer does. */
export const rewriteLinks = (page: string, rewrite: (url: string) => string): string =>
  page.replace(markup, (all: string, tag: string | undefined, given = '', end = '') => {
    if (tag === undefined) return all;
    const name = tag.toLowerCase();
    const wanted = links[name] ?? [];
    const attributes = [...(given as string).matchAll(attribute)].map(
      ([, key = '', double, single, bare]) => {
        const value = double ?? single ?? bare ?? '';
        const known = key.toLowerCase();
        return ` ${known}="${wanted.includes(known) ? rewrite(value) : value}"`;
      },
    );
    return `<${name}${attributes.join('')}${end as string}>`;
  });
