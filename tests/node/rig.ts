/** A bridge over the apiserver's rig: no nodes, no controllers, answers at once. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { type BridgeOptions, makeBridge } from '../../src/cli/bridge/bridge.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import type { ClientMessage } from '../../src/k8s/client/wire.ts';
import { type Rig, type RigOptions, startRig } from '../../src/k8s/apiserver/testing.ts';
import { ApiPort, type TimedInput } from '../../src/world/index.ts';

export interface PacedRig {
  readonly rig: Rig;
  readonly paced: PacedWorld;
}

export interface BridgeRig extends PacedRig {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** An API server in a world that runs beside the real clock. */
export function startPaced(options: RigOptions = {}, speed = 1): PacedRig {
  const rig = startRig(options);
  const port = new ApiPort(rig.machine, rig.server, (client, message) =>
    paced.answer(client, message),
  );
  const simulation = {
    get now() {
      return rig.shard.now;
    },
    enter: ({ input }: TimedInput) => {
      if (input.type === 'api') port.receive(input.client, input.message as ClientMessage);
    },
    runUntil: (at: number) => rig.shard.runUntil(at),
  };
  const paced = new PacedWorld(simulation, speed, true);
  return { rig, paced };
}

export async function startBridge(options: BridgeOptions = {}): Promise<BridgeRig> {
  const { rig, paced } = startPaced();
  const bridge = makeBridge(paced, undefined, options);
  await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
  paced.start();
  const { port } = bridge.address() as AddressInfo;
  return { rig, paced, port, url: `http://127.0.0.1:${port}`, close: () => close(paced, bridge) };
}

async function close(paced: PacedWorld, bridge: Server): Promise<void> {
  paced.stop();
  bridge.closeAllConnections();
  await new Promise((resolve) => bridge.close(resolve));
}
