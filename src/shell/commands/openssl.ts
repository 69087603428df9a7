/**
 * openssl, as far as certificates of users and of Ingresses need it: keys, requests, certificates
 * that sign themselves, and a look into one. Keys are letters by chance; a certificate names its
 * subject (k8s/client/certificate.ts).
 */
import { encodeBase64 } from '../../api/base64.ts';
import { normal, type Process, type Program } from '../../host/index.ts';
import { type CertificateSubject, decodeCertificate, encodeCertificate } from '../../k8s/client/index.ts';
import type { Story } from '../../kernel/index.ts';

const block = (name: string, body: string): string => {
  const lines = encodeBase64(body).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ''].join('\n');
};

const letters = ({ site: { chance } }: Process, count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(33 + chance.below(94))).join('');

const keyText = (process: Process, bits: number): string =>
  block('PRIVATE KEY', letters(process, Math.floor(bits * 0.58)));

/** `/CN=jane/O=dev`. */
function subjectOf(text: string): CertificateSubject {
  const parts = text.split('/').filter((part) => part !== '');
  const values = (name: string) =>
    parts.filter((part) => part.startsWith(name)).map((part) => part.slice(name.length));
  return { commonName: values('CN=')[0] ?? '', organizations: values('O=') };
}

const requestText = ({ commonName, organizations }: CertificateSubject): string =>
  block(
    'CERTIFICATE REQUEST',
    `subject\n${[`CN=${commonName}`, ...organizations.map((one) => `O=${one}`)].join('\n')}\n`,
  );

class Call {
  readonly process: Process;
  private readonly args: readonly string[];

  constructor(process: Process) {
    this.process = process;
    this.args = process.args.slice(2);
  }

  has(name: string): boolean {
    return this.args.includes(name);
  }

  value(name: string): string | undefined {
    const at = this.args.indexOf(name);
    return at < 0 ? undefined : this.args[at + 1];
  }

  /** The last word that is no option. */
  get last(): string | undefined {
    const last = this.args.at(-1);
    return last?.startsWith('-') ? undefined : last;
  }

  /** Writes to `-out`'s file, or to the terminal. */
  put(text: string, option = '-out'): number {
    const path = this.value(option);
    if (path === undefined) this.process.print(text);
    else if (this.process.files.write(normal(path, this.process.cwd), text) !== undefined) {
      return this.fail(`Can't open "${path}" for writing, No such file or directory`);
    }
    return 0;
  }

  read(option: string): string | undefined {
    const path = this.value(option) ?? '';
    const text = this.process.files.read(normal(path, this.process.cwd));
    if (text === undefined) {
      this.fail(`Could not open file or uri for loading from ${path}: No such file or directory`);
    }
    return text;
  }

  fail(message: string): number {
    this.process.printError(`${message}\n`);
    return 1;
  }
}

function request(call: Call): number {
  const { process } = call;
  const bits = Number(/rsa:(\d+)/.exec(call.value('-newkey') ?? '')?.[1] ?? 2048);
  if (call.has('-newkey')) {
    process.printError('-----\n');
    const code = call.put(keyText(process, bits), '-keyout');
    if (code !== 0) return code;
  } else if (call.has('-key') && call.read('-key') === undefined) return 1;
  const subject = subjectOf(call.value('-subj') ?? '');
  if (subject.commonName === '' && !call.has('-subj')) {
    return call.fail('kubarium: give the subject with -subj "/CN=name/O=group"');
  }
  return call.put(call.has('-x509') ? encodeCertificate(subject) : requestText(subject));
}

function show(call: Call): number {
  const text = call.read('-in');
  if (text === undefined) return 1;
  const subject = decodeCertificate(text);
  if (subject === undefined) {
    return call.fail(`Could not read certificate from ${call.value('-in') ?? '<stdin>'}`);
  }
  const names = [
    ...subject.organizations.map((one) => `O = ${one}`),
    `CN = ${subject.commonName}`,
  ].join(', ');
  if (call.has('-text')) call.process.print(`Certificate:\n    Data:\n        Subject: ${names}\n`);
  if (call.has('-subject')) call.process.print(`subject=${names}\n`);
  return call.has('-noout') ? 0 : call.put(text);
}

function random(call: Call): number {
  const count = Number(call.last ?? 16);
  const bytes = Array.from({ length: count }, () => call.process.site.chance.below(256));
  if (call.has('-hex')) {
    return call.put(`${bytes.map((one) => one.toString(16).padStart(2, '0')).join('')}\n`);
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const length = Math.ceil((count * 8) / 6);
  const text = Array.from({ length }, () => alphabet[call.process.site.chance.below(64)]).join('');
  return call.put(`${text.padEnd(Math.ceil(count / 3) * 4, '=')}\n`);
}

function* main(process: Process): Story<number> {
  const call = new Call(process);
  switch (process.args[1]) {
    case 'version':
      process.print('OpenSSL 3.0.16 11 Feb 2025 (Library: OpenSSL 3.0.16 11 Feb 2025)\n');
      return 0;
    case 'genrsa':
    case 'genpkey':
      return call.put(keyText(process, Number(call.last ?? 2048)));
    case 'req':
      return request(call);
    case 'x509':
      return show(call);
    case 'rand':
      return random(call);
    default:
      return call.fail(`kubarium: openssl ${process.args[1] ?? ''} is not simulated`);
  }
}

export const openssl: Program = { name: 'openssl', main };
