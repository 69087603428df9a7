/** Small servers that the documentation's examples use. */
import { type Process, type Program, endOnSignal } from '../host/index.ts';
import { type HttpRequest, httpResponse } from '../host/net/http.ts';
import { runtimeOf } from '../host/runtime/index.ts';
import { formatMicroTime } from '../kernel/calendar.ts';
import { defineImage } from './define-image.ts';
import { pathOf, serveHttp } from './http-server.ts';
import { slashTime } from './log-times.ts';

const MB = 1_000_000;
const hostname = (process: Process): string => process.env['HOSTNAME'] ?? 'localhost';
const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

/** A program that serves `page` on a port, and says `hello` first. */
const server = (
  name: string,
  port: number,
  page: (process: Process, request: HttpRequest) => string,
  hello = '',
): Program => ({
  name,
  start: (process) => {
    if (hello !== '') process.print(hello);
    serveHttp(process, port, (request) => httpResponse(200, page(process, request), plain));
    return {};
  },
});

const helloApp = (version: string): Program => ({
  name: 'hello-app',
  start: (process) => {
    const port = Number(process.env['PORT'] ?? '8080');
    const log = (text: string) => process.printError(`${slashTime(process.site.clock)} ${text}\n`);
    log(`Server listening on port ${port}`);
    serveHttp(process, port, (request) => {
      log(`Serving request: ${pathOf(request)}`);
      const body = `Hello, world!\nVersion: ${version}\nHostname: ${hostname(process)}\n`;
      return httpResponse(200, body, plain);
    });
    return {
      signal: (signal) => {
        if (signal === 'SIGTERM') process.end(2, signal);
        return signal === 'SIGTERM';
      },
    };
  },
});

const helloTags = {
  '1.0': { programs: { '/hello-app': helloApp('1.0.0') } },
  '2.0': { programs: { '/hello-app': helloApp('2.0.0') } },
};

export const helloAppImage = defineImage({
  repository: 'gcr.io/google-samples/hello-app',
  entrypoint: ['/hello-app'],
  sizeBytes: 11.6 * MB,
  ports: [8080],
  tags: helloTags,
});

export const helloAppNew = defineImage({
  repository: 'us-docker.pkg.dev/google-samples/containers/gke/hello-app',
  entrypoint: ['/hello-app'],
  sizeBytes: 11.6 * MB,
  ports: [8080],
  tags: helloTags,
});

export const nodeHello = defineImage({
  repository: 'gcr.io/google-samples/node-hello',
  entrypoint: ['node', 'server.js'],
  sizeBytes: 230 * MB,
  ports: [8080],
  userLand: 'debian-slim',
  tags: {
    '1.0': { programs: { '/usr/local/bin/node': server('node', 8080, () => 'Hello Kubernetes!') } },
  },
});

/** As JavaScript prints a date. */
const isoTime = (process: Process): string =>
  formatMicroTime(process.site.clock).replace(/\d{3}Z$/, 'Z');

/** The server of "Learn Kubernetes Basics". Node.js as first process ends at no signal. */
const bootcamp = (version: number): Program => ({
  name: 'node',
  start: (process) => {
    const host = hostname(process);
    const startedAt = process.site.now;
    let requests = 0;
    process.print(
      `Kubernetes Bootcamp App Started At: ${isoTime(process)} | Running On:  ${host} \n\n`,
    );
    serveHttp(process, 8080, () => {
      requests += 1;
      const uptime = Math.round(process.site.now - startedAt) / 1000;
      process.print(
        `Running On: ${host} | Total Requests: ${requests} | App Uptime: ${uptime} seconds | ` +
          `Log Time: ${isoTime(process)}\n`,
      );
      const page = `Hello Kubernetes bootcamp! | Running on: ${host} | v=${version}\n`;
      return httpResponse(200, page, { 'Content-Type': 'text/plain' });
    });
    return {};
  },
});

const bootcampIn = (repository: string, versions: readonly number[]) =>
  defineImage({
    repository,
    command: ['node', 'server.js'],
    sizeBytes: 83.6 * MB,
    layers: 9,
    ports: [8080],
    userLand: 'debian',
    memoryBytes: 30 * MB,
    tags: Object.fromEntries(
      versions.map((version) => [
        `v${version}`,
        { programs: { '/usr/local/bin/node': bootcamp(version) } },
      ]),
    ),
  });

