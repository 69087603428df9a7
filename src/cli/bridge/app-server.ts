/** The app beside the API: the built page's files on a port of their own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen } from './listen.ts';
import { staticServer } from './static-files.ts';

/** Serves the page; the words for the line `app` of what `serve` prints. */
export async function serveApp(host: string, port: number): Promise<string> {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist');
  if (!existsSync(path.join(root, 'index.html'))) return 'not built (npm start builds it)';
  return `http://${host}:${await listen(staticServer(root), { host, port, flag: 'port' })}/`;
}
