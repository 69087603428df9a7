/** Who may use a served world: its administrator, and whom `--user` names. */
import { randomBytes } from 'node:crypto';
import type { Credential } from '../../k8s/client/wire.ts';
import { Mistake } from '../command.ts';
import type { Authority, Subject } from './certificates.ts';
import type { ConfigUser } from './kubeconfig.ts';

/** `NAME[:GROUP,...]` of the command line. */
export function readUser(text: string): Subject {
  const at = text.indexOf(':');
  const commonName = at < 0 ? text : text.slice(0, at);
  const organizations = at < 0 ? [] : text.slice(at + 1).split(',').filter((group) => group !== '');
  if (commonName === '') throw new Mistake(`--user must be NAME[:GROUP,...], not "${text}"`);
  return { commonName, organizations };
}

/** What `serve` gives its users: entries of the kubeconfig, and tokens that the door knows. */
export interface Users {
  readonly config: readonly ConfigUser[];
  readonly tokens: ReadonlyMap<string, Credential>;
}

/** The first is the administrator. With an authority, certificates; otherwise tokens. */
export async function makeUsers(
  subjects: readonly Subject[],
  authority: Authority | undefined,
): Promise<Users> {
  const config: ConfigUser[] = [];
  const tokens = new Map<string, Credential>();
  for (const subject of subjects) {
    const name = subject.commonName;
    if (authority !== undefined) config.push({ name, pair: await authority.client(subject) });
    // Over plain HTTP nobody need say who it is to be the administrator.
    else if (config.length === 0) config.push({ name });
    else {
      const token = newToken();
      tokens.set(token, { type: 'certificate', ...subject });
      config.push({ name, token });
    }
  }
  return { config, tokens };
}

/** Too long to guess. */
export const newToken = (): string => randomBytes(24).toString('base64url');
