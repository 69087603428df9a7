/**
 * Records what the real kubectl says of its commands and flags, as literals that our parser,
 * `--help` and completion read: `node tests/kubectl/record-help.mjs [path of kubectl]`.
 * Not run by the tests; it needs a kubectl 1.33 on the machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kubectl = process.argv[2] ?? '/usr/lib/google-cloud-sdk/bin/kubectl.1.33';
const out = fileURLToPath(new URL('../../src/shell/kubectl/help/', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'kubectl-help-'));
const run = (...args) => execFileSync(kubectl, args, { env: { HOME: home }, encoding: 'utf8' });

/** Flags that repeat without being split at commas (pflag's StringArray). */
const arrays = new Set(['from-literal', 'env', 'annotations', 'as-group', 'rule', 'prune-allowlist',
  'header', 'exec-arg', 'exec-env', 'group', 'audience', 'groups']);
/** What a flag means when it is given without a value (pflag's NoOptDefVal). */
const bare = { 'dry-run': 'unchanged', cascade: 'background', validate: 'strict' };

function flagOf(head, usage) {
  const match = /^\s+(?:-(\w), )?--([\w-]+)=(.*):$/.exec(head);
  if (!match) throw new Error(`no flag: ${head}`);
  const [, short, name, text] = match;
  let type = 'string';
  let value = text.replace(/^'(.*)'$/, '$1');
  if (text === 'true' || text === 'false') [type, value] = ['boolean', text === 'true'];
  else if (text.startsWith('[')) {
    type = arrays.has(name) ? 'array' : 'list';
    value = text === '[]' ? [] : text.slice(1, -1).split(',');
  } else if (/^-?\d+$/.test(text)) [type, value] = ['int', Number(text)];
  else if (/^(\d+h)?(\d+m)?\d+s$/.test(text)) type = 'duration';
  if (name === 'cache-dir') value = '$HOME/.kube/cache';
  return [name, {
    ...(short ? { short } : {}), type, default: value,
    ...(bare[name] === undefined ? {} : { bare: bare[name] }), usage,
  }];
}

function flagsOf(lines) {
  const flags = {};
  for (let i = 0; i < lines.length; i++) {
    if (!/^ {4}(-\w, )?--/.test(lines[i])) continue;
    const usage = [];
    while (lines[i + 1 + usage.length]?.startsWith('\t')) usage.push(lines[i + 1 + usage.length].slice(1));
    const [name, flag] = flagOf(lines[i], usage.join('\n'));
    flags[name] = flag;
  }
  return flags;
}

