import { defineImage, type TagDefinition } from './define-image.ts';
import { nginxEntrypoint, nginxProgram } from './nginx-program.ts';

const MB = 1_000_000;

const page = (style: string): string => `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
${style}
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

/** 612 bytes. */
const oldPage = page(`    body {
        width: 35em;
        margin: 0 auto;
        font-family: Tahoma, Verdana, Arial, sans-serif;
    }`);
/** 615 bytes. */
const newPage = page(`html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }`);
const errorPage = oldPage
  .replaceAll('Welcome to nginx!', 'Error')
  .replace(
    /<h1>[\s\S]*<\/p>/,
    '<h1>An error occurred.</h1>\n<p><em>Faithfully yours, nginx.</em></p>',
  );

const site = (text: string) => ({
  '/usr/share/nginx/html/index.html': text,
  '/usr/share/nginx/html/50x.html': errorPage,
  '/etc/nginx/nginx.conf': 'user  nginx;\nworker_processes  auto;\n',
  '/etc/nginx/conf.d/default.conf':
    'server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n' +
    '        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n',
});
const oldSite = site(oldPage);
const newSite = site(newPage);

/** Before 1.19 the image started nginx itself. */
const old = (version: string, sizeBytes: number): TagDefinition => ({
  sizeBytes,
  command: ['nginx', '-g', 'daemon off;'],
  env: { NGINX_VERSION: version },
  stopSignal: 'SIGTERM',
  files: oldSite,
  programs: { '/usr/sbin/nginx': nginxProgram(version, false) },
});

const modern = (version: string, sizeBytes: number): TagDefinition => ({
  sizeBytes,
  entrypoint: ['/docker-entrypoint.sh'],
  command: ['nginx', '-g', 'daemon off;'],
  env: { NGINX_VERSION: version },
  files: newSite,
  programs: {
    '/docker-entrypoint.sh': nginxEntrypoint(version),
    '/usr/sbin/nginx': nginxProgram(version, true),
  },
});

const alpine = (version: string, sizeBytes: number): TagDefinition => ({
  ...modern(version, sizeBytes),
  userLand: 'alpine',
});

export const nginx = defineImage({
  repository: 'nginx',
  layers: 7,
  ports: [80],
  stopSignal: 'SIGQUIT',
  userLand: 'debian',
  startMs: 40,
  memoryBytes: 6 * MB,
  tags: {
    '1.7.9': old('1.7.9', 39.9 * MB),
    '1.14': old('1.14.2', 44.7 * MB),
    '1.14.2': old('1.14.2', 44.7 * MB),
    '1.15.4': old('1.15.4', 44.6 * MB),
    '1.16': old('1.16.1', 50.3 * MB),
    '1.16.0': old('1.16.0', 44.8 * MB),
    '1.16.1': old('1.16.1', 50.3 * MB),
    '1.17': old('1.17.10', 51.0 * MB),
    '1.18': old('1.18.0', 53.6 * MB),
    '1.19': modern('1.19.10', 53.7 * MB),
    '1.20': modern('1.20.2', 56.7 * MB),
    '1.21': modern('1.21.6', 56.7 * MB),
    '1.23': modern('1.23.4', 57.0 * MB),
    '1.24': modern('1.24.0', 56.9 * MB),
    '1.25': modern('1.25.5', 71.0 * MB),
    '1.25.3': modern('1.25.3', 70.5 * MB),
    '1.26': modern('1.26.3', 72.2 * MB),
    '1.27': modern('1.27.5', 72.2 * MB),
    '1.27.0': modern('1.27.0', 71.0 * MB),
    '1.28': modern('1.28.0', 72.2 * MB),
    '1.29': modern('1.29.0', 72.3 * MB),
    stable: modern('1.28.0', 72.2 * MB),
    mainline: modern('1.29.0', 72.3 * MB),
    latest: modern('1.29.0', 72.3 * MB),
    '1.14-alpine': { ...old('1.14.2', 7.0 * MB), userLand: 'alpine' },
    '1.14.2-alpine': { ...old('1.14.2', 7.0 * MB), userLand: 'alpine' },
    '1.25-alpine': alpine('1.25.5', 18.0 * MB),
    '1.27-alpine': alpine('1.27.5', 21.0 * MB),
    '1.28-alpine': alpine('1.28.0', 21.0 * MB),
    '1.29-alpine': alpine('1.29.0', 22.5 * MB),
    alpine: alpine('1.29.0', 22.5 * MB),
    'stable-alpine': alpine('1.28.0', 21.0 * MB),
  },
});

/**
 * The small nginx of the documentation's StatefulSets. Which nginx is in 0.21 and later is not known
 * to us for sure.
 */
export const nginxSlim = defineImage({
  repository: 'registry.k8s.io/nginx-slim',
  layers: 2,
  ports: [80],
  userLand: 'debian',
  startMs: 40,
  memoryBytes: 5 * MB,
  tags: {
    '0.7': old('1.9.11', 35.0 * MB),
    '0.8': old('1.11.1', 42.0 * MB),
    '0.21': old('1.25.5', 44.0 * MB),
    '0.24': old('1.27.0', 45.0 * MB),
  },
});
