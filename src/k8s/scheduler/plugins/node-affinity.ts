/** nodeSelector and node affinity. Upstream: plugins/nodeaffinity. */
import { matchesRequiredAffinity, matchesTerm } from '../../client/index.ts';
import { normalizeByMax, type Plugin, rejection } from '../plugin.ts';

const mismatch = rejection(true, "node(s) didn't match Pod's node affinity/selector");

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  wakesOn: ['node added', 'node updated'],
  filter: ({ pod: { spec } }) => {
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (spec.nodeSelector === undefined && required === undefined) return undefined;
    return ({ node }) => (matchesRequiredAffinity(spec, node) ? undefined : mismatch);
  },
  score: ({ pod: { spec } }) => {
    const terms = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (terms === undefined || terms.length === 0) return undefined;
    return {
      of: ({ node }) => terms.reduce((sum, { weight, preference }) =>
        sum + (matchesTerm(preference, node) ? weight : 0), 0),
      normalize: (scores) => normalizeByMax(scores, false),
    };
  },
};
