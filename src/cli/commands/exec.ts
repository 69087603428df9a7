/** `kubarium exec`: a console command in a world that is being served. */
import http, { type IncomingMessage } from 'node:http';
import { execPath, type ExecBody, type ExecLine } from '../bridge/exec-path.ts';
import { type CliCommand, Mistake, textFlag, type Words } from '../command.ts';
import { readText, reasonOf } from '../open-world.ts';
import { shellLine } from '../scripts.ts';

export const exec: CliCommand = {
  name: 'exec',
  usage: 'exec --server URL [-i] -- COMMAND…',
  about: 'Run a console command in a world that is being served.',
  flags: { server: "the API's address, as serve printed it", i: true },
  run: runExec,
};

async function runExec(words: Words): Promise<number> {
  const server = textFlag(words, 'server');
  const command = [...words.positional, ...words.rest];
  if (server === undefined || command.length === 0) {
    throw new Mistake(`usage: kubarium ${exec.usage}`);
  }
  // One word is a line for the shell, several are a command and its arguments.
  const script = command.length === 1 ? (command[0] as string) : shellLine(command);
  const stdin = words.flags['i'] === true ? { stdin: await readText('-') } : {};
  const answer = await post(addressOf(server), { script, ...stdin });
  if (answer.statusCode !== 200) throw new Mistake(await refusal(answer), 1);
  return await follow(answer);
}

function addressOf(server: string): URL {
  try {
    return new URL(execPath, server);
  } catch {
    throw new Mistake(`--server must be an address such as http://127.0.0.1:6443, not ${server}`);
  }
}

async function post(url: URL, body: ExecBody): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      resolve,
    );
    request.on('error', (problem) =>
      reject(new Mistake(`cannot reach ${url.origin}: ${reasonOf(problem)}`, 1)),
    );
    request.end(JSON.stringify(body));
  });
}

async function refusal(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk);
  return `the server refused: ${answer.statusCode} ${text.trim()}`;
}

async function follow(answer: IncomingMessage): Promise<number> {
  let pending = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (pending + String(chunk)).split('\n');
    pending = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as ExecLine;
      if ('code' in line) return line.code;
      process[line.stream].write(line.text);
    }
  }
  throw new Mistake('the server ended before the command did', 1);
}
