/** Command lines whose answers are known to differ, each with the reason. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  [
    'kubectl exec deploy/web --as=ann -- ls',
    'refused the WebSocket (get), the real one tries again over SPDY (create), and is refused that',
  ],
  [
    'kubectl get events --sort-by=.lastTimestamp -o custom-columns=R:.reason,M:.message',
    'events of one second come in the order of their names, which hold the moment of each world',
  ],
  [
    'kubectl drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --dry-run=client',
    'the real one orders its warnings as Go walks a map',
  ],
]);
