/** The shell's abstract syntax: what the parser makes and the interpreter walks. */

/** A word before expansion: `"$HOME"/*.yaml` is three parts. */
export type Word = readonly Part[];

export type Part =
  | { readonly type: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly type: 'parameter';
      readonly name: string;
      /** `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `length`, `/`, `//`. */
      readonly operator?: string;
      readonly argument?: Word;
      /** Of an array: `0`, `$i`, `@`. */
      readonly index?: Word;
      readonly isQuoted: boolean;
    }
  | {
      readonly type: 'substitution';
      readonly script: Script;
      readonly isQuoted: boolean;
      /** `<(…)`: the word is the path of a file with what the script prints. */
      readonly isFile?: boolean;
    }
  | { readonly type: 'arithmetic'; readonly text: Word; readonly isQuoted: boolean };

export interface Redirection {
  /** The descriptor that is redirected; 1 for `>`, 0 for `<`. */
  readonly fd: number;
  readonly operator: '<' | '>' | '>>' | '>&' | '<&' | '&>' | '&>>' | '<<' | '<<<';
  /** A file, a descriptor's number, or the text of a here-document. */
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  /** `name=(a b c)`: an array. */
  readonly elements?: readonly Word[];
}

export type Command =
  | {
      readonly type: 'simple';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    }
  | { readonly type: 'group'; readonly body: Script; readonly redirections: readonly Redirection[] }
  | {
      readonly type: 'subshell';
      readonly body: Script;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly type: 'if';
      readonly branches: readonly { readonly test: Script; readonly body: Script }[];
      readonly otherwise: Script | undefined;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly type: 'loop';
      readonly until: boolean;
      readonly test: Script;
      readonly body: Script;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly type: 'for';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: Script;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly type: 'case';
      readonly word: Word;
      readonly clauses: readonly { readonly patterns: readonly Word[]; readonly body: Script }[];
      readonly redirections: readonly Redirection[];
    }
  | { readonly type: 'function'; readonly name: string; readonly body: Command };

export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

/** Pipelines with what joins each to the one before it. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
  readonly isBackground: boolean;
  /** What was typed, for those in the background. */
  readonly text?: string;
}

export type Script = readonly AndOr[];

/** What is wrong with a script; `isIncomplete`: more lines could mend it (the prompt `>`). */
export class SyntaxProblem extends Error {
  readonly isIncomplete: boolean;

  constructor(message: string, isIncomplete = false) {
    super(message);
    this.isIncomplete = isIncomplete;
  }
}
