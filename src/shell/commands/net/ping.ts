/**
 * ping: in containers busybox's (networking/ping.c), on machines that of iputils. Echo requests go
 * out once a second; Ctrl-C ends it with the statistics.
 */
import { Inbox, type Process, type Program, select, sleep } from '../../../host/index.ts';
import { Namespace, type ProbeAnswer } from '../../../host/net/namespace.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, complain, type Words } from '../../command.ts';

export const ping: Program = command('ping', { valued: 'cwWitsI' }, function* (process, words) {
  const [host] = words.operands;
  const isBusybox = process.container !== undefined;
  if (host === undefined) return complain(process, 'usage error: Destination address required', 2);
  const ip = host === 'localhost' ? '127.0.0.1' : yield* resolve(process, host);
  if (ip === undefined) {
    return isBusybox
      ? complain(process, `bad address '${host}'`)
      : complain(process, `${host}: Name or service not known`, 2);
  }
  const run = new PingRun(process, host, ip, isBusybox);
  process.print(
    isBusybox
      ? `PING ${host} (${ip}): 56 data bytes\n`
      : `PING ${host} (${ip}) 56(84) bytes of data.\n`,
  );
  process.daemon = { signal: (signal) => signal === 'SIGINT' && run.stop() };
  return yield* run.go(words);
});

class PingRun {
  private readonly process: Process;
  private readonly host: string;
  private readonly ip: string;
  private readonly isBusybox: boolean;
  private readonly times: number[] = [];
  private readonly answers = new Inbox<void>();
  private readonly begun: number;
  private sent = 0;
  private errors = 0;

  constructor(process: Process, host: string, ip: string, isBusybox: boolean) {
    this.process = process;
    this.host = host;
    this.ip = ip;
    this.isBusybox = isBusybox;
    this.begun = process.site.now;
  }

  *go(words: Words): Story<number> {
    const { site } = this.process;
    const count = Number(words.value('c') ?? Infinity);
    const interval = Number(words.value('i') ?? 1) * 1000;
    const wait = Number(words.value('W') ?? 10) * 1000;
    const deadline =
      words.value('w') === undefined ? Infinity : site.now + Number(words.value('w')) * 1000;
    while (this.sent < count && site.now < deadline) {
      this.send();
      const isLast = this.sent >= count;
      if (isLast) break;
      yield* sleep(Math.min(interval, deadline - site.now));
    }
    const until = Math.min(site.now + wait, deadline);
    while (this.times.length + this.errors < this.sent && site.now < until) {
      yield* select([this.answers], until - site.now);
    }
    return this.end();
  }

  /** Ctrl-C: says what has come of it. Always true. */
  stop(): true {
    this.process.end(this.end());
    return true;
  }

  private send(): void {
    this.sent += 1;
    const seq = this.sent;
    const { net } = this.process;
    if (!(net instanceof Namespace)) return;
    net.probe(this.process, { ip: this.ip, seq }, (answer) => this.answered(seq, answer));
  }

  private answered(seq: number, { type, from, ttl, ms }: ProbeAnswer): void {
    if (type === 'reply') {
      this.times.push(ms);
      this.process.print(
        this.isBusybox
          ? `64 bytes from ${from}: seq=${seq - 1} ttl=${ttl} time=${ms.toFixed(3)} ms\n`
          : `64 bytes from ${from}: icmp_seq=${seq} ttl=${ttl} time=${shortMs(ms)} ms\n`,
      );
    } else {
      this.errors += 1;
      this.sayError(seq, type, from);
    }
    this.answers.push();
  }

  private sayError(seq: number, type: string, from: string): void {
    if (this.isBusybox) {
      if (from === '') this.process.printError('ping: sendto: Network unreachable\n');
      return;
    }
    const what =
      type === 'ttl'
        ? 'Time to live exceeded'
        : `Destination ${type === 'host' ? 'Host' : type === 'port' ? 'Port' : 'Net'} Unreachable`;
    this.process.print(`From ${from} icmp_seq=${seq} ${what}\n`);
  }

  private end(): number {
    const { times, sent } = this;
    const lost = sent === 0 ? 0 : Math.floor(((sent - times.length) * 100) / sent);
    const some = times.length > 0;
    const [min, max] = [Math.min(...times), Math.max(...times)];
    const average = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    const ms = (n: number) => n.toFixed(3);
    this.process.print(`\n--- ${this.host} ping statistics ---\n`);
    if (this.isBusybox) {
      this.process.print(
        `${sent} packets transmitted, ${times.length} packets received, ${lost}% packet loss\n`,
      );
      if (some)
        this.process.print(`round-trip min/avg/max = ${ms(min)}/${ms(average)}/${ms(max)} ms\n`);
    } else {
      const errors = this.errors > 0 ? `+${this.errors} errors, ` : '';
      const spent = Math.floor(this.process.site.now - this.begun);
      this.process.print(
        `${sent} packets transmitted, ${times.length} received, ${errors}${lost}% packet loss, ` +
          `time ${spent}ms\n`,
      );
      const squares = times.reduce((sum, t) => sum + t * t, 0) / times.length;
      const deviation = Math.sqrt(Math.max(0, squares - average * average));
      if (some)
        this.process.print(
          `rtt min/avg/max/mdev = ${ms(min)}/${ms(average)}/${ms(max)}/${ms(deviation)} ms\n`,
        );
    }
    return some ? 0 : 1;
  }
}

/** iputils keeps three significant digits. */
const shortMs = (ms: number): string =>
  ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
