/** Go templates: filled in by the next step. */
import type { Json } from '../../../api/object.ts';
export const goTemplate = (_template: string, _allowMissingKeys: boolean): ((data: Json) => string) => () => '';
