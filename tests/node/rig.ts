/** A bridge over the apiserver's rig: no nodes, no controllers, answers at once. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { makeBridge } from '../../src/cli/bridge/bridge.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import type { ClientMessage } from '../../src/k8s/client/wire.ts';
import { type Rig, startRig } from '../../src/k8s/apiserver/testing.ts';
import { ApiPort, type TimedInput } from '../../src/world/index.ts';

export interface BridgeRig {
  readonly rig: Rig;
  readonly url: string;
  readonly paced: PacedWorld;
  close(): Promise<void>;
}

export async function startBridge(): Promise<BridgeRig> {
  const rig = startRig();
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
  const paced = new PacedWorld(simulation, 1, true);
  const bridge = makeBridge(paced);
  await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
  paced.start();
  return {
    rig,
    paced,
    url: `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`,
    close: () => close(paced, bridge),
  };
}

async function close(paced: PacedWorld, bridge: Server): Promise<void> {
  paced.stop();
  bridge.closeAllConnections();
  await new Promise((resolve) => bridge.close(resolve));
}
