import { describe, expect, it } from 'vitest';
import { completed, inColumns } from './completion.ts';
import { LineEditor } from './line-editor.ts';

/** Plays keys; `|` marks the cursor in what comes out. */
function play(keys: readonly string[], history: readonly string[] = []): string {
  const editor = new LineEditor(history);
  for (const key of keys) editor.key(key);
  const { text, cursor } = editor.line;
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const UP = '\x1b[A';
const DOWN = '\x1b[B';
const LEFT = '\x1b[D';

describe('editing keys', () => {
  it.each([
    ['types', ['kubectl'], 'kubectl|'],
    ['goes left and inserts', ['gt', LEFT, 'e'], 'ge|t'],
    ['Ctrl-A goes to the start', ['get', '\x01', 'k '], 'k |get'],
    ['Ctrl-E goes to the end', ['get', '\x01', '\x05', 's'], 'gets|'],
    ['Ctrl-U erases to the start', ['get pods', LEFT, '\x15'], '|s'],
    ['Ctrl-K erases to the end', ['get pods', LEFT, '\x0b'], 'get pod|'],
    ['Ctrl-W erases a word', ['get pods', '\x17'], 'get |'],
    ['Ctrl-Y brings back what was erased', ['get pods', '\x17', '\x19'], 'get pods|'],
    ['Backspace', ['gett', '\x7f'], 'get|'],
    ['Delete', ['get', '\x01', '\x1b[3~'], '|et'],
    ['Ctrl-D deletes where there is text', ['get', '\x01', '\x04'], '|et'],
    ['Alt-B and Alt-F walk words', ['get pods', '\x1bb', '\x1bb', '\x1bf'], 'get| pods'],
    ['unknown sequences do nothing', ['a', '\x1b[25~'], 'a|'],
  ])('%s', (_, keys, expected) => {
    expect(play(keys)).toBe(expected);
  });
});

describe('history', () => {
  const history = ['kubectl get pods', 'kubectl get nodes'];

  it.each([
    ['up: the newest', [UP], 'kubectl get nodes|'],
    ['up, up: the one before', [UP, UP], 'kubectl get pods|'],
    ['up past the oldest stays', [UP, UP, UP], 'kubectl get pods|'],
    ['down again: what was being typed', ['ls', UP, DOWN], 'ls|'],
    ['Ctrl-R finds', ['\x12', 'pods'], 'kubectl get |pods'],
    ['Ctrl-R twice finds an older one', ['\x12', 'get', '\x12'], 'kubectl |get pods'],
    ['Ctrl-G leaves the search', ['\x12', 'pods', '\x07'], '|'],
  ])('%s', (_, keys, expected) => {
    expect(play(keys, history)).toBe(expected);
  });

  it('remembers a line once, and no empty ones', () => {
    const editor = new LineEditor();
    for (const key of ['ls', '\r', 'ls', '\r', '\r', 'pwd', '\r']) editor.key(key);
    expect(editor.history).toEqual(['ls', 'pwd']);
  });
});

describe('what is to be done', () => {
  it('Enter sends the line and starts anew', () => {
    const editor = new LineEditor();
    editor.key('ls');
    expect(editor.key('\r')).toEqual({ do: 'send', lines: ['ls'] });
    expect(editor.line.text).toBe('');
  });

  it('a paste of lines sends all but the last, which stays to be edited', () => {
    const editor = new LineEditor();
    expect(editor.key('cat <<EOF\r\na: 1\r\n\tb: 2\nEOF')).toEqual({
      do: 'send',
      lines: ['cat <<EOF', 'a: 1', '  b: 2'],
    });
    expect(editor.line.text).toBe('EOF');
  });

  it.each([
    ['\x03', 'interrupt'],
    ['\x04', 'end-of-file'],
    ['\t', 'complete'],
    ['\x0c', 'clear'],
  ])('%j: %s', (key, deed) => {
    expect(new LineEditor().key(key).do).toBe(deed);
  });
});

describe('completion', () => {
  it.each([
    ['one candidate finishes the word', 'kubectl ge', ['get'], 'kubectl get ', []],
    ['what all share', 'kubectl de', ['describe', 'delete'], 'kubectl de', ['describe', 'delete']],
    ['goes as far as they agree', 'k get po', ['pods', 'podtemplates'], 'k get pod', []],
    ['an open word gets no blank', 'k get -o', ['-ojsonpath='], 'k get -ojsonpath=', []],
    ['nothing found, nothing changed', 'xyz', [], 'xyz', []],
  ])('%s', (_, text, candidates, line, choices) => {
    const from = text.lastIndexOf(' ') + 1;
    const got = completed({ text, cursor: text.length }, { from, candidates });
    expect(got.line.text).toBe(line);
    expect(got.choices).toEqual(choices);
  });

  it('lists choices down the columns', () => {
    expect(inColumns(['get', 'describe', 'delete'], 24)).toBe('get       delete\ndescribe');
  });
});
