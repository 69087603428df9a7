export interface Case {
  readonly name: string;
  readonly words: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}
export function readCases(text: string): readonly Case[];
