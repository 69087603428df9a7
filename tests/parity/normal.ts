import type { Printed } from './worlds.ts';

const alphabet = '[bcdfghjklmnpqrstvwxz2456789]';

/** What two runs of the same story need not share: ages, uids, times, random suffixes, addresses. */
export function normal(text: string): string {
  return (
    text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>')
      .replaceAll(/(Resource Version: +)\d+/g, '$1<rv>')
      .replaceAll(/(map\[.*resourceVersion:)\d+/g, '$1<rv>')
      .replaceAll(/(resourceVersion"?: ?)"?\d+"?/g, '$1<rv>')
      .replaceAll(/\/tmp\/parity-\w{6}|\/home\/learner/g, '<home>')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '<server>')
      .replaceAll(/https:\/\/192\.168\.56\.10:6443/g, '<server>')
      .replaceAll(/\b([EIW])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /g, '$1<klog> ')
      .replaceAll(/ on [\d.]+:53: no such host/g, ': no such host')
      .replaceAll(/(Expected resource version to be \d+, was) \d+/g, '$1 <rv>')
      // Colours.
      .replaceAll(/\u001b\[[\d;]*m/g, '')
      .replaceAll(/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1-<random>')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000/g, '<time>')
      // The worlds begin in another year than the one that the real kubectl lives in.
      .replaceAll('lasts <invalid>', 'lasts <age>')
      // `5s`, `2m10s (x3 over 1m)`: how long ago.
      .replaceAll(/(?<![\w.-])\d+(\.\d+)?(ms|[smhd])(\d+(\.\d+)?[smh])?(?![\w-]|\.\w)/g, '<age>')
      .replaceAll(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, '<time>')
      // A template's hash follows the clock after `rollout restart`.
      .replaceAll(new RegExp(`-${alphabet}{8,10}-${alphabet}{5}\\b`, 'g'), '-<hash>-<random>')
      .replaceAll(new RegExp(`([-=])${alphabet}{8,10}\\b`, 'g'), '$1<hash>')
      .replaceAll(new RegExp(`-${alphabet}{5}\\b`, 'g'), '-<random>')
      .replaceAll(/(containerd:\/\/|sandbox "|exec ")[0-9a-f]{64}/g, '$1<id>')
      .replaceAll(/\b10\.244\.\d+\.\d+\b/g, '<pod-ip>')
      .replaceAll(/\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+\b/g, '<service-ip>')
      .replaceAll(/worker-[12]/g, 'worker-<n>')
      // Widths follow what was replaced.
      .replaceAll(/ {2,}/g, '  ')
      .replaceAll(/ +$/gm, '')
  );
}

/** As one text, the way that the recorded files hold it. */
export function asText({ stdout, stderr, code }: Printed): string {
  const parts = [stdout === '' ? '' : normal(stdout)];
  if (stderr !== '') parts.push(`[stderr]\n${normal(stderr)}`);
  if (code !== 0) parts.push(`[exit ${code}]\n`);
  return parts.map((part) => (part === '' || part.endsWith('\n') ? part : `${part}\n`)).join('');
}
