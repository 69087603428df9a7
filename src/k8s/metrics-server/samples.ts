/**
 * The last two readings of every node: a rate needs two.
 * Upstream: metrics-server pkg/storage (node.go, pod.go), pkg/scraper/client/resource/decode.go.
 */

/** One line of a kubelet's page: `name{labels} value time`. */
const line = /^([a-z_]+)(?:\{(.*)\})? ([\d.eE+-]+) (\d+)$/;
const label = /([a-z_]+)="([^"]*)"/g;

interface Point {
  readonly at: number;
  /** Core-seconds since the beginning. */
  readonly cpu: number;
  readonly memory: number;
}

/** `namespace/pod/container` → its reading; the node itself is ''. */
type Page = ReadonlyMap<string, Point>;

/** CPU in thousandths of a core over a window that ends at a moment; memory in bytes. */
export interface Usage {
  readonly at: number;
  readonly windowMs: number;
  readonly cpuNanos: number;
  readonly memory: number;
}

export class Samples {
  private readonly last = new Map<string, Page>();
  private readonly before = new Map<string, Page>();

  /** Something can be said of some node. */
  get isReady(): boolean {
    return this.before.size > 0;
  }

  take(node: string, text: string): void {
    const known = this.last.get(node);
    if (known !== undefined) this.before.set(node, known);
    this.last.set(node, parse(text));
  }

  /** Forgets nodes that are no more. */
  keep(nodes: ReadonlySet<string>): void {
    for (const readings of [this.last, this.before]) {
      for (const node of readings.keys()) if (!nodes.has(node)) readings.delete(node);
    }
  }

  node(name: string): Usage | undefined {
    return this.usage(name, '');
  }

  container(node: string, key: string): Usage | undefined {
    return this.usage(node, key);
  }

  private usage(node: string, key: string): Usage | undefined {
    const now = this.last.get(node)?.get(key);
    const then = this.before.get(node)?.get(key);
    if (now === undefined || then === undefined || now.at <= then.at || now.cpu < then.cpu) {
      return undefined;
    }
    const windowMs = now.at - then.at;
    const cpuNanos = Math.ceil(((now.cpu - then.cpu) * 1e12) / windowMs);
    return { at: now.at, windowMs, cpuNanos, memory: now.memory };
  }
}

function parse(text: string): Page {
  const page = new Map<string, { at: number; cpu: number; memory: number }>();
  for (const one of text.split('\n')) {
    const [, name = '', labels = '', value, time] = line.exec(one) ?? [];
    if (value === undefined) continue;
    const words: Record<string, string> = {};
    for (const [, key = '', word = ''] of labels.matchAll(label)) words[key] = word;
    const key = name.startsWith('node_')
      ? ''
      : `${words['namespace']}/${words['pod']}/${words['container']}`;
    const point = page.get(key) ?? { at: Number(time), cpu: 0, memory: 0 };
    if (name.endsWith('cpu_usage_seconds_total')) point.cpu = Number(value);
    else if (name.endsWith('memory_working_set_bytes')) point.memory = Number(value);
    page.set(key, point);
  }
  return page;
}
