/**
 * Prefers nodes that have the Pod's images, the more so the bigger they are and the more widely
 * they are spread (or one node would get all). Upstream: plugins/imagelocality.
 */
import { maxScore, type Plugin } from '../plugin.ts';

const mebibyte = 1024 * 1024;
const least = 23 * mebibyte;
const mostPerContainer = 1_000 * mebibyte;

/** Without a tag, `:latest`. */
const normalName = (name: string): string =>
  name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  score: ({ pod: { spec } }, { nodes }) => {
    const names = spec.containers.map(({ image = '' }) => normalName(image));
    const spread = names.map((name) =>
      nodes.reduce((sum, info) => sum + (info.images.get(name) === undefined ? 0 : 1), 0),
    );
    if (spread.every((count) => count === 0)) return undefined;
    const most = mostPerContainer * names.length;
    return {
      of: (info) => {
        const sum = names.reduce(
          (total, name, index) =>
            total +
            Math.floor((info.images.get(name) ?? 0) * ((spread[index] ?? 0) / nodes.length)),
          0,
        );
        const bounded = Math.min(most, Math.max(least, sum));
        return Math.floor((maxScore * (bounded - least)) / (most - least));
      },
    };
  },
};
