import type { FileTable, Program, Signal } from '../host/index.ts';
import { type Image, parseReference } from '../host/runtime/index.ts';
import { type UserLand, userLands } from './user-lands.ts';

/** The programs that images share and that this folder does not make: the world hands them in. */
export interface ImagePrograms {
  /** The shell interpreter. */
  readonly sh: Program;
  /** Commands by name: cat, ls, sleep, wget, ps… */
  readonly commands: Readonly<Record<string, Program>>;
}

/** An image's configuration and behaviour: one literal per repository. */
export interface ImageDefinition extends TagDefinition {
  /** As people write it: `nginx`, `registry.k8s.io/pause`. */
  readonly repository: string;
  /** Tag → what differs from the rest of the literal. */
  readonly tags: Readonly<Record<string, TagDefinition>>;
}

/** Fields that may differ by tag. */
export interface TagDefinition {
  /** Compressed, as a pull downloads it. */
  readonly sizeBytes?: number;
  readonly layers?: number;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly stopSignal?: Signal;
  readonly ports?: readonly number[];
  readonly files?: FileTable;
  /** Executables that are this image's own: absolute path → program. */
  readonly programs?: Readonly<Record<string, Program>>;
  /** Which commands there are beside them. */
  readonly userLand?: UserLand;
  readonly startMs?: number;
  readonly memoryBytes?: number;
  readonly cpuMillis?: number;
  /** Roles of machines that have it from the start. */
  readonly preloadedOn?: readonly string[];
}

export const defineImage = (definition: ImageDefinition): ImageDefinition => definition;

const MB = 1_000_000;

/** All tags of a definition as a registry serves them. */
export function imagesOf(definition: ImageDefinition, shared: ImagePrograms): Image[] {
  const parsed = parseReference(definition.repository);
  if (typeof parsed === 'string') return [];
  return Object.entries(definition.tags).map(([tag, own]) => {
    const all = { ...definition, ...own };
    const land = userLands[all.userLand ?? 'none'];
    return {
      repository: parsed.repository,
      tag,
      digest: digestOf(`${parsed.repository}:${tag}`),
      sizeBytes: all.sizeBytes ?? 10 * MB,
      layers: all.layers ?? 1,
      entrypoint: all.entrypoint ?? [],
      command: all.command ?? [],
      env: all.env ?? {},
      workingDir: all.workingDir ?? '/',
      user: all.user ?? '',
      stopSignal: all.stopSignal ?? 'SIGTERM',
      ports: all.ports ?? [],
      files: sharedFiles(land.files, all.files),
      programs: { ...programsOf(land.commands, shared), ...all.programs },
      startMs: all.startMs ?? 0,
      memoryBytes: all.memoryBytes ?? 4 * MB,
      cpuMillis: all.cpuMillis ?? 1,
      ...(all.preloadedOn === undefined ? {} : { preloadedOn: all.preloadedOn }),
    };
  });
}

/** One table for all images that add nothing: what a container makes of it is kept with it. */
const sharedFiles = (land: FileTable, own: FileTable | undefined): FileTable =>
  own === undefined ? land : { ...land, ...own };

function programsOf(
  paths: Readonly<Record<string, string>>,
  { sh, commands }: ImagePrograms,
): Record<string, Program> {
  const programs: Record<string, Program> = {};
  for (const path in paths) {
    const name = paths[path] ?? '';
    const program = name === 'sh' ? sh : commands[name];
    if (program !== undefined) programs[path] = program;
  }
  return programs;
}

/** A digest that is the same in every world: FNV-1a, eight times over. */
function digestOf(name: string): string {
  let digest = 'sha256:';
  for (let round = 0; round < 8; round++) {
    let hash = 0x811c9dc5 ^ Math.imul(round, 0x9e3779b1);
    for (let i = 0; i < name.length; i++) {
      hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    digest += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
  }
  return digest;
}
