/** Stands in for d3-transition: the camera eases its own flights, nothing is to be interrupted. */
import { selection } from 'd3-selection';

(selection.prototype as unknown as Record<string, unknown>)['interrupt'] = function interruptAll(
  this: unknown,
) {
  return this;
};

export const interrupt = (): void => undefined;
