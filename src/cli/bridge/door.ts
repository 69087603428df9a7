/**
 * Who may come in, and as whom: certificates of our own authority, tokens that `serve` has given
 * out, tokens of the world itself, or nobody in particular.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Credential } from '../../k8s/client/wire.ts';
import { failure, Refused } from './status.ts';

export interface DoorOptions {
  /** Who asks when nothing is said; undefined is nobody, and then the world decides. */
  readonly otherwise: Credential | undefined;
  /** Names that the Host header may have; undefined: any. */
  readonly names?: readonly string[];
  /** Beyond loopback: nobody comes in without a certificate or a token of `tokens`. */
  readonly isGuarded?: boolean;
  /** Tokens that `serve` has given out. */
  readonly tokens?: ReadonlyMap<string, Credential>;
}

/** As kubeadm's admin.conf has it. */
export const admin: Credential = {
  type: 'certificate',
  commonName: 'kubernetes-admin',
  organizations: ['kubeadm:cluster-admins'],
};

export class Door {
  private readonly options: DoorOptions;
  /** Digests of the tokens that were given out: compared in the same time whatever is equal. */
  private readonly tokens: readonly (readonly [Buffer, Credential])[];
  /** A client says the same on its whole connection: read once, and one object. */
  private readonly known = new WeakMap<Socket, Credential>();

  constructor(options: DoorOptions) {
    this.options = options;
    this.tokens = [...(options.tokens ?? [])].map(([token, whose]) => [digest(token), whose]);
  }

  /** The request's credential; `Refused` for who may not come in. */
  enter(message: IncomingMessage): Credential | undefined {
    if (!this.isOurs(message)) throw new Refused(foreign);
    const certified = this.certified(message.socket);
    if (certified !== undefined) return certified;
    const token = tokenOf(message.headers.authorization);
    if (token === undefined) return this.guarded(this.options.otherwise);
    const shown = digest(token);
    const given = this.tokens.find(([known]) => timingSafeEqual(known, shown));
    return given === undefined ? this.guarded({ type: 'token', token }) : given[1];
  }

  /** What the world would have to believe is not enough beyond loopback: its keys are no secret. */
  private guarded(credential: Credential | undefined): Credential | undefined {
    if (this.options.isGuarded === true) throw new Refused(unauthorized);
    return credential;
  }

  /** Who the client's certificate names. */
  private certified(socket: Socket): Credential | undefined {
    const kept = this.known.get(socket);
    if (kept !== undefined || !isTls(socket)) return kept;
    const shown = socket.getPeerCertificate() as Partial<PeerCertificate>;
    if (shown.subject === undefined) return undefined;
    if (!socket.authorized) throw new Refused(unauthorized);
    const { CN, O } = shown.subject as unknown as Record<string, string | string[] | undefined>;
    const credential: Credential = {
      type: 'certificate',
      commonName: [CN ?? ''].flat()[0] ?? '',
      organizations: [O ?? []].flat(),
    };
    this.known.set(socket, credential);
    return credential;
  }

  /**
   * A page of another site must not reach the cluster through the learner's browser, be it by a
   * name that resolves to loopback or by a request across origins.
   */
  private isOurs({ headers }: IncomingMessage): boolean {
    const host = headers.host ?? '';
    const { names } = this.options;
    if (names !== undefined && host !== '' && !isNamed(names, host)) return false;
    const { origin } = headers;
    if (origin === undefined) return true;
    const asking = origin.replace(/^https?:\/\//, '');
    return asking === host || isNamed(loopback, asking);
  }
}

/** Whether a request may do what only the cluster's administrator can. */
export const isAdmin = (credential: Credential | undefined): boolean =>
  credential?.type === 'certificate' &&
  credential.organizations.some((group) => administrators.has(group));

const administrators = new Set(['kubeadm:cluster-admins', 'system:masters']);

/** Names under which a browser or a program of this machine finds it. */
export const loopback = ['localhost', '127.0.0.1', '[::1]'];

const isNamed = (names: readonly string[], host: string): boolean => {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return names.includes(name) || /^127(\.\d{1,3}){3}$/.test(name);
};

const isTls = (socket: Socket): socket is TLSSocket => 'encrypted' in socket;

/** As apiserver's bearertoken.go reads the header. */
function tokenOf(authorization: string | undefined): string | undefined {
  const [scheme = '', token = ''] = (authorization ?? '').trim().split(' ');
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthorized = failure(401, 'Unauthorized', 'Unauthorized');
const foreign = failure(403, 'Forbidden', 'only pages and programs of this machine may ask');
