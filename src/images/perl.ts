/**
 * As much of perl as the documentation's Job needs: `perl -Mbignum=bpi -wle 'print bpi(2000)'`, and
 * statements that print texts. Anything else is said to be unknown.
 */
import { type Process, type Program, sleep } from '../host/index.ts';
import { defineImage } from './define-image.ts';

const MB = 1_000_000;

/** Pi to so many digits, the last one rounded, by Machin's formula in whole numbers. */
export function piDigits(count: number): string {
  const spare = 10;
  const unit = 10n ** BigInt(count - 1 + spare);
  const arctangent = (inverse: bigint): bigint => {
    let power = unit / inverse;
    let sum = power;
    for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
      power /= inverse * inverse;
      sum += (sign * power) / n;
    }
    return sum;
  };
  const pi = 4n * (4n * arctangent(5n) - arctangent(239n));
  const half = 10n ** BigInt(spare) / 2n;
  const digits = String((pi + half) / 10n ** BigInt(spare));
  return count === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
}

interface Call {
  readonly code: string | undefined;
  /** -l: a newline after each print. */
  readonly endsLines: boolean;
  readonly knowsPi: boolean;
}

/** Flags as perl bundles them: `-wle CODE`. */
function callOf(args: readonly string[]): Call {
  let [endsLines, knowsPi] = [false, false];
  for (let at = 1; at < args.length; at++) {
    const word = args[at] ?? '';
    if (/^-M(bignum|Math::BigFloat)=.*\bbpi\b/.test(word)) knowsPi = true;
    else if (/^-[wlne]*e$/.test(word)) {
      endsLines ||= word.includes('l');
      return { code: args[at + 1] ?? '', endsLines, knowsPi };
    } else if (/^-[wl]+$/.test(word)) endsLines ||= word.includes('l');
  }
  return { code: undefined, endsLines, knowsPi };
}

/** Many digits take time: some 5 s of a core for 2,000. */
const costMs = (digits: number): number => (digits / 2_000) ** 2 * 5_000;
const digitsMax = 20_000;

function* run(process: Process) {
  const { args } = process;
  if (args[1] === '-v' || args[1] === '--version') {
    process.print(
      '\nThis is perl 5, version 34, subversion 0 (v5.34.0) built for x86_64-linux-gnu\n\n');
    return 0;
  }
  const { code, endsLines, knowsPi } = callOf(args);
  if (code === undefined) {
    process.printError("kubarium's perl runs no scripts, only -e\n");
    return 2;
  }
  for (const statement of code.split(';').map((part) => part.trim()).filter(Boolean)) {
    const [, digits] = /^print\s*\(?\s*bpi\(\s*(\d+)\s*\)\s*\)?$/.exec(statement) ?? [];
    const [, quoted, plain] = /^print\s*\(?\s*(?:"([^"]*)"|'([^']*)')\s*\)?$/.exec(statement) ?? [];
    const text = quoted?.replaceAll('\\n', '\n') ?? plain;
    const count = Math.min(digitsMax, Number(digits ?? 0));
    if (digits !== undefined && knowsPi && count > 0) {
      yield* sleep(costMs(count));
      process.print(piDigits(count) + (endsLines ? '\n' : ''));
    } else if (text !== undefined) {
      process.print(text + (endsLines ? '\n' : ''));
    } else {
      process.printError(`kubarium's perl does not know: ${statement}\n`);
      return 255;
    }
  }
  return 0;
}

const perlProgram: Program = { name: 'perl', main: run };

export const perl = defineImage({
  repository: 'perl',
  command: ['perl', '-de0'],
  userLand: 'debian',
  sizeBytes: 336 * MB,
  layers: 7,
  memoryBytes: 12 * MB,
  cpuMillis: 900,
  programs: { '/usr/local/bin/perl': perlProgram, '/usr/bin/perl': perlProgram },
  tags: { '5.34': {}, '5.34.0': {}, '5.34.1': {}, '5.36': {}, '5.40': {}, latest: {} },
});