/** The paragraphs of a help text, by their headings. */
function sections(text) {
  const lines = text.replace(/\n$/, '').split('\n');
  const found = { long: [] };
  let key = 'long';
  for (const line of lines) {
    const heading = /^([A-Z][\w ()]*):$/.exec(line)?.[1];
    if (heading && (key !== 'long' || ['Examples', 'Options', 'Usage', 'Available Commands', 'Aliases'].includes(heading))) {
      key = heading;
      found[key] = [];
    } else if (/^Use "kubectl /.test(line) && key === 'Usage') key = 'foot';
    else (found[key] ??= []).push(line);
  }
  return found;
}
const trimmed = (lines = []) => lines.join('\n').replace(/\n+$/, '').replace(/^\n+/, '');

function record(path, short) {
  const found = sections(run(...path, '--help'));
  const name = path.at(-1);
  const children = (found['Available Commands'] ?? []).map((line) => /^ {2}(\S+)\s+(.*)$/.exec(line))
    .filter(Boolean).map(([, child, text]) => record([...path, child], text));
  return {
    name, short,
    ...(found.Aliases ? { aliases: trimmed(found.Aliases).split(',').map((s) => s.trim()).filter((s) => s !== name) } : {}),
    long: trimmed(found.long),
    examples: trimmed(found.Examples),
    usage: trimmed(found.Usage).trim(),
    flags: flagsOf(found.Options ?? []),
    ...(children.length ? { children } : {}),
  };
}

const groups = [];
for (const line of run('--help').split('\n')) {
  if (/^[A-Z].*:$/.test(line) && !line.startsWith('Usage')) groups.push({ title: line.slice(0, -1), commands: [] });
  const match = /^ {2}([a-z][\w-]*)\s{2,}(.*)$/.exec(line);
  if (match && groups.length) groups.at(-1).commands.push(record([match[1]], match[2]));
}
groups.at(-1).commands.push(record(['options'], 'Print the list of flags inherited by all commands'));
const globals = flagsOf(run('options').split('\n'));

const counts = new Map();
const visit = (command) => {
  for (const [name, flag] of Object.entries(command.flags)) {
    const key = JSON.stringify([name, flag]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  command.children?.forEach(visit);
};
groups.forEach((group) => group.commands.forEach(visit));
const shared = new Map();
const used = new Set();
for (const [key, count] of counts) {
  if (count < 2) continue;
  const base = JSON.parse(key)[0].replace(/-(\w)/g, (_, c) => c.toUpperCase());
  let name = base;
  for (let n = 2; used.has(name); n++) name = `${base}${n}`;
  used.add(name);
  shared.set(key, name);
}

const quote = (value) => JSON.stringify(value).replace(/^"(.*)"$/s, (_, s) => `'${s.replace(/\\"/g, '"').replace(/'/g, "\\'")}'`);
const value = (v) => (Array.isArray(v) ? `[${v.map(value).join(', ')}]` : typeof v === 'string' ? quote(v) : String(v));
const flagText = (flag) => `{ ${Object.entries(flag).map(([k, v]) => `${k}: ${value(v)}`).join(', ')} }`;
const text = (s) => (s.includes('\n') ? `\`${s.replace(/[\\`]|\$\{/g, '\\$&')}\`` : quote(s));
const header = '// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.\n';

function literal(command, indent) {
  const pad = ' '.repeat(indent);
  const lines = [`{`];
  for (const key of ['name', 'short']) lines.push(`${pad}  ${key}: ${quote(command[key])},`);
  if (command.aliases) lines.push(`${pad}  aliases: ${value(command.aliases)},`);
  for (const key of ['long', 'examples', 'usage']) lines.push(`${pad}  ${key}: ${text(command[key])},`);
  lines.push(`${pad}  flags: {`);
  for (const [name, flag] of Object.entries(command.flags)) {
    const common = shared.get(JSON.stringify([name, flag]));
    lines.push(`${pad}    ${quote(name)}: ${common ? `flag.${common}` : flagText(flag)},`);
  }
  lines.push(`${pad}  },`);
  if (command.children) {
    lines.push(`${pad}  children: {`);
    for (const child of command.children) lines.push(`${pad}    ${quote(child.name)}: ${literal(child, indent + 4)},`);
    lines.push(`${pad}  },`);
  }
  lines.push(`${pad}}`);
  return lines.join('\n');
}

mkdirSync(out, { recursive: true });
for (const file of readdirSync(out)) if (file.endsWith('.gen.ts')) rmSync(join(out, file));
writeFileSync(join(out, 'flags.gen.ts'), header +
  [...shared].map(([key, name]) => `export const ${name} = ${flagText(JSON.parse(key)[1])} as const;`).join('\n') +
  `\n\n/** Flags that every command takes. */\nexport const globalFlags = {\n${Object.entries(globals).map(([n, f]) => `  ${quote(n)}: ${flagText(f)},`).join('\n')}\n} as const;\n`);
const camel = (s) => s.replace(/-(\w)/g, (_, c) => c.toUpperCase());
for (const { commands } of groups) {
  for (const command of commands) {
    const body = literal(command, 0);
    writeFileSync(join(out, `${command.name}.gen.ts`), header +
      (body.includes('flag.') ? "import * as flag from './flags.gen.ts';\n\n" : '\n') +
      `export const ${camel(command.name)}Help = ${body} as const;\n`);
  }
}
writeFileSync(join(out, 'groups.gen.ts'), `${header}\n/** The order in which \`kubectl --help\` lists the commands. */\nexport const groups = [\n${groups.map((g) => `  { title: ${quote(g.title)}, commands: [${g.commands.map((c) => quote(c.name)).join(', ')}] },`).join('\n')}\n] as const;\n`);
rmSync(home, { recursive: true });
