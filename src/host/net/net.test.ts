import { describe, expect, it } from 'vitest';
import { network, run } from './test-network.ts';

describe('TCP between machines', () => {
  it('opens, carries messages in order, closes', () => {
    const { machines, log, shard } = network(2);
    const [a, b] = machines;
    run(b!, function* (process, net) {
      net.listen(process, 80, (connection) => ({
        received: (payload) => {
          log(`b got ${String(payload)}`);
          connection.send(`re: ${String(payload)}`);
        },
        closed: (reason) => log(`b closed ${reason}`),
      }));
      yield* forever();
    });
    run(a!, function* (process, net) {
      const connection = net.connect(
        process,
        { ip: b!.description.ip, port: 80 },
        {
          opened: (c) => {
            log('a opened');
            c.send('one');
            c.send('two');
          },
          received: (payload, c) => {
            log(`a got ${String(payload)}`);
            if (payload === 're: two') c.close();
          },
        },
        { detail: 'brief' },
      );
      void connection;
      yield* forever();
    });
    shard.runUntil(10_000);
    expect(log.lines).toEqual([
      '0.5 a opened',
      '0.75 b got one',
      '0.75 b got two',
      '1 a got re: one',
      '1 a got re: two',
      '1.25 b closed closed',
    ]);
  });
});

function* forever() {
  yield { op: 'sleep', ms: 1e9 };
}
