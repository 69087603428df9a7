/**
 * A machine with kubectl on it and, at the other end of the wire, a server that stores what it is
 * given: discovery, Tables and Status errors from the kinds' own literals, and no controllers.
 */
import { kinds } from '../../src/api/kinds/index.ts';
import { notFound } from '../../src/api/status.ts';
import { buildTable } from '../../src/api/table.ts';
import { matches, parseSelector } from '../../src/api/selectors.ts';
import { strategicMerge } from '../../src/api/patch/index.ts';
import type { ApiObject, Json, JsonObject } from '../../src/api/object.ts';
import { type Kind, apiVersionOf } from '../../src/api/kind.ts';
import { Inbox, type Process, type Program } from '../../src/host/index.ts';
import type { ApiRequest, ApiResponse } from '../../src/k8s/client/wire.ts';
import { Rig as ClientRig } from '../../src/k8s/client/testing.ts';
import { kubectl } from '../../src/shell/kubectl/kubectl.ts';

const kubeconfig = `apiVersion: v1
kind: Config
current-context: admin@test
contexts: [{name: admin@test, context: {cluster: test, user: admin}}]
clusters: [{name: test, cluster: {server: "https://10.0.0.1:6443"}}]
users: [{name: admin, user: {token: x}}]
`;

export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

