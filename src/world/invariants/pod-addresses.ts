import type { Pod } from '../../api/types.gen.ts';
import { runtimeOf } from '../../host/runtime/index.ts';
import { type Liveness, type Safety, nameOf } from './invariant.ts';
import type { ClusterView } from './view.ts';

/** No two sandboxes that live have one address. */
export const sandboxAddresses: Safety = {
  holds: 'always',
  name: 'sandboxes have addresses of their own',
  check(view, change) {
    if (change.type !== 'sandbox') return [];
    const owners = new Map<string, string>();
    const wrong: string[] = [];
    for (const { ip, who } of addresses(view)) {
      const other = owners.get(ip);
      if (other !== undefined) wrong.push(`${other} and ${who} both have ${ip}`);
      owners.set(ip, who);
    }
    return wrong;
  },
};

function* addresses(view: ClusterView): Iterable<{ ip: string; who: string }> {
  for (const machine of view.machines.values()) {
    if (!machine.isOn) continue;
    for (const { ip, config } of runtimeOf(machine)?.sandboxes.values() ?? []) {
      if (ip === undefined) continue;
      yield { ip, who: `${config.namespace}/${config.name} on ${machine.name}` };
    }
  }
}

/** `podIP` is the first of `podIPs`, and there is no other in a cluster of one family. */
export const onePodIp: Safety = {
  holds: 'always',
  name: 'podIPs says what podIP says',
  check(_view, change) {
    if (change.type !== 'write' || change.object.kind !== 'Pod') return [];
    const { podIP, podIPs = [] } = (change.object as Pod).status ?? {};
    const listed = podIPs.map(({ ip }) => ip).join(', ');
    return listed === (podIP ?? '')
      ? []
      : [`${nameOf(change.object)} has the address ${podIP ?? ''}, but also lists ${listed}`];
  },
};

/** What the API says of addresses may be late, but not for long. */
export const podAddresses: Liveness = {
  holds: 'settles',
  name: 'Pods have addresses of their own',
  withinMs: 30_000,
  check(view) {
    const owners = new Map<string, string>();
    const wrong: string[] = [];
    for (const pod of view.of<Pod>('Pod').values()) {
      const ip = pod.status?.podIP;
      const isOver = /Succeeded|Failed/.test(pod.status?.phase ?? '');
      if (ip === undefined || isOver || pod.spec?.hostNetwork === true) continue;
      const other = owners.get(ip);
      if (other !== undefined) wrong.push(`${other} and ${nameOf(pod)} both have ${ip}`);
      owners.set(ip, nameOf(pod));
    }
    return wrong;
  },
};
