/** Reads cases.txt: `{ name, words, files }` each. */
export function readCases(text) {
  return text.split(/^=== /m).slice(1).map((part) => {
    const [head, ...rest] = part.split('\n');
    const [name, line] = head.split(' | ');
    const files = {};
    for (const file of rest.join('\n').split(/^>>> /m).slice(1)) {
      const end = file.indexOf('\n');
      files[file.slice(0, end)] = file.slice(end + 1);
    }
    return { name, words: line.split(' '), files };
  });
}
