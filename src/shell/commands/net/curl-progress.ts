/** curl's meter on stderr, which shows whenever the output is no terminal: src/tool_progress.c. */
const head =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';
const empty = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';

/** The head, the first line, and the line at the end. */
export function progress(bytes: number, ms: number): string {
  if (bytes === 0) return `${head}${empty}${empty}\n`;
  const speed = five(bytes / Math.max(ms / 1000, 0.001));
  const size = five(bytes);
  const end =
    `\r100 ${size}  100 ${size}    0     0 ${speed.padStart(6)}      0 ` +
    `--:--:-- --:--:-- --:--:-- ${speed}`;
  return `${head}${empty}${end}\n`;
}

/** A count in five places: `1234`, `98.6k`. */
function five(count: number): string {
  const whole = Math.floor(count);
  if (whole < 100_000) return String(whole).padStart(5);
  if (whole < 10_240_000) return `${Math.floor(whole / 1024)}k`.padStart(5);
  return `${Math.floor(whole / 1_048_576)}M`.padStart(5);
}
