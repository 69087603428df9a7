/** Serves the built app. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http, { type Server, type ServerResponse } from 'node:http';
import path from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
};

/** A server of one folder's files. */
export function staticServer(root: string): Server {
  return http.createServer((message, out) => {
    if (message.method !== 'GET' && message.method !== 'HEAD') return plain(out, 405, 'GET only');
    void sendFile(root, message.url ?? '/', out);
  });
}

/** Answers with one file of a folder, or 404. */
export async function sendFile(root: string, url: string, out: ServerResponse): Promise<void> {
  const file = fileOf(root, url);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || found === undefined || !found.isFile()) {
    return plain(out, 404, 'not found');
  }
  const isHashed = /-[\w-]{8,}\.\w+$/.test(file);
  out.writeHead(200, {
    'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': isHashed ? 'max-age=31536000, immutable' : 'no-cache',
  });
  if (out.req.method === 'HEAD') return void out.end();
  createReadStream(file)
    .on('error', () => out.destroy())
    .pipe(out);
}

/** The file that a URL names, inside the root only. */
function fileOf(root: string, url: string): string | undefined {
  try {
    const name = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const file = path.join(root, name.endsWith('/') ? `${name}index.html` : name);
    return file.startsWith(root + path.sep) && !file.includes('\0') ? file : undefined;
  } catch {
    return undefined;
  }
}

function plain(out: ServerResponse, status: number, text: string): void {
  out.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  out.end(`${text}\n`);
}
