import type { FileTable } from '../files.ts';
import type { Program, Signal } from '../program.ts';

/** What a registry serves under one reference: an image's configuration and its behaviour. */
export interface Image {
  /** Normalised, without tag: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Of the compressed layers: what a pull downloads and `Image size:` says. */
  readonly sizeBytes: number;
  readonly layers: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Empty is root. */
  readonly user: string;
  readonly stopSignal: Signal;
  readonly ports: readonly number[];
  readonly files: FileTable;
  /** Executables: absolute path → what runs. */
  readonly programs: Readonly<Record<string, Program>>;
  /** From `start` until its first instruction, in ms. */
  readonly startMs: number;
  /** What it uses when idle. */
  readonly memoryBytes: number;
  readonly cpuMillis: number;
  /** Roles of machines that have it before anything is pulled (kubeadm pulls its own first). */
  readonly preloadedOn?: readonly string[];
}

/** `docker.io/library/nginx:1.25`. */
export const referenceOf = ({ repository, tag }: Image): string => `${repository}:${tag}`;

/** What `imageID` says: `docker.io/library/nginx@sha256:…`. */
export const imageIdOf = ({ repository, digest }: Image): string => `${repository}@${digest}`;
