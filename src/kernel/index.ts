/** The kernel: time, chance, events, statecharts, stories, trace, shards. It knows no Kubernetes. */
export { assert, AssertionError, unreachable } from './assert.ts';
export { type Ms, grain, hour, minute, second, toGrain } from './time.ts';
export { Chance } from './chance.ts';
export { RunningHash } from './hash.ts';
export type { Pending } from './queue.ts';
export { type Receiver, Site, type Ticket } from './site.ts';
export { type Message, Shard, type ShardPlan } from './shard.ts';
export { type Answerer, blocked, type Request, type Story, Teller } from './story.ts';
export { Chart, type ChartEvent, type ChartPort, type ChartState } from './chart.ts';
export { Actor } from './actor.ts';
export type { TraceEntry, TraceRecord, TraceSink } from './trace.ts';
export { historyHash, limits, runLockstep } from './lockstep.ts';
