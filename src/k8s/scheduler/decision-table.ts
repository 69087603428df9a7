import type { Decision } from './schedule.ts';

/** A decision as the stage shows it: plain data, the best nodes first, bounded in size. */
export interface DecisionTable {
  readonly nodes: readonly {
    readonly node: string;
    readonly total: number;
    /** Plugin → score × weight. */
    readonly scores: Readonly<Record<string, number>>;
  }[];
  readonly rejected: readonly {
    readonly node: string;
    readonly plugin: string;
    readonly reasons: readonly string[];
  }[];
  /** How many nodes there were of each, also those left out here. */
  readonly feasible: number;
  readonly ruledOut: number;
}

const rowsMax = 12;

export function decisionTable({ nodes, columns, totals, rejected }: Decision): DecisionTable {
  const order = nodes.length <= rowsMax
    ? nodes.map((_, index) => index)
    : bestOf(totals, rowsMax);
  return {
    nodes: order.map((index) => {
      const scores: Record<string, number> = {};
      for (const column of columns) {
        scores[column.plugin] = column.weight * (column.scores[index] ?? 0);
      }
      return { node: nodes[index]?.name ?? '', total: totals[index] ?? 0, scores };
    }),
    rejected: rejected.slice(0, rowsMax).map(({ node, plugin, rejection: { reasons } }) =>
      ({ node: node.name, plugin, reasons })),
    feasible: nodes.length,
    ruledOut: rejected.length,
  };
}

/** Indexes of the highest totals, the highest first. */
function bestOf(totals: readonly number[], count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < totals.length; i++) {
    const total = totals[i] as number;
    if (best.length === count && total <= (totals[best[count - 1] as number] as number)) continue;
    let at = best.length;
    while (at > 0 && (totals[best[at - 1] as number] as number) < total) at -= 1;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}
