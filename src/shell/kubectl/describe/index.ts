/** Which kind is described how. */
import type { Resource } from '../discovery.ts';
import type { Describer } from './describer.ts';
import { describeAnything } from './generic.ts';
import { describePod } from './pod.ts';

const describers: Readonly<Record<string, Describer>> = {
  Pod: describePod,
};

/** A kind's describer: its own, or the one for anything. */
export const describerFor = ({ group, kind }: Resource): Describer =>
  describers[group === '' ? kind : `${kind}.${group}`] ?? describeAnything;
