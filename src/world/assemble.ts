import type { Machine } from '../host/index.ts';
import type { Shard } from '../kernel/index.ts';
import type { Answer } from './api-port.ts';
import type { WorldDefinition } from './definition.ts';

export declare function assemble(
  definition: WorldDefinition,
  shard: Shard,
  answer: Answer,
): ReadonlyMap<string, Machine>;
