/** Command lines whose answers are known to differ, each with the reason. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([]);
