import { assert } from './assert.ts';

/**
 * A story: a generator that yields requests to whoever runs it, and gets their answers. It tells
 * something with a beginning and an end, such as a command. `R` is what it comes to.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- each request knows its own answer's type
export type Story<R = void> = Generator<Request, R, any>;

/** What a story yields: data. The runner's own union of requests extends it. */
export interface Request {
  readonly op: string;
}

/** The runner's answer when there is none yet: it will `resume` the teller later. */
export const blocked: unique symbol = Symbol('blocked');

/** Answers a request at once, or returns `blocked` and resumes the teller when it can. */
export type Answerer = (request: Request, teller: Teller) => unknown;

/** Tells one story: runs it from request to request until its end. */
export class Teller {
  done = false;
  private readonly story: Story<unknown>;
  private readonly answer: Answerer;
  private readonly ended: (result: unknown) => void;
  private isRunning = false;

  constructor(story: Story<unknown>, answer: Answerer, ended: (result: unknown) => void) {
    this.story = story;
    this.answer = answer;
    this.ended = ended;
  }

  start(): void {
    this.advance(() => this.story.next());
  }

  /** Goes on with the answer that was outstanding. */
  resume(answer: unknown): void {
    this.advance(() => this.story.next(answer as never));
  }

  /** Goes on with an error where the story waits; it may catch it. */
  fail(error: unknown): void {
    this.advance(() => this.story.throw(error));
  }

  /** Ends the story where it waits; its `finally` blocks may not wait any more. */
  cancel(): void {
    if (this.done) return;
    this.done = true;
    if (!this.isRunning) this.story.return(undefined);
  }

  private advance(first: () => IteratorResult<Request, unknown>): void {
    if (this.done) return;
    assert(!this.isRunning, 'a story is resumed from outside only');
    let step = this.guarded(first);
    while (!step.done) {
      if (this.done) {
        this.story.return(undefined);
        return;
      }
      const answer = this.answer(step.value, this);
      if (answer === blocked) return;
      step = this.guarded(() => this.story.next(answer as never));
    }
    if (this.done) return;
    this.done = true;
    this.ended(step.value);
  }

  private guarded(
    advance: () => IteratorResult<Request, unknown>,
  ): IteratorResult<Request, unknown> {
    this.isRunning = true;
    try {
      return advance();
    } finally {
      this.isRunning = false;
    }
  }
}
