/**
 * What is wrong with a cron schedule, in the words of robfig/cron v3 (parser.go, ParseStandard).
 */
const bounds = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  {
    low: 1,
    high: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { low: 0, high: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

type Bounds = { readonly low: number; readonly high: number; readonly names?: readonly string[] };

const descriptors = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

/** Undefined when the schedule is right. */
export function cronProblem(schedule: string): string | undefined {
  const spec = schedule.replace(/^(CRON_)?TZ=\S+\s*/, '');
  if (spec.startsWith('@')) {
    if (descriptors.has(spec) || /^@every \S+$/.test(spec)) return undefined;
    return `unrecognized descriptor: ${spec}`;
  }
  const fields = spec.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) {
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  }
  for (const [index, field] of fields.entries()) {
    for (const part of field.split(',').filter((one) => one !== '')) {
      const problem = partProblem(part, bounds[index] as Bounds);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function partProblem(part: string, { low, high, names = [] }: Bounds): string | undefined {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0) return `too many slashes: ${part}`;
  const ends = range === '*' || range === '?' ? [`${low}`, `${high}`] : range.split('-');
  if (ends.length > 2) return `too many hyphens: ${part}`;
  const values: number[] = [];
  for (const end of ends) {
    const named = names.indexOf(end.toLowerCase());
    if (named >= 0) values.push(named + low);
    else if (/^\d+$/.test(end)) values.push(Number(end));
    else if (/^-\d+$/.test(end)) return `negative number (${end}) not allowed: ${end}`;
    else return `failed to parse int from ${end}: strconv.Atoi: parsing "${end}": invalid syntax`;
  }
  const [start = low, end = step === undefined ? start : high] = values;
  if (step !== undefined && !/^\d+$/.test(step)) {
    return `failed to parse int from ${step}: strconv.Atoi: parsing "${step}": invalid syntax`;
  }
  if (start < low) return `beginning of range (${start}) below minimum (${low}): ${part}`;
  if (end > high) return `end of range (${end}) above maximum (${high}): ${part}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`;
  return step !== undefined && Number(step) === 0
    ? `step of range should be a positive number: ${part}`
    : undefined;
}
