/** Command lines whose answers are known to differ, each with the reason. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  [
    'kubectl get events --sort-by=.lastTimestamp -o custom-columns=R:.reason,M:.message',
    "more than 12 rows with equal keys: Go's sort.Sort is not stable, ours is",
  ],
  ['kubectl create token robot --duration=10m | wc -l', 'no newline after the token unless on a terminal'],
  ['kubectl create -f no-kind.yaml', 'client-side validation comes first: apiVersion not set, kind not set'],
  ['kubectl replace -f no-kind.yaml', 'client-side validation comes first: apiVersion not set, kind not set'],
  ['kubectl create -f number.yaml', 'the client\'s own decoding fails before the server is asked'],
]);
