/** Monaco with Kubernetes' schema: loaded when the editor is first opened, never before. */
import * as monaco from 'monaco-editor/editor';
import './features.ts';
import 'monaco-editor/languages/definitions/yaml/register';
import { configureMonacoYaml } from 'monaco-yaml';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import YamlWorker from './yaml.worker.ts?worker';
import { labelLines } from './label-lines.ts';

self.MonacoEnvironment = {
  getWorker: (_moduleId: string, label: string) =>
    label === 'yaml' ? new YamlWorker() : new EditorWorker(),
};

interface OldOptions {
  readonly moduleId: string;
  readonly label: string;
  readonly createData: unknown;
}

/** monaco-yaml 5.5 asks for a worker as Monaco did before 0.55; since then it wants a live one. */
const bridged = {
  ...monaco,
  editor: {
    ...monaco.editor,
    createWebWorker(options: OldOptions) {
      const worker = new YamlWorker();
      worker.postMessage('ignore');
      worker.postMessage(options.createData);
      return monaco.editor.createWebWorker({ worker });
    },
  },
} as unknown as typeof monaco;

let isConfigured = false;

/** Gives the editor the world's own schema; once, since every world has the same kinds. */
export function configure(schema: unknown): void {
  if (isConfigured) return;
  isConfigured = true;
  configureMonacoYaml(bridged, {
    isKubernetes: true,
    enableSchemaRequest: false,
    format: { enable: false },
    schemas: [
      { uri: 'inmemory://schemas/kubernetes.json', fileMatch: ['**/*'], schema: schema as never },
    ],
  });
}

export interface Sheet {
  open(path: string, text: string): void;
  readonly text: string;
  compare(before: string, after: string): void;
  leaveComparison(): void;
  restyle(): void;
  focus(): void;
  dispose(): void;
}

const LOOKS = {
  automaticLayout: true,
  minimap: { enabled: false },
  fontFamily: '"JetBrains Mono Variable", ui-monospace, Menlo, monospace',
  fontSize: 13,
  lineHeight: 20,
  scrollBeyondLastLine: false,
  renderLineHighlight: 'none',
  overviewRulerBorder: false,
  tabSize: 2,
  fixedOverflowWidgets: true,
  padding: { top: 8, bottom: 8 },
  quickSuggestions: { other: true, comments: false, strings: true },
} as const;

export function createSheet(
  host: HTMLElement,
  compareHost: HTMLElement,
  changed: (path: string, text: string) => void,
): Sheet {
  restyle(host);
  const editor = monaco.editor.create(host, { ...LOOKS, ariaLabel: 'YAML', model: null });
  let differ: monaco.editor.IStandaloneDiffEditor | undefined;
  let path = '';
  const flags = editor.createDecorationsCollection();
  const colour = (): void => void flags.set(labelDecorations(editor.getValue()));
  editor.onDidChangeModelContent(() => {
    changed(path, editor.getValue());
    colour();
  });
  editor.onDidChangeModel(colour);

  function leaveComparison(): void {
    const models = differ?.getModel();
    differ?.dispose();
    models?.original.dispose();
    models?.modified.dispose();
    differ = undefined;
  }

  return {
    open(next, text) {
      const uri = monaco.Uri.from({ scheme: 'inmemory', path: `/${next.replace(/^\//, '')}` });
      const known = monaco.editor.getModel(uri);
      const model = known ?? monaco.editor.createModel(text, 'yaml', uri);
      path = next;
      if (model.getValue() !== text) model.setValue(text);
      editor.setModel(model);
    },
    get text() {
      return editor.getValue();
    },
    compare(before, after) {
      leaveComparison();
      differ = monaco.editor.createDiffEditor(compareHost, {
        ...LOOKS,
        readOnly: true,
        renderSideBySide: true,
        useInlineViewWhenSpaceIsLimited: true,
        hideUnchangedRegions: { enabled: true },
      });
      differ.setModel({
        original: monaco.editor.createModel(before, 'yaml'),
        modified: monaco.editor.createModel(after, 'yaml'),
      });
    },
    leaveComparison,
    restyle: () => restyle(host),
    focus: () => editor.focus(),
    dispose() {
      leaveComparison();
      editor.dispose();
    },
  };
}

/** Label pairs of a manifest in the hue that they have on the stage. */
function labelDecorations(text: string): monaco.editor.IModelDeltaDecoration[] {
  return labelLines(text).map(({ line, from, to, hue }) => ({
    range: new monaco.Range(line, from, line, to),
    options: { inlineClassName: `pair hue-${hue}` },
  }));
}

/** Monaco's theme out of the page's: it wants plain hexadecimal colours. */
function restyle(host: HTMLElement): void {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const bare = (name: string): string => colour(name).slice(1, 7);
  const isDark = document.documentElement.dataset['theme'] !== 'chart';
  monaco.editor.defineTheme('kubarium', {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: 'type', foreground: bare('accent') },
      { token: 'string', foreground: bare('ink') },
      { token: 'number', foreground: bare('running') },
      { token: 'keyword', foreground: bare('running') },
      { token: 'comment', foreground: bare('quiet') },
    ],
    colors: {
      'editor.background': colour('screen'),
      'editor.foreground': colour('ink'),
      'editorLineNumber.foreground': colour('quiet'),
      'editorWidget.background': colour('raised'),
      'editorHoverWidget.background': colour('raised'),
      'editorSuggestWidget.background': colour('raised'),
      'editor.selectionBackground': colour('selection'),
      'editorCursor.foreground': colour('accent'),
      focusBorder: colour('accent'),
    },
  });
  monaco.editor.setTheme('kubarium');
}
