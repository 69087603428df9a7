/** `npm start`: sets up, builds, serves, and prints the page's address. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, root, tool } from './set-up.mjs';

installPackages();
console.log('Building…');
tool('vite/bin/vite.js', ['build', '--logLevel', 'warn']);

const port = process.env.PORT ?? '4173';
const server = spawn(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), 'preview', '--host', '127.0.0.1', '--port', port, '--logLevel', 'warn'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
server.on('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));

/** The server may have taken the next free port: the page itself is asked, not the log. */
for (let at = Number(port), tries = 0; tries < 200; tries++) {
  const url = `http://127.0.0.1:${at}/`;
  const page = await fetch(url).then((answer) => answer.text()).catch(() => '');
  if (page.includes('Kubarium')) {
    console.log(`\nKubarium is running: ${url}\n(Ctrl-C stops it)`);
    break;
  }
  if (tries % 20 === 19) at += 1;
  await new Promise((done) => setTimeout(done, 100));
}