/** The tutorial takes its second version from somebody's own repository; there is no v10. */
export const kubernetesBootcamp = bootcampIn('gcr.io/google-samples/kubernetes-bootcamp', [1, 2]);
export const updatedBootcamp = bootcampIn('docker.io/jocatalin/kubernetes-bootcamp', [1, 2]);

const httpEchoProgram: Program = {
  name: 'http-echo',
  start: (process) => {
    const option = (name: string) => {
      const words = process.args.slice(1);
      const at = words.findIndex((word) => word.replace(/^--?/, '').split('=')[0] === name);
      if (at < 0) return undefined;
      return words[at]?.includes('=') ? words[at].slice(words[at].indexOf('=') + 1) : words[at + 1];
    };
    const text = option('text') ?? process.env['ECHO_TEXT'];
    if (text === undefined || text === '') {
      process.printError('Missing -text option!\n');
      process.end(127);
      return {};
    }
    const port = Number((option('listen') ?? ':5678').split(':').pop());
    const log = (line: string) => process.printError(`${slashTime(process.site.clock)} ${line}\n`);
    log(`[INFO] server is listening on :${port}`);
    serveHttp(process, port, (request, connection) => {
      log(
        `${request.headers['host'] ?? ''} ${connection.remote.ip}:${connection.remote.port} ` +
          `"${request.method} ${request.path} HTTP/1.1" 200 ${text.length + 1} ` +
          `"${request.headers['user-agent'] ?? ''}" 20µs`,
      );
      return httpResponse(200, `${text}\n`, { 'X-App-Name': 'http-echo', ...plain });
    });
    return {
      signal: (signal) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
        log('[INFO] received interrupt, shutting down...');
        process.end(0);
        return true;
      },
    };
  },
};

export const httpEcho = defineImage({
  repository: 'hashicorp/http-echo',
  entrypoint: ['/http-echo'],
  user: '65532',
  sizeBytes: 4.0 * MB,
  ports: [5678],
  programs: { '/http-echo': httpEchoProgram },
  tags: { '0.2.3': {}, '1.0': {}, '1.0.0': {}, latest: {} },
});

const echoServer: Program = {
  name: 'nginx',
  start: (process) => {
    process.print(
      'Generating self-signed cert\nGenerating a 2048 bit RSA private key\n' +
        "writing new private key to '/certs/privateKey.key'\n-----\nStarting nginx\n",
    );
    serveHttp(process, 8080, (request, { remote }) =>
      httpResponse(200, echoPage(process, request, remote.ip), { ...plain, Server: 'echoserver' }),
    );
    return {
      signal: (signal) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGQUIT') return false;
        process.end(0);
        return true;
      },
    };
  },
};

function echoPage(process: Process, request: HttpRequest, client: string): string {
  const [path = '/', query = ''] = request.path.split('?');
  const host = request.headers['host'] ?? '';
  const headers = Object.entries(request.headers)
    .map(([name, value]) => `\t${name}=${value}`)
    .sort();
  return [
    '',
    '',
    `Hostname: ${hostname(process)}`,
    '',
    'Pod Information:',
    '\t-no pod information available-',
    '',
    'Server values:',
    '\tserver_version=nginx: 1.13.3 - lua: 10008',
    '',
    'Request Information:',
    `\tclient_address=${client}`,
    `\tmethod=${request.method}`,
    `\treal path=${path}`,
    `\tquery=${query}`,
    '\trequest_version=1.1',
    '\trequest_scheme=http',
    `\trequest_uri=http://${host}:8080${request.path}`,
    '',
    'Request Headers:',
    ...headers,
    '',
    'Request Body:',
    request.body === '' ? '\t-no body in request-' : request.body,
    '',
    '',
  ].join('\n');
}

export const echoServerImage = defineImage({
  repository: 'registry.k8s.io/echoserver',
  command: ['nginx'],
  sizeBytes: 42.5 * MB,
  layers: 9,
  ports: [8080],
  userLand: 'debian',
  programs: { '/usr/sbin/nginx': echoServer },
  tags: { '1.4': {}, '1.9': {}, '1.10': {} },
});

