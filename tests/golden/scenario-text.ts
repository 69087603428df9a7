/** The recorded transcripts, and how two of them are compared: names by chance, times, addresses aside. */

export interface Transcript {
  readonly command: string;
  readonly code: number;
  readonly output: string;
}

/** Reads `recorded.txt`: `$ command   # rc=N`, then all that it printed, standard error last. */
export function transcriptsOf(text: string): Transcript[] {
  return text
    .split(/^(?=\$ .* {3}# rc=\d+$)/m)
    .filter((part) => part.startsWith('$ '))
    .map((part) => {
      const [, command = '', code = ''] = /^\$ (.*) {3}# rc=(\d+)\n/.exec(part) ?? [];
      const output = part.slice(part.indexOf('\n') + 1).trimEnd();
      return { command, code: Number(code), output };
    });
}

/** What is another version's or another cluster's, and says the same. In order. */
const recordedAsOurs: readonly (readonly [RegExp, string])[] = [
  [/\bcp1\b/g, 'control-plane'],
  [/\bw[12]\b/g, 'worker-N'],
  [/v1\.25\.0/g, 'v1.33.1'],
  // Since 1.32: how many there were is always said.
  [/(Scaled up replica set \S+) to (\d+)$/gm, '$1 from 0 to $2'],
  // Columns that came since.
  [/STORAGECLASS( +)(REASON|AGE)/g, 'STORAGECLASS VOLUMEATTRIBUTESCLASS $2'],
  [/^(persistentvolume.*) (\d+\w+)$/gm, '$1 <unset> $2'],
  [/^(NAME +STATUS?)?NAME +COMPLETIONS/gm, 'NAME STATUS COMPLETIONS'],
  [/^(pi +)(1\/1)/gm, '$1Complete $2'],
  [/(Deployment\/php-apache +)<unknown>/g, '$1cpu: <unknown>'],
  [/GLOBAL-DEFAULT( +)AGE/g, 'GLOBAL-DEFAULT AGE PREEMPTIONPOLICY'],
  [/^(system-\w+-critical .*)$/gm, '$1 PreemptLowerPriority'],
  // 1.33 prints it for kinds that live outside of namespaces, and the namespace of those within.
  [/^(\S+ "[^"]+") deleted$/gm, '$1 deleted'],
];

/** Letters of generated names, of which no word of English can be made. */
const chance = '[bcdfghjklmnpqrstvwxz2456789]';

const both: readonly (readonly [RegExp, string])[] = [
  // Which of two equal nodes it is, and what the registries here do not have.
  [/\bworker-[12]\b/g, 'worker-N'],
  [/us-docker\S+gb-frontend:v5|quay\.io\/fluentd\S+|registry\.k8s\.io\/pause:3\.10/g, 'IMAGE'],
  [/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UID'],
  [/hello-\d{8}(-\w{5})?/g, 'hello-MINUTE'],
  [/:3[0-2]\d{3}\/TCP/g, ':PORT/TCP'],
  [new RegExp(`-${chance}{8,10}-${chance}{5}\\b`, 'g'), '-HASH-CHANCE'],
  [new RegExp(`(-hash=|-)(?=[a-z]*\\d)${chance}{8,10}\\b`, 'g'), '$1HASH'],
  [new RegExp(`-(?!proxy\\b)${chance}{5}\\b`, 'g'), '-CHANCE'],
  [/\b10\.\d+\.\d+\.\d+(\/\d+)?\b/g, 'ADDRESS'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000/g, 'DATE'],
  [/\d{4}-\d\d-\d\d[T ][\d:]{8}(Z| \+0000 UTC)/g, 'DATE'],
  [/(?<![\w-])\d+(d|h|m|s)(\d+[hms])?(?![\w-])(?! period| timeout)/g, 'AGE'],
  [/resourceVersion: "\d+"/g, 'resourceVersion: "N"'],
  [/-{3,}/g, '---'],
  [/[ \t]+/g, ' '],
  [/ $/gm, ''],
];

/** The kubelet of the recording was a fake: it told no events of containers. */
const kubeletLine = /^( |AGE )?(Normal|Warning) (Pulling|Pulled|Created|Started|Killing|BackOff|Failed) /;

/** Since 1.33. */
const deprecation =
  'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

/** The lines to compare, in an order that chance does not change. */
export function comparable(output: string, command: string, isRecorded: boolean): string[] {
  let text = output;
  if (isRecorded) for (const [from, to] of recordedAsOurs) text = text.replace(from, to);
  for (const [from, to] of both) text = text.replace(from, to);
  const lines = text.split('\n').filter((line) => !kubeletLine.test(line) && line !== deprecation);
  // The order of rows, and of what happens at once, is by names of chance.
  return /^kubectl (get|drain|delete|api-|auth)/.test(command) ? sortedBlocks(lines) : lines;
}

/** Rows of each table in the order of what is left of them; the head stays first. */
function sortedBlocks(lines: readonly string[]): string[] {
  const blocks = lines.join('\n').split('\n\n');
  return blocks.flatMap((block, i) => {
    const [head = '', ...rows] = block.split('\n');
    const sorted = /^[A-Z]{2}/.test(head)
      ? [head, ...rows.sort(byUnits)]
      : [head, ...rows].sort(byUnits);
    return i === 0 ? sorted : ['', ...sorted];
  });
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
