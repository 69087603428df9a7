/**
 * The certificates of a served world: an authority, the server's own, and one for each user, as
 * kubeadm makes them (cmd/kubeadm/app/phases/certs), but with ECDSA keys.
 */
import { webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { Mistake } from '../command.ts';

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Whom a client certificate names: the user, and the groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

export interface Authority {
  /** Its certificate, as PEM: what clients trust. */
  readonly cert: string;
  /** @param names host names and addresses that the server is reached by. */
  server(names: readonly string[]): Promise<KeyPair>;
  client(subject: Subject): Promise<KeyPair>;
}

type Key = webcrypto.CryptoKey;
type Keys = webcrypto.CryptoKeyPair;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** The authority kept in a folder (made there when there is none), or a new one for this time. */
export async function openAuthority(folder: string | undefined): Promise<Authority> {
  if (folder === undefined) return authorityOf(await newAuthority());
  const files = { cert: path.join(folder, 'ca.crt'), key: path.join(folder, 'ca.key') };
  const kept = await readPair(files);
  if (kept !== undefined) return authorityOf(kept);
  const made = await newAuthority();
  await mkdir(folder, { recursive: true });
  // Never over a file that is there: somebody else's key may be in it.
  await writeFile(files.key, made.key, { mode: 0o600, flag: 'wx' });
  await writeFile(files.cert, made.cert, { flag: 'wx' });
  return authorityOf(made);
}

async function readPair(files: KeyPair): Promise<KeyPair | undefined> {
  const read = async (file: string): Promise<string | undefined> => {
    try {
      return await readFile(file, 'utf8');
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Mistake(`cannot read ${file}: ${(problem as Error).message}`, 1);
    }
  };
  const [cert, key] = [await read(files.cert), await read(files.key)];
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new Mistake(`--certs: of ${files.cert} and ${files.key} only one is there`, 1);
}

async function newAuthority(): Promise<KeyPair> {
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: nameOf({ commonName: 'kubernetes', organizations: [] }),
    ...valid(3650),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(ownUse | x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'kubernetes' }]),
    ],
  });
  return { cert: pem(cert), key: await keyText(keys.privateKey) };
}

async function authorityOf(pair: KeyPair): Promise<Authority> {
  const { certificate, key } = await readAuthority(pair);
  const issue = async (subject: Subject, use: string, names: readonly string[]) => {
    const keys = await newKeys();
    const cert = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: nameOf(subject),
      issuer: certificate.subjectName,
      ...valid(365),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: key,
      extensions: [
        new x509.KeyUsagesExtension(ownUse, true),
        new x509.ExtendedKeyUsageExtension([use]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
        ...(names.length === 0 ? [] : [alternatives(names)]),
      ],
    });
    return { cert: pem(cert), key: await keyText(keys.privateKey) };
  };
  const apiserver = { commonName: 'kube-apiserver', organizations: [] };
  return {
    cert: pair.cert,
    server: (names) => issue(apiserver, x509.ExtendedKeyUsage.serverAuth, names),
    client: (subject) => issue(subject, x509.ExtendedKeyUsage.clientAuth, []),
  };
}

async function readAuthority(pair: KeyPair): Promise<{
  certificate: x509.X509Certificate;
  key: Key;
}> {
  try {
    const certificate = new x509.X509Certificate(pair.cert);
    const [bytes] = x509.PemConverter.decode(pair.key);
    const key = await webcrypto.subtle.importKey(
      'pkcs8', bytes as ArrayBuffer, algorithm, false, ['sign'],
    );
    return { certificate, key };
  } catch {
    throw new Mistake('--certs: ca.crt and ca.key there are none that kubarium has made', 1);
  }
}

const ownUse = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment;

const alternatives = (names: readonly string[]) =>
  new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
  );

const nameOf = ({ commonName, organizations }: Subject): x509.Name =>
  new x509.Name([...organizations.map((name) => ({ O: [name] })), { CN: [commonName] }]);

/** Clocks differ by some minutes. */
const valid = (days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - 300_000),
  notAfter: new Date(Date.now() + days * dayMs),
});

/** Positive, and like no other. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(8));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

const newKeys = async (): Promise<Keys> =>
  (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as Keys;

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;

const keyText = async (key: Key): Promise<string> =>
  `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
