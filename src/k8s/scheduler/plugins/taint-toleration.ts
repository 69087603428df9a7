/** Taints keep Pods away that do not tolerate them. Upstream: plugins/tainttoleration. */
import type { Taint } from '../../../api/types.gen.ts';
import { hardEffects, tolerates, untoleratedTaint } from '../../client/index.ts';
import { normalizeByMax, type Plugin, type Rejection, rejection } from '../plugin.ts';

const known = new Map<string, Rejection>();

function untolerated({ key, value = '' }: Taint): Rejection {
  const text = `node(s) had untolerated taint {${key}: ${value}}`;
  let found = known.get(text);
  if (found === undefined) known.set(text, (found = rejection(true, text)));
  return found;
}

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  wakesOn: ['node added', 'node updated'],
  filter: ({ pod: { spec } }) => ({ taints }) => {
    if (taints === undefined) return undefined;
    const taint = untoleratedTaint(taints, spec.tolerations, hardEffects);
    return taint === undefined ? undefined : untolerated(taint);
  },
  score: ({ pod: { spec } }, { hasSoftTaints }) => {
    if (!hasSoftTaints) return undefined;
    const tolerations = spec.tolerations?.filter(({ effect }) =>
      !effect || effect === 'PreferNoSchedule') ?? [];
    return {
      of: ({ node }) => (node.spec.taints ?? []).filter((taint) =>
        taint.effect === 'PreferNoSchedule' &&
        !tolerations.some((toleration) => tolerates(toleration, taint))).length,
      normalize: (scores) => normalizeByMax(scores, true),
    };
  },
};
