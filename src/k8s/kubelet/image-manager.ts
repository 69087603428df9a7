/**
 * Sees to it that a container's image is on the machine: pull policy, pulls one after the other
 * (serializeImagePulls), back-off after failures, and their Events.
 * Upstream: pkg/kubelet/images/image_manager.go, puller.go, types.go.
 */
import { formatGoDuration } from '../../api/duration.ts';
import type { Container, Pod } from '../../api/types.gen.ts';
import {
  type ContainerRuntime,
  type Outcome,
  parseReference,
  type Pulled,
  rpcText,
} from '../../host/runtime/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { EventDraft } from '../client/event-recorder.ts';
import { BackOff } from './back-off.ts';
import { events } from './events.ts';
import type { StartFailure } from './status.ts';
import { wait } from './task.ts';

type Done = (outcome: Outcome<Pulled>) => void;

export class ImageManager {
  readonly backOff = new BackOff();
  private readonly runtime: ContainerRuntime;
  private readonly lastErrors = new Map<string, string>();
  private readonly queue: { readonly image: string; readonly done: Done }[] = [];
  private isPulling = false;

  constructor(runtime: ContainerRuntime) {
    this.runtime = runtime;
  }

  /** Undefined once the image is there; else why it is not. @param tell writes an Event. */
  *ensure(
    pod: Pod,
    container: Container,
    tell: (draft: EventDraft) => void,
  ): Story<StartFailure | undefined> {
    const { image = '', imagePullPolicy } = container;
    const parsed = parseReference(image);
    if (typeof parsed === 'string') {
      const draft = events.invalidImage(image, parsed);
      tell(draft);
      return { reason: 'InvalidImageName', message: draft.message };
    }
    const isPresent = this.runtime.findImage(image) !== undefined;
    if (imagePullPolicy === 'Never' || (imagePullPolicy !== 'Always' && isPresent)) {
      if (isPresent) {
        tell(events.alreadyPresent(image));
        return undefined;
      }
      const draft = events.neverPull(image);
      tell(draft);
      return { reason: 'ErrImageNeverPull', message: draft.message };
    }
    return yield* this.pull(`${pod.metadata.uid}_${image}`, image, tell);
  }

  private *pull(
    key: string,
    image: string,
    tell: (draft: EventDraft) => void,
  ): Story<StartFailure | undefined> {
    const { site } = this.runtime.machine;
    if (this.backOff.isInBackOffSinceUpdate(key, site.now)) {
      const draft = events.pullBackOff(image);
      tell(draft);
      const last = this.lastErrors.get(key);
      const message = last === undefined ? draft.message : `${draft.message}: ${last}`;
      return { reason: 'ImagePullBackOff', message };
    }
    this.lastErrors.delete(key);
    tell(events.pulling(image));
    const startedAt = site.now;
    const outcome = yield* wait<Outcome<Pulled>>((done) => this.enqueue(image, done));
    if (!outcome.ok) {
      const message = rpcText(outcome.error);
      tell(events.pullFailed(image, message));
      this.backOff.next(key, site.now, site.now);
      this.lastErrors.set(key, `ErrImagePull: ${message}`);
      return { reason: 'ErrImagePull', message };
    }
    const millis = (ms: number) => formatGoDuration(Math.floor(ms));
    const {
      tookMs,
      image: { sizeBytes },
    } = outcome.value;
    tell(events.pulled(image, millis(tookMs), millis(site.now - startedAt), sizeBytes));
    return undefined;
  }

  private enqueue(image: string, done: Done): void {
    this.queue.push({ image, done });
    this.pullNext();
  }

  private pullNext(): void {
    const [next] = this.queue;
    if (this.isPulling || next === undefined) return;
    this.isPulling = true;
    this.queue.shift();
    this.runtime.pullImage(next.image, (outcome) => {
      this.isPulling = false;
      next.done(outcome);
      this.pullNext();
    });
  }
}
