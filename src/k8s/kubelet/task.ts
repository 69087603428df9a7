/**
 * Stories of the kubelet: a Pod's sync reads as upstream's does, one step after the other, though
 * each step takes simulated time. (Upstream: a goroutine a Pod worker, pkg/kubelet/pod_workers.go.)
 */
import { blocked, type Request, type Story, Teller } from '../../kernel/index.ts';

interface Wait extends Request {
  readonly op: 'wait';
  readonly begin: (done: (value: unknown) => void) => void;
}

/** Begins something and waits for what it comes to; `begin` may call `done` at once. */
export function* wait<T>(begin: (done: (value: T) => void) => void): Story<T> {
  const request: Wait = { op: 'wait', begin: begin as Wait['begin'] };
  return (yield request) as T;
}

/** Runs stories side by side until all have ended. */
export function* all(stories: readonly Story<unknown>[], tasks: Task[] = []): Story {
  if (stories.length === 0) return;
  yield* wait<undefined>((done) => {
    let open = stories.length;
    for (const story of stories) {
      tasks.push(
        runTask(story, () => {
          open -= 1;
          if (open === 0) done(undefined);
        }),
      );
    }
  });
}

/** A story under way. */
export interface Task {
  readonly isDone: boolean;
  /** Ends it where it waits. */
  cancel(): void;
}

/**
 * Tells a story; `ended` gets what it comes to, unless it is cancelled.
 * @param begun gets the task before its first step, since it may end at once.
 */
export function runTask<R>(
  story: Story<R>,
  ended: (result: R) => void,
  begun?: (task: Task) => void,
): Task {
  const teller = new Teller(story, answer, ended as (result: unknown) => void);
  const task: Task = {
    get isDone() {
      return teller.done;
    },
    cancel: () => teller.cancel(),
  };
  begun?.(task);
  teller.start();
  return task;
}

function answer(request: Request, teller: Teller): unknown {
  let isWaiting = false;
  let early: { readonly value: unknown } | undefined;
  (request as Wait).begin((value) => {
    if (isWaiting) teller.resume(value);
    else early = { value };
  });
  isWaiting = true;
  return early === undefined ? blocked : early.value;
}
