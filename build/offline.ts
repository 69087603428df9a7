import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

/**
 * Emits `sw.js`: the service worker's source with the list of every built and public file in it,
 * and a version that follows from their contents, so that a new build replaces the old cache.
 */
export function offline(source: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        if (this.environment.name !== 'client') return;
        const files = publicFiles(config.publicDir);
        for (const part of Object.values(bundle)) {
          files.set(part.fileName, part.type === 'chunk' ? part.code : part.source);
        }
        const names = [...files.keys()].filter((name) => !name.endsWith('.map')).toSorted();
        const hash = createHash('sha256');
        for (const name of names) hash.update(name).update(files.get(name) ?? '');
        const urls = names.map((name) => (name === 'index.html' ? './' : name));
        const worker = readFileSync(join(config.root, source), 'utf8')
          .replace('__VERSION__', () => JSON.stringify(hash.digest('hex').slice(0, 16)))
          .replace('__FILES__', () => JSON.stringify(urls));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: worker });
      },
    },
  };
}

function publicFiles(folder: string): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).replaceAll('\\', '/'), readFileSync(path));
  }
  return files;
}
