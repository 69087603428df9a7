import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGUMENTS, CHROMIUM_PATH } from './build/chromium.ts';
import { CSP, csp } from './build/csp.ts';
import { offline } from './build/offline.ts';

/** monaco-editor's export map has no `esm/vs`, which its YAML companion still asks for. */
const monacoAlias = {
  find: /^monaco-editor\/esm\/vs\/(.*)$/,
  replacement: 'monaco-editor/$1',
};

/** 434 kB that only "format document" would use. */
const prettierAlias = {
  find: /^prettier\/(standalone|plugins\/(yaml|estree))$/,
  replacement: fileURLToPath(new URL('./src/app/editor/no-prettier.ts', import.meta.url)),
};

/** d3-zoom names d3-transition, which the camera does without: some 10 kB that nothing calls. */
const transitionAlias = {
  find: /^d3-transition$/,
  replacement: fileURLToPath(new URL('./src/app/stage/no-transition.ts', import.meta.url)),
};

export default defineConfig({
  base: './',
  resolve: { alias: [monacoAlias, prettierAlias, transitionAlias] },
  plugins: [svelte(), csp(), offline('src/app/sw.js')],
  worker: { format: 'es' },
  // The scanner follows neither `import()` in markup nor workers: list the files, or the
  // development server reloads the page when the editor is first opened.
  optimizeDeps: {
    entries: ['index.html', 'src/app/**/*.{ts,svelte}', 'src/worker/**/*.ts', '!src/**/*.test.ts'],
    include: ['monaco-yaml/yaml.worker.js'],
  },
  build: {
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 4000,
  },
  preview: { headers: { 'Content-Security-Policy': CSP } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 720 },
            provider: playwright({
              launchOptions: { executablePath: CHROMIUM_PATH, args: [...CHROMIUM_ARGUMENTS] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
