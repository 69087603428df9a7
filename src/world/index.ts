/** Worlds with all that is in them, for whoever need not save bytes. */
import './kubectl.ts';

export * from './bare.ts';
