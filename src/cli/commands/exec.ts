/** `kubarium exec`: a console command in a world that is being served. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type Access, readAccess } from '../bridge/kubeconfig.ts';
import { execPath, type ExecBody, type ExecLine } from '../bridge/exec-path.ts';
import { type CliCommand, Mistake, textFlag, type Words } from '../command.ts';
import { readText, reasonOf } from '../open-world.ts';
import { shellLine } from '../scripts.ts';

export const exec: CliCommand = {
  name: 'exec',
  usage: 'exec [--kubeconfig FILE] [--server URL] [--token TOKEN] [-i] -- COMMAND…',
  about: 'Run a console command in a world that is being served.',
  flags: {
    kubeconfig: 'the file that serve wrote; otherwise $KUBECONFIG',
    server: "the API's address, as serve printed it",
    token: 'the token that serve printed',
    i: true,
  },
  run: runExec,
};

async function runExec(words: Words): Promise<number> {
  const command = [...words.positional, ...words.rest];
  const access = command.length === 0 ? undefined : await accessOf(words);
  if (access === undefined) throw new Mistake(`usage: kubarium ${exec.usage}`);
  // One word is a line for the shell, several are a command and its arguments.
  const script = command.length === 1 ? (command[0] as string) : shellLine(command);
  const stdin = words.flags['i'] === true ? { stdin: await readText('-') } : {};
  const answer = await post(access, { script, ...stdin });
  if (answer.statusCode !== 200) throw new Mistake(await refusal(answer), 1);
  return await follow(answer);
}

/** From the kubeconfig, as kubectl would; flags before it. Undefined: nothing says where. */
async function accessOf(words: Words): Promise<Access | undefined> {
  const server = textFlag(words, 'server');
  const token = textFlag(words, 'token');
  const given = textFlag(words, 'kubeconfig');
  const file = given ?? (process.env['KUBECONFIG'] || undefined);
  // An address alone is enough for a world that is served over plain HTTP.
  const isEnough = server !== undefined && given === undefined && !server.startsWith('https:');
  const known = file === undefined || isEnough ? undefined : await readAccess(file);
  const address = server ?? known?.server;
  if (address === undefined) return undefined;
  return { ...known, server: address, ...(token === undefined ? {} : { token }) };
}

function addressOf(server: string): URL {
  try {
    return new URL(execPath, server);
  } catch {
    throw new Mistake(`--server must be an address such as http://127.0.0.1:6443, not ${server}`);
  }
}

async function post({ server, ca, pair, token }: Access, body: ExecBody): Promise<IncomingMessage> {
  const url = addressOf(server);
  const isTls = url.protocol === 'https:';
  const who = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...who },
    ...(isTls && ca !== undefined ? { ca } : {}),
    ...(isTls && pair !== undefined ? pair : {}),
  };
  return await new Promise((resolve, reject) => {
    const request = (isTls ? https : http).request(url, options, resolve);
    request.on('error', (problem) => {
      const isUntrusted = /CERT/.test((problem as NodeJS.ErrnoException).code ?? '');
      const hint = isUntrusted ? '; --kubeconfig FILE says whom to trust' : '';
      reject(new Mistake(`cannot reach ${url.origin}: ${reasonOf(problem)}${hint}`, 1));
    });
    request.end(JSON.stringify(body));
  });
}

async function refusal(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk);
  return `the server refused: ${answer.statusCode} ${messageOf(text)}`;
}

/** The words of a Status, or the text itself. */
function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text.trim());
  } catch {
    return text.trim();
  }
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
