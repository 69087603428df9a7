/**
 * Certificates as our machines carry them: the shape of PEM, with the subject in plain words where
 * real ones have DER and a signature. Who holds the file is who it names; keys are not simulated.
 */
import { decodeBase64, encodeBase64 } from '../../api/base64.ts';

/** What a client certificate says of its holder. */
export interface CertificateSubject {
  /** CN: the user. */
  readonly commonName: string;
  /** O: the groups. */
  readonly organizations: readonly string[];
}

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/** The text of a certificate file. */
export function encodeCertificate({ commonName, organizations }: CertificateSubject): string {
  const subject = [`CN=${commonName}`, ...organizations.map((name) => `O=${name}`)].join('\n');
  const lines = encodeBase64(`subject\n${subject}\n`).match(/.{1,64}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** Reads a certificate file's text; undefined if it is none. */
export function decodeCertificate(text: string): CertificateSubject | undefined {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) return undefined;
  const body = decodeBase64(text.slice(from + begin.length, to).replaceAll(/\s/g, ''));
  const [head, ...lines] = body?.split('\n') ?? [];
  if (head !== 'subject') return undefined;
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(key)).map((line) => line.slice(key.length));
  const [commonName] = values('CN=');
  return commonName === undefined ? undefined : { commonName, organizations: values('O=') };
}
