/** `$((…))`: integers, variables, C's operators and precedence. Follows POSIX.1-2017, 2.6.4. */
export function arithmetic(text: string, variable: (name: string) => string | undefined): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|\*\*|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%()<>!~&|^?:]/g);
  const reader = new Reader(tokens ?? [], variable);
  if (tokens === null) return 0;
  const value = reader.ternary();
  if (!reader.isAtEnd) throw new Error(`arithmetic syntax error in '${text}'`);
  return value;
}

const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
  },
  { '<<': (a, b) => a << b, '>>': (a, b) => a >> b },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': divide, '%': remainder },
  { '**': (a, b) => a ** b },
];

class Reader {
  private at = 0;
  private readonly tokens: readonly string[];
  private readonly variable: (name: string) => string | undefined;

  constructor(tokens: readonly string[], variable: (name: string) => string | undefined) {
    this.tokens = tokens;
    this.variable = variable;
  }

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  ternary(): number {
    const test = this.binary(0);
    if (this.tokens[this.at] !== '?') return test;
    this.at += 1;
    const yes = this.ternary();
    this.at += 1;
    const no = this.ternary();
    return test !== 0 ? yes : no;
  }

  private binary(level: number): number {
    const operators = levels[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators[this.tokens[this.at] ?? ''];
      if (operator === undefined) return left;
      this.at += 1;
      left = operator(left, this.binary(level + 1));
    }
  }

  private unary(): number {
    const token = this.tokens[this.at] ?? '';
    this.at += 1;
    if (token === '-') return -this.unary();
    if (token === '+') return this.unary();
    if (token === '!') return Number(this.unary() === 0);
    if (token === '~') return ~this.unary();
    if (token === '(') {
      const value = this.ternary();
      this.at += 1;
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (/^[A-Za-z_]/.test(token)) return Number(this.variable(token) ?? 0) || 0;
    throw new Error('arithmetic syntax error: operand expected');
  }
}

function divide(a: number, b: number): number {
  if (b === 0) throw new Error('division by 0');
  return Math.trunc(a / b);
}

function remainder(a: number, b: number): number {
  if (b === 0) throw new Error('division by 0');
  return a % b;
}
