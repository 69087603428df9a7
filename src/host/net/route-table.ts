import { type Cidr, contains, ipNumber, parseCidr } from './address.ts';
import type { Route } from './device.ts';

/** Routes, the most specific first; blocks are parsed once. */
export class RouteTable {
  private entries: readonly { readonly route: Route; readonly block: Cidr }[] = [];

  get routes(): readonly Route[] {
    return this.entries.map(({ route }) => route);
  }

  /** Replaces the route that has the same destination and device. */
  add(route: Route): void {
    const block = parseCidr(route.destination);
    if (block === undefined) return;
    const others = this.entries.filter(
      ({ route: o }) => o.destination !== route.destination || o.device !== route.device,
    );
    const at = others.findIndex((other) => other.block.prefix < block.prefix);
    const index = at < 0 ? others.length : at;
    this.entries = [...others.slice(0, index), { route, block }, ...others.slice(index)];
  }

  remove(isGone: (route: Route) => boolean): void {
    this.entries = this.entries.filter(({ route }) => !isGone(route));
  }

  /** The first that fits and is usable. */
  find(ip: string, isUsable: (route: Route) => boolean): Route | undefined {
    const number = ipNumber(ip);
    if (number === undefined) return undefined;
    for (const { route, block } of this.entries) {
      if (contains(block, number) && isUsable(route)) return route;
    }
    return undefined;
  }
}
