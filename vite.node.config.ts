import { defineConfig } from 'vite';

/** The command line's program and its thread in dist-node/, which bin/kubarium.js builds. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: process.env['KUBARIUM_OUT_DIR'] ?? 'dist-node',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    copyPublicDir: false,
    chunkSizeWarningLimit: 20_000,
    rolldownOptions: {
      input: { kubarium: 'src/cli/main.ts', 'shard-thread': 'src/cli/shard-thread.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  // Few files start sooner than a thousand; `ws` looks for optional parts of itself at run time,
  // and only `serve` needs certificates.
  ssr: { noExternal: true, external: ['ws', 'playwright', '@peculiar/x509'] },
});
