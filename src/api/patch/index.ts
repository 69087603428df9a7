/** The four kinds of patch, and how clients make them. */
export { jsonPatch, maxJsonPatchOperations, type JsonPatchOperation } from './json-patch.ts';
export { createMergePatch, createThreeWayMergePatch, mergePatch } from './merge-patch.ts';
export { PatchError } from './patch-error.ts';
export { createTwoWayPatch, strategicDiff } from './strategic-diff.ts';
export { strategicMerge } from './strategic-merge.ts';
