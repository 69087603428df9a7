/** Command lines whose answers are known to differ, each with the reason. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  [
    'kubectl exec crash -- ls',
    'the bridge refuses with HTTP 500; a real API server upgrades first and sends a Status down the stream',
  ],
  [
    'kubectl exec deploy/web --as=ann -- ls',
    'refused the WebSocket (get), the real one tries again over SPDY (create), and is refused that',
  ],
]);