const whoami: Program = {
  name: 'whoami',
  start: (process) => {
    process.printError(`${slashTime(process.site.clock)} Starting up on port 80\n`);
    serveHttp(process, 80, (request, { remote }) =>
      httpResponse(
        200,
        [
          `Hostname: ${hostname(process)}`,
          'IP: 127.0.0.1',
          `IP: ${process.net.ip ?? ''}`,
          `RemoteAddr: ${remote.ip}:${remote.port}`,
          `${request.method} ${request.path} HTTP/1.1`,
          `Host: ${request.headers['host'] ?? ''}`,
          `User-Agent: ${request.headers['user-agent'] ?? ''}`,
          'Accept: */*',
          '',
          '',
        ].join('\n'),
        plain,
      ),
    );
    return {};
  },
};

export const whoamiImage = defineImage({
  repository: 'traefik/whoami',
  entrypoint: ['/whoami'],
  sizeBytes: 2.9 * MB,
  ports: [80],
  programs: { '/whoami': whoami },
  tags: { 'v1.10': {}, 'v1.11': {}, latest: {} },
});

const hpaExample: Program = {
  name: 'apache2',
  start: (process) => {
    process.printError(
      "AH00558: apache2: Could not reliably determine the server's fully " +
        `qualified domain name, using ${process.net.ip ?? '127.0.0.1'}. Set the 'ServerName' ` +
        'directive globally to suppress this message\n',
    );
    serveHttp(process, 80, () => {
      // Its page adds up a million square roots for whoever asks.
      runtimeOf(process.machine)?.useCpu(process, 12);
      return httpResponse(200, 'OK!', { 'Content-Type': 'text/html' });
    });
    return {
      signal: (signal) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
        process.end(0);
        return true;
      },
    };
  },
};

export const hpaExampleImage = defineImage({
  repository: 'registry.k8s.io/hpa-example',
  command: ['apache2-foreground'],
  sizeBytes: 187 * MB,
  layers: 16,
  ports: [80],
  userLand: 'debian',
  memoryBytes: 12 * MB,
  programs: { '/usr/local/bin/apache2-foreground': hpaExample },
  tags: { latest: {} },
});

/** Accepts connections and says nothing: what a TCP or gRPC probe asks of it. */
const listener = (name: string, port: number): Program => ({
  name,
  start: (process) => {
    process.net.listen(process, port, () => ({ received: () => undefined }));
    return {};
  },
});

export const goProxy = defineImage({
  repository: 'registry.k8s.io/goproxy',
  entrypoint: ['/goproxy'],
  sizeBytes: 1.7 * MB,
  ports: [8080],
  programs: { '/goproxy': listener('goproxy', 8080) },
  tags: { '0.1': {} },
});

/** The documentation's Pod for gRPC probes. The cluster's own etcd is another image. */
export const etcdExample = defineImage({
  repository: 'registry.k8s.io/etcd',
  entrypoint: ['etcd'],
  sizeBytes: 98.9 * MB,
  ports: [2379],
  memoryBytes: 20 * MB,
  programs: { '/usr/local/bin/etcd': listener('etcd', 2379) },
  tags: { '3.5.1-0': {} },
});

/** Accepts connections; nothing is asked of it but that. */
export const mongo = defineImage({
  repository: 'mongo',
  command: ['mongod'],
  sizeBytes: 146 * MB,
  layers: 13,
  ports: [27017],
  userLand: 'debian',
  memoryBytes: 60 * MB,
  startMs: 400,
  programs: { '/usr/bin/mongod': listener('mongod', 27017) },
  tags: { '4.2': {}, '4.2.24': {} },
});

/** Collects logs for an Elasticsearch: without one it says so, and keeps them. */
const fluentd: Program = {
  name: 'fluentd',
  start: (process) => {
    const stamp = formatMicroTime(process.site.clock).slice(0, 19).replace('T', ' ');
    const note = (text: string) => process.print(`${stamp} +0000 ${text}\n`);
    note('[info]: parsing config file is succeeded path="/etc/fluent/fluent.conf"');
    note('[info]: starting fluentd-1.5.1 pid=1 ruby="2.3.3"');
    note('[info]: #0 starting fluentd worker pid=11 ppid=1 worker=0');
    note('[info]: #0 fluentd worker is now running worker=0');
    return { signal: endOnSignal(process) };
  },
};

export const fluentdImage = defineImage({
  repository: 'quay.io/fluentd_elasticsearch/fluentd',
  command: ['/entrypoint.sh'],
  sizeBytes: 93 * MB,
  layers: 7,
  userLand: 'debian-slim',
  memoryBytes: 80 * MB,
  programs: { '/entrypoint.sh': fluentd },
  tags: { 'v2.5.2': {}, 'v2.6.0': {} },
});
