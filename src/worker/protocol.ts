/**
 * What passes between the page and the director (the worker that runs a session): plain data only.
 * Times are simulated milliseconds since the world's epoch unless a name says otherwise.
 */

import type { Input, Refusal, SessionFile } from '../world/session-file.ts';

export type {
  Fault,
  Input,
  Refusal,
  SavedBranch,
  SessionFile,
  TimedInput,
} from '../world/session-file.ts';

// ── What the stage shows ──────────────────────────────────────────────────────────────────────

/** Used and available, in the same unit: millicores, or bytes. */
export interface Level {
  readonly requested: number;
  readonly allocatable: number;
}

/** A daemon on a machine: etcd, kube-apiserver, kubelet, containerd, flanneld… */
export interface ComponentView {
  readonly name: string;
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  /** Moment of its last message or write: it glows for a moment after. */
  readonly activeAt: number;
}

export interface MachineView {
  readonly name: string;
  readonly role: 'control-plane' | 'worker' | 'workstation';
  readonly ip: string;
  readonly isOn: boolean;
  readonly isCableCut: boolean;
  /** What `kubectl get nodes` says: Ready, NotReady, `Ready,SchedulingDisabled`; absent: no node. */
  readonly nodeStatus?: string;
  readonly podCIDR?: string;
  readonly cpu?: Level;
  readonly memory?: Level;
  readonly taints: readonly string[];
  readonly components: readonly ComponentView[];
}

/** The looks a Pod or container can have; the words beside them are Kubernetes' own. */
export type Look =
  | 'pending'
  | 'pulling'
  | 'creating'
  | 'running'
  | 'ready'
  | 'backoff'
  | 'terminating'
  | 'unknown'
  | 'succeeded'
  | 'failed';

/** A wait with a known end: back-off, grace, pull. The stage draws it as a ring. */
export interface Wait {
  readonly since: number;
  readonly until: number;
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly isInit: boolean;
  readonly look: Look;
  /** `Running`, `CrashLoopBackOff`, `ContainerCreating`, `Completed`… */
  readonly status: string;
  readonly isReady: boolean;
  readonly restarts: number;
  readonly wait?: Wait;
}

export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Machine it is bound to. */
  readonly node?: string;
  readonly ip?: string;
  readonly look: Look;
  /** The STATUS column of `kubectl get pods`. */
  readonly status: string;
  /** The READY column. */
  readonly ready: string;
  readonly labels: Readonly<Record<string, string>>;
  /** uid of its controller. */
  readonly owner?: string;
  /** The pause process: absent before the sandbox exists and after it died. */
  readonly pausePid?: number;
  readonly hostNetwork: boolean;
  readonly containers: readonly ContainerView[];
  /** While it is being deleted: the grace period. */
  readonly grace?: Wait;
  readonly createdAt: number;
}

/** Something that owns Pods, directly or not. */
export interface OwnerView {
  readonly uid: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  readonly wanted: number;
  readonly actual: number;
  readonly ready: number;
  readonly selector: Readonly<Record<string, string>>;
  /** For a ReplicaSet: its image, which tells revisions apart. */
  readonly note?: string;
  readonly isTerminating: boolean;
}

export interface ServiceView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** `None` for a headless one. */
  readonly clusterIP: string;
  readonly ports: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  /** uids of the ready Pods behind it, as its EndpointSlices say. */
  readonly endpoints: readonly string[];
}

/** Where a message starts or ends: a component or a Pod on a machine, or the machine's NIC. */
export interface Place {
  readonly machine: string;
  readonly component?: string;
  readonly pod?: string;
}

/** A message on its way. Its position follows from the clock alone. */
export interface Flight {
  readonly id: string;
  readonly from: Place;
  readonly to: Place;
  readonly sentAt: number;
  readonly dueAt: number;
  readonly kind: 'read' | 'write' | 'watch' | 'answer' | 'packet' | 'etcd';
  /** `PATCH deployments/web`, `GET / HTTP/1.1`. */
  readonly what: string;
  readonly because?: string;
  /** A packet inside VXLAN: the inner and the outer addresses. */
  readonly inner?: string;
  readonly outer?: string;
  readonly isDropped?: boolean;
}

/** A moment worth marking on the timeline. */
export interface Tick {
  readonly at: number;
  readonly kind:
    'input' | 'fault' | 'created' | 'ready' | 'deleted' | 'warning' | 'failed' | 'node';
  /** Kubernetes' own words, or the command typed: never translated. */
  readonly what: string;
  readonly uid?: string;
}

/** Changes since the last update. `reset` says: forget all that came before. */
export interface StageUpdate {
  readonly now: number;
  readonly reset: boolean;
  readonly machines: readonly MachineView[];
  readonly pods: readonly PodView[];
  readonly owners: readonly OwnerView[];
  readonly services: readonly ServiceView[];
  /** uids of Pods, owners and Services that are gone. */
  readonly removed: readonly string[];
  readonly flights: readonly Flight[];
  readonly ticks: readonly Tick[];
  /** New text on terminals; with `reset`, the whole of it. */
  readonly terminals: readonly TerminalText[];
  /** All files that are open in an editor; absent when that has not changed. */
  readonly openFiles?: readonly OpenFile[];
}

/** A file that a program has given to an editor and waits for. */
export interface OpenFile {
  readonly machine: string;
  readonly path: string;
  readonly text: string;
}

export interface TerminalText {
  readonly terminal: string;
  readonly text: string;
  /** True while the shell waits for a command. */
  readonly isAtPrompt: boolean;
}

// ── Playback ──────────────────────────────────────────────────────────────────────────────────

