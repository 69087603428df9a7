/** Which handler answers which verb on which subresource. */
import type { Handler } from '../exchange.ts';
import { get } from '../verbs/get.ts';
import { patch } from '../verbs/patch.ts';
import { update } from '../verbs/update.ts';
import { createBinding } from './binding.ts';
import { createEviction } from './eviction.ts';
import { finalize } from './finalize.ts';
import { nodeProxy } from './node-proxy.ts';
import { proxy } from './proxy.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { createToken } from './token.ts';

type Handlers = Readonly<Record<string, Handler>>;

const stored: Handlers = { get, update, patch };

export const subresources: Readonly<Record<string, Handlers>> = {
  status: stored,
  approval: stored,
  ephemeralcontainers: stored,
  resize: stored,
  scale: { get: getScale, update: updateScale, patch: patchScale },
  binding: { create: createBinding },
  eviction: { create: createEviction },
  finalize: { update: finalize },
  token: { create: createToken },
  log: { get: nodeProxy },
  exec: { get: nodeProxy, create: nodeProxy },
  attach: { get: nodeProxy, create: nodeProxy },
  portforward: { get: nodeProxy, create: nodeProxy },
  proxy: { get: proxy, create: proxy, update: proxy, patch: proxy, delete: proxy, options: proxy },
};
