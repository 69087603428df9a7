import { defineConfig } from 'vite';

/** The command line's program: one file in dist-node/, which bin/kubarium.js builds and runs. */
export default defineConfig({
  build: {
    ssr: 'src/cli/main.ts',
    outDir: process.env['KUBARIUM_OUT_DIR'] ?? 'dist-node',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    copyPublicDir: false,
    chunkSizeWarningLimit: 20_000,
    rolldownOptions: { output: { entryFileNames: 'kubarium.js' } },
  },
  // One file starts sooner than a thousand; `ws` looks for optional parts of itself at run time.
  ssr: { noExternal: true, external: ['ws'] },
});
