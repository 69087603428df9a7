/** A URL as curl and wget take it: the scheme may be missing. */
export interface WebAddress {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
  /** As a Host header says it: the port only when it is not the scheme's own. */
  readonly authority: string;
}

const ports: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Undefined when the text is no URL. */
export function parseUrl(text: string): WebAddress | undefined {
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#:]+)(?::(\d+))?([/?][^#]*)?(?:#.*)?$/i.exec(
    text,
  );
  if (parts === null) return undefined;
  const [, scheme = 'http', host = '', port, path = '/'] = parts;
  const usual = ports[scheme.toLowerCase()] ?? 0;
  const number = port === undefined ? usual : Number(port);
  return {
    scheme: scheme.toLowerCase(),
    host,
    port: number,
    path: path.startsWith('/') ? path : `/${path}`,
    authority: number === usual ? host : `${host}:${number}`,
  };
}
