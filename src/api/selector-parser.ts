/**
 * The grammar of label selectors' texts, with upstream's errors.
 * Follows the Lexer and Parser of apimachinery pkg/labels/selector.go.
 */
import { fieldErrorText, invalid } from './field.ts';
import { isQualifiedName } from './name-rules.ts';
import { ParseError } from './parse-error.ts';
import type { Operator, Requirement } from './selectors.ts';

type TokenType =
  'end' | 'word' | 'error' | ',' | '(' | ')' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin';

interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const symbols = new Set(['=', '!', '(', ')', ',', '>', '<', '==', '!=']);
const tokenAt = /[ \t\r\n]*(?:([=!(),><]+)|([^=!(),><\s]+))?/y;

/** A text's requirements in the order in which they stand. Throws a ParseError. */
export function parseRequirements(text: string): readonly Requirement[] {
  const reader = new Reader(scan(text));
  const requirements: Requirement[] = [];
  for (;;) {
    const { type, text: found } = reader.peek();
    if (type === 'end') return requirements;
    if (type !== 'word' && type !== '!') {
      throw new ParseError(`found '${found}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(parseRequirement(reader));
    if (endsAfter(reader)) return requirements;
  }
}

/** After a requirement comes the end, or a comma and another requirement. */
function endsAfter(reader: Reader): boolean {
  const { type, text } = reader.take();
  if (type === 'end') return true;
  if (type !== ',') throw new ParseError(`found '${text}', expected: ',' or 'end of string'`);
  const next = reader.peek();
  if (next.type !== 'word' && next.type !== '!') {
    throw new ParseError(`found '${next.text}', expected: identifier after ','`);
  }
  return false;
}

function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    tokenAt.lastIndex = position;
    const found = tokenAt.exec(text);
    if (found === null || found[0] === '') break;
    const [all, run, word] = found;
    if (word !== undefined) {
      tokens.push({ type: word === 'in' || word === 'notin' ? word : 'word', text: word });
      position += all.length;
    } else if (run === undefined) break;
    else {
      const symbol = longestSymbol(run);
      tokens.push({ type: symbol as TokenType, text: symbol });
      position += all.length - run.length + symbol.length;
    }
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

const longestSymbol = (run: string): string =>
  symbols.has(run.slice(0, 2)) ? run.slice(0, 2) : run.slice(0, 1);

class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }
  /** The next token; `in` and `notin` count as words unless an operator is expected. */
  peek(): Token {
    const token = this.tokens[this.at] ?? end;
    return token.type === 'in' || token.type === 'notin' ? { ...token, type: 'word' } : token;
  }
  take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
  takeOperator(): Token {
    return this.tokens[this.at++] ?? end;
  }
}
const end: Token = { type: 'end', text: '' };

function parseRequirement(reader: Reader): Requirement {
  try {
    const isNegated = reader.peek().type === '!';
    if (isNegated) reader.take();
    const { type, text: key } = reader.take();
    if (type !== 'word') throw new ParseError(`found '${key}', expected: identifier`);
    const wrong = isQualifiedName(key);
    if (wrong.length > 0) {
      throw new ParseError(fieldErrorText(invalid('<nil>', key, wrong.join('; '))));
    }
    const next = reader.peek().type;
    // As upstream: what follows a negated key is left to the caller.
    if (isNegated) return { key, operator: '!', values: [] };
    if (next === 'end' || next === ',') return { key, operator: 'exists', values: [] };
    return parseComparison(reader, key);
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    throw new ParseError(`unable to parse requirement: ${problem.message}`);
  }
}

const operators: Readonly<Partial<Record<TokenType, Operator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

function parseComparison(reader: Reader, key: string): Requirement {
  const { type, text } = reader.takeOperator();
  const operator = operators[type];
  if (operator === undefined) {
    throw new ParseError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  const isSet = operator === 'in' || operator === 'notin';
  const values = isSet ? parseValues(reader) : [parseExactValue(reader)];
  return { key, operator, values: [...new Set(values)].sort() };
}

function parseExactValue(reader: Reader): string {
  const { type } = reader.peek();
  if (type === 'end' || type === ',') return '';
  const { type: taken, text } = reader.take();
  if (taken !== 'word') throw new ParseError(`found '${text}', expected: identifier`);
  return text;
}

function parseValues(reader: Reader): string[] {
  const open = reader.take();
  if (open.type !== '(') throw new ParseError(`found '${open.text}' expected: '('`);
  const first = reader.peek();
  if (first.type === ')') {
    reader.take();
    return [''];
  }
  if (first.type !== 'word' && first.type !== ',') {
    throw new ParseError(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = parseList(reader);
  if (reader.take().type !== ')') throw new ParseError(`found '${first.text}', expected: ')'`);
  return values;
}

/** `a,b`, with empty places allowed: `(,a)`, `(a,)`, `(a,,b)`. */
function parseList(reader: Reader): string[] {
  const values: string[] = [];
  for (;;) {
    const { type, text } = reader.take();
    if (type === 'word') {
      values.push(text);
      const next = reader.peek();
      if (next.type === ')') return values;
      if (next.type !== ',') throw new ParseError(`found '${next.text}', expected: ',' or ')'`);
    } else if (type === ',') {
      if (values.length === 0) values.push('');
      const next = reader.peek().type;
      if (next === ')') return [...values, ''];
      if (next === ',') {
        reader.take();
        values.push('');
      }
    } else throw new ParseError(`found '${text}', expected: ',', or identifier`);
  }
}
