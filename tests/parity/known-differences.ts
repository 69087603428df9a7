/** Command lines whose answers are known to differ, each with the reason. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  [
    'kubectl get events --sort-by=.lastTimestamp -o custom-columns=R:.reason,M:.message',
    "more than 12 rows with equal keys: Go's sort.Sort is not stable, ours is",
  ],
  [
    'kubectl exec crash -- ls',
    'the bridge refuses with HTTP 500; a real API server upgrades first and sends a Status down the stream',
  ],
]);
