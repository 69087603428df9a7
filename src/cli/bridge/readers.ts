/** Connections and what waits for them: those who do not read must not fill the memory. */
import type { Duplex } from 'node:stream';

/** How often is looked, in real ms. */
const lookMs = 500;

export class Readers {
  private readonly waitingBytesMost: number;
  private readonly sockets = new Set<Duplex>();
  private timer: NodeJS.Timeout | undefined;

  /** @param waitingBytesMost for all of them together. */
  constructor(waitingBytesMost: number) {
    this.waitingBytesMost = waitingBytesMost;
  }

  add(socket: Duplex): void {
    this.sockets.add(socket);
    this.timer ??= setInterval(() => this.look(), lookMs).unref();
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (this.sockets.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    });
  }

  /** Drops those for whom most is waiting, until the rest is little enough. */
  private look(): void {
    let sum = 0;
    for (const { writableLength } of this.sockets) sum += writableLength;
    if (sum <= this.waitingBytesMost) return;
    const slowest = [...this.sockets].toSorted((a, b) => b.writableLength - a.writableLength);
    for (const socket of slowest) {
      if (sum <= this.waitingBytesMost) return;
      sum -= socket.writableLength;
      socket.destroy();
    }
  }
}
