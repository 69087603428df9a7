/** A whole world behind a bridge, for the official client. */
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { makeBridge } from '../../src/cli/bridge/bridge.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import { ConsoleWorld } from '../parity/worlds.ts';

export class ServedWorld extends ConsoleWorld {
  readonly paced: PacedWorld = new PacedWorld(this.world, 1);
  readonly bridge = makeBridge(this.paced);
  url = '';

  constructor() {
    super((client, message) => this.paced.answer(client, message));
  }

  async serve(): Promise<void> {
    await new Promise<void>((resolve) => this.bridge.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.bridge.address() as AddressInfo).port}`;
    this.paced.start();
  }

  stop(): void {
    this.paced.stop();
    this.bridge.closeAllConnections();
    this.bridge.close();
  }

  get config(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'kubarium', server: this.url, skipTLSVerify: true }],
      users: [{ name: 'admin' }],
      contexts: [{ name: 'kubarium', cluster: 'kubarium', user: 'admin' }],
      currentContext: 'kubarium',
    });
    return config;
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Keeps what is written to it. */
export class Kept extends Writable {
  readonly pieces: Buffer[] = [];

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece);
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get text(): string {
    return this.bytes.toString();
  }
}
