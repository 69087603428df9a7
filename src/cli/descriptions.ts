/** The prose of `kubectl explain`: in Node there is no reason to load it late. */
import type { Descriptions } from '../api/open-api.ts';
import prose from '../api/schema/descriptions.json' with { type: 'json' };

export const descriptions = (): Descriptions => prose as Descriptions;