/** `explain` slows down where something is worth seeing, and hurries through silence. */
export type Pace = 'explain' | number;

export interface Branch {
  readonly id: string;
  /** The branch that it left, and when; absent for the first. */
  readonly parent?: string;
  readonly forkedAt: number;
  readonly until: number;
  readonly inputs: number;
}

/** Sent with each update. */
export interface Playback {
  readonly isPlaying: boolean;
  readonly pace: Pace;
  /** Simulated seconds per real second right now. */
  readonly factor: number;
  /** When the cluster was up and the page opened: the left end of the timeline. */
  readonly openAt: number;
  /** How far this branch has been played: the right end of the timeline. */
  readonly until: number;
  readonly branch: string;
  readonly branches: readonly Branch[];
  readonly canUndo: boolean;
  readonly isSeeking: boolean;
  /** Why it stopped by itself: the breakpoint that was met. */
  readonly stoppedBy?: string;
  /** The world is served to others, too: it has one history, and nobody takes that back. */
  readonly isServed?: true;
}

/** `pod-failed`: stop when a Pod fails or crashes; and so on. */
export type Breakpoint = 'pod-failed' | 'pod-ready' | 'node-not-ready' | 'warning-event';

// ── Inspecting ────────────────────────────────────────────────────────────────────────────────

/** What was clicked: an object by uid, a machine, or a component of one. */
export type Subject =
  | { readonly type: 'object'; readonly uid: string }
  | { readonly type: 'machine'; readonly name: string }
  | { readonly type: 'component'; readonly machine: string; readonly name: string };

export interface EventLine {
  readonly type: string;
  readonly reason: string;
  readonly age: string;
  readonly from: string;
  readonly message: string;
  readonly count: number;
}

/** A statechart as data, with where it is now. */
export interface ChartView {
  /** `container`, `podWorker`, `nodeLease`… */
  readonly id: string;
  readonly subject: string;
  readonly value: string;
  readonly states: readonly { readonly path: string; readonly isFinal: boolean }[];
  readonly arrows: readonly {
    readonly from: string;
    readonly to: string;
    readonly on: string;
    /** Present on arrows that a running timer will take. */
    readonly dueAt?: number;
  }[];
}

/** One link of the chain of causes, newest first. */
export interface Cause {
  readonly at: number;
  /** Who wrote: `deployment-controller`, `kubelet worker-1`, `kubectl`. */
  readonly by: string;
  readonly what: string;
  readonly because: string;
}

export interface Inspection {
  readonly subject: Subject;
  readonly title: string;
  readonly kind: string;
  readonly yaml: string;
  readonly events: readonly EventLine[];
  readonly charts: readonly ChartView[];
  readonly why: readonly Cause[];
  /** Facts in a table: processes of a machine, routes, filter and score of a decision. */
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
}

export interface Completion {
  /** Where the word that is completed starts. */
  readonly from: number;
  readonly candidates: readonly string[];
}

/** What an apply would change, as the server says (dry run): per object, both as YAML. */
export interface DiffView {
  readonly error?: string;
  readonly objects: readonly {
    readonly name: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/** A worker threw: the message, the session up to the last good moment, and that moment. */
export interface Crash {
  readonly message: string;
  readonly lastGood: number;
  readonly session: SessionFile;
}

// ── The director's doors (through Comlink) ────────────────────────────────────────────────────

export interface Opening {
  readonly session?: SessionFile;
  readonly world?: string;
  readonly seed?: number;
  /** The most workers that nodes may run in beside the director's; 0: all in one. */
  readonly shards?: number;
}

export type Listener = (update: StageUpdate, playback: Playback) => void;

export interface Director {
  /** Opens a world or a session; plays on from where it was saved. */
  open(opening: Opening): Promise<Refusal | undefined>;
  /** At most 60 calls a second, only when something changed or time moves. */
  subscribe(listener: Listener, crashed: (crash: Crash) => void): Promise<void>;
  /** Acting in the past forks. Acting while paused plays on. */
  act(input: Input): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  setPace(pace: Pace): Promise<void>;
  setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void>;
  /** To a moment of this branch. */
  seek(at: number): Promise<void>;
  /** To the next (or previous) moment at which something was written, and pauses. */
  step(direction: 1 | -1): Promise<void>;
  /** Goes back to before the last input, and stays there, on a new branch. */
  undo(): Promise<void>;
  switchBranch(id: string): Promise<void>;
  inspect(subject: Subject): Promise<Inspection | undefined>;
  complete(terminal: string, line: string, cursor: number): Promise<Completion>;
  /** Files on the console's machine: paths below the home directory. */
  files(): Promise<readonly string[]>;
  readFile(path: string): Promise<string | undefined>;
  diff(manifest: string): Promise<DiffView>;
  /** JSON Schema of all kinds of this world, for the editor. */
  schema(): Promise<unknown>;
  export(): Promise<SessionFile>;
  /** Frame-by-frame script time and such, for the benchmark. */
  figures(): Promise<Readonly<Record<string, number>>>;
}

// ── The same doors over a WebSocket, to a world that is being served ──────────────────────────

/** From the page: a call of a door, or that the last update was taken in. */
export type PageMessage =
  | {
      readonly id: number;
      readonly call: Exclude<keyof Director, 'subscribe'>;
      readonly with: readonly unknown[];
    }
  | { readonly heard: number };

/** To the page. */
export type ServedMessage =
  | { readonly id: number; readonly value?: unknown; readonly failed?: string }
  | { readonly update: StageUpdate; readonly playback: Playback; readonly count: number };