interface Place {
  readonly kind: Kind;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export class KubectlRig {
  readonly rig = new ClientRig();
  /** What the server was asked, discovery left out. */
  readonly requests: ApiRequest[] = [];
  home = '/root';
  cwd = '/root';
  /** kubectl, with or without a web. */
  program: Program = kubectl;
  /** Beside HOME. */
  env: Readonly<Record<string, string>> = {};
  /** Answers instead of the server, where it gives something. */
  intercept: (request: ApiRequest) => ApiResponse | undefined = () => undefined;

  constructor() {
    const { files } = this.rig.machine;
    files.makeDirectory('/root/.kube');
    files.write('/root/.kube/config', kubeconfig);
    this.rig.server.intercept = (request) => this.serve(request);
  }

  put(object: object): void {
    const { apiVersion, kind: name, metadata } = object as ApiObject;
    const kind = kinds.find((one) => one.kind === name && apiVersionOf(one) === apiVersion) as Kind;
    this.rig.server.put(pathOf(kind, metadata.namespace, metadata.name), object);
  }

  file(path: string, text: string): void {
    this.rig.machine.files.write(path, text);
  }

  start(line: string | readonly string[], stdin?: string): { process: Process; out: () => string; err: () => string } {
    const args = typeof line === 'string' ? words(line) : line;
    let out = '';
    let err = '';
    const input = new Inbox<string>();
    if (stdin !== undefined) input.push(stdin);
    input.close();
    const process = this.rig.machine.spawn({
      program: this.program, args: ['kubectl', ...args], cwd: this.cwd, env: { HOME: this.home, ...this.env }, stdin: input,
      stdout: { write: (text) => ((out += text), true), end: () => undefined },
      stderr: { write: (text) => ((err += text), true), end: () => undefined },
    });
    return { process, out: () => out, err: () => err };
  }

  /** Runs a command to its end, or for so many simulated seconds. */
  run(line: string | readonly string[], stdin?: string, seconds = 60): Answer {
    const { process, out, err } = this.start(line, stdin);
    for (let i = 0; i < seconds * 10 && process.isRunning; i += 1) this.rig.run(100);
    return { out: out(), err: err(), code: process.exitCode };
  }

  private serve(request: ApiRequest): ApiResponse | undefined {
    if (request.path === '/api') return ok(discovery((group) => group === ''));
    if (request.path === '/apis') return ok(discovery((group) => group !== ''));
    this.requests.push(request);
    const own = this.intercept(request);
    if (own !== undefined) return own;
    const place = placeOf(request.path);
    if (place === undefined || request.query?.['watch'] !== undefined) return undefined;
    return this.read(request, place) ?? this.write(request, place);
  }

  private read({ method, path, query, headers }: ApiRequest, place: Place): ApiResponse | undefined {
    const { kind, name } = place;
    const stored = this.rig.server.objects.get(path);
    const isTable = headers?.['accept']?.includes('as=Table') === true;
    if (name !== undefined && stored === undefined && method !== 'PUT') {
      const path0 = path.replace(/\/(scale|status|log|eviction)$/, '');
      if (this.rig.server.objects.has(path0)) return undefined;
      return { status: 404, body: notFound(kind, name) as never };
    }
    if (method !== 'GET') return undefined;
    const objects = (name === undefined ? this.listed(path, query) : [stored as ApiObject]);
    const metadata = { resourceVersion: String(this.rig.server.revision) };
    if (isTable) {
      const includeObject = query?.['includeObject'] === 'Object' ? 'Object' : 'Metadata';
      return ok(buildTable(kind, objects, { nowMs: this.rig.site.clock, metadata, includeObject }));
    }
    if (name !== undefined) return ok(objects[0]);
    const items = objects.map(({ apiVersion: _, kind: __, ...rest }) => rest);
    return ok({ apiVersion: apiVersionOf(kind), kind: `${kind.kind}List`, metadata, items });
  }

  private listed(path: string, query: ApiRequest['query']): ApiObject[] {
    const selector = parseSelector(String(query?.['labelSelector'] ?? ''));
    const fields = String(query?.['fieldSelector'] ?? '').split(',').filter((one) => one !== '');
    return [...this.rig.server.objects]
      .filter(([key]) => {
        const own = key.slice(0, key.lastIndexOf('/'));
        return own === path || own.replace(/\/namespaces\/[^/]+/, '') === path;
      })
      .map(([, object]) => object)
      .filter((object) => matches(selector, object.metadata.labels))
      .filter((object) => fields.every((field) => passes(object, field)))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  private write(request: ApiRequest, { kind }: Place): ApiResponse | undefined {
    const { method, path, body, headers, query } = request;
    const stored = this.rig.server.objects.get(path) as unknown as JsonObject | undefined;
    const isDry = query?.['dryRun'] !== undefined;
    if (method === 'POST' && isDry) return ok(body);
    if (method === 'DELETE' && isDry) return ok({ kind: 'Status', apiVersion: 'v1', status: 'Success' });
    if (method !== 'PATCH' || stored === undefined) return undefined;
    const type = headers?.['content-type'] ?? '';
    if (!type.includes('strategic')) return undefined;
    const definition = `${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.version}.${kind.kind}`;
    const next = strategicMerge(definition, stored, body as JsonObject);
    return ok(isDry ? next : this.rig.server.put(path, next));
  }
}

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
const ok = (body: unknown): ApiResponse => ({ status: 200, body: body as Json });

export const pathOf = (kind: Kind, namespace: string | undefined, name: string): string =>
  `${kind.group === '' ? '/api' : `/apis/${kind.group}`}/${kind.version}` +
  `${namespace === undefined ? '' : `/namespaces/${namespace}`}/${kind.plural}/${name}`;

function placeOf(path: string): Place | undefined {
  const parts = path.split('/').slice(1);
  const [group, version, ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [plural, name, subresource] = isNamespaced ? rest.slice(2) : rest;
  const kind = kinds.find((one) => one.group === group && one.version === version && one.plural === plural);
  return kind === undefined ? undefined : { kind, name, subresource };
}

function passes(object: ApiObject, field: string): boolean {
  const [, path = '', operator, value = ''] = /^(.*?)(!=|==?)(.*)$/.exec(field) ?? [];
  const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], object);
  return (String(found ?? '') === value) === (operator !== '!=');
}

function discovery(isWanted: (group: string) => boolean): JsonObject {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter(isWanted);
  return {
    kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2',
    items: groups.map((group) => ({
      metadata: { name: group },
      versions: [...new Set(kinds.filter((kind) => kind.group === group).map(({ version }) => version))]
        .map((version) => ({
          version,
          resources: kinds.filter((kind) => kind.group === group && kind.version === version).map((kind) => ({
            resource: kind.plural, singularResource: kind.singular, shortNames: kind.shortNames,
            responseKind: { group, version, kind: kind.kind },
            scope: kind.namespaced ? 'Namespaced' : 'Cluster',
            categories: kind.categories ?? [],
            verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
            subresources: kind.subresources.map((subresource) => ({ subresource })),
          })),
        })),
    })) as unknown as Json,
  };
}
