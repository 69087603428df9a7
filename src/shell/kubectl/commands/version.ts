/** `kubectl version`. Follows kubectl pkg/cmd/version/version.go. */
import type { JsonObject } from '../../../api/object.ts';
import { command } from '../command.ts';
import { failed } from '../errors.ts';
import { versionHelp } from '../help/version.gen.ts';
import { yamlText } from '../printers/yaml.ts';

const client = {
  major: '1', minor: '33', gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828', gitTreeState: 'clean',
  buildDate: '2025-05-15T08:27:33Z', goVersion: 'go1.24.2', compiler: 'gc', platform: 'linux/amd64',
};
const kustomize = 'v5.6.0';

export const version = command(versionHelp, function* (context, { args }, flags) {
  if (args.length > 0) throw failed(`extra arguments: [${args.join(' ')}]`);
  if (!['', 'json', 'yaml'].includes(flags.output)) {
    throw failed("--output must be 'yaml' or 'json'");
  }
  const isTold = flags.output !== '';
  const tell = (server: JsonObject | undefined) => {
    if (!isTold) {
      context.print(`Client Version: ${client.gitVersion}\nKustomize Version: ${kustomize}\n`);
      if (server !== undefined) context.print(`Server Version: ${String(server['gitVersion'])}\n`);
      return;
    }
    const all = { clientVersion: client, kustomizeVersion: kustomize, ...(server === undefined ? {} : { serverVersion: server }) };
    context.print(flags.output === 'json' ? `${JSON.stringify(all, null, 2)}\n` : `${yamlText(all)}\n`);
  };
  if (flags.client) return tell(undefined);
  let server: JsonObject | undefined;
  try {
    server = yield* context.request({ path: '/version', query: { timeout: '32s' } });
  } catch (error) {
    tell(undefined);
    throw error;
  }
  tell(server);
  const skew = Number.parseInt(String(server['minor']), 10) - 33;
  if (Math.abs(skew) > 1) {
    context.printError(`WARNING: version difference between client (1.33) and server ` +
      `(${String(server['major'])}.${String(server['minor'])}) exceeds the supported minor version skew of +/-1\n`);
  }
});
