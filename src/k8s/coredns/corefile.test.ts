import { expect, it } from 'vitest';
import { parseCorefile } from './corefile.ts';

it('reads blocks, zones, plugins and their options', () => {
  const text = `# comment
example.org:1053 in-addr.arpa {
  kubernetes cluster.local {   # here too
    ttl 7
  }
}
.:53 {
  errors
}
`;
  expect(parseCorefile(text)).toMatchObject([
    {
      zones: ['example.org', 'in-addr.arpa'],
      port: 1053,
      plugins: [
        { name: 'kubernetes', args: ['cluster.local'], block: [{ name: 'ttl', args: ['7'] }] },
      ],
    },
    { zones: ['.'], port: 53, plugins: [{ name: 'errors', args: [], block: [] }] },
  ]);
});

it.each([
  [
    '.:53 {\n  whoknows\n}',
    "/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'whoknows'",
  ],
  ['.:53 {\n  errors\n', '/etc/coredns/Corefile:3 - Error during parsing: Unexpected EOF'],
])('refuses %j', (text, message) => {
  expect(parseCorefile(text)).toBe(message);
});
