/**
 * What names, labels, ports and the like may look like, with the API server's sentences.
 * Each rule returns what is wrong, nothing when all is well.
 * Follows apimachinery pkg/util/validation/validation.go and pkg/api/validation/generic.go.
 */

/** What is wrong with a text; `[]` (always the same one) when nothing is. */
export type Rule = (value: string) => readonly string[];

/** As upstream's ValidateNameFunc: `prefix` says that a random suffix will follow. */
export type NameRule = (name: string, prefix: boolean) => readonly string[];

const none: readonly string[] = Object.freeze([]);

const alnum = 'must start and end with an alphanumeric character';
const qualifiedFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const qualifiedMessage = `must consist of alphanumeric characters, '-', '_' or '.', and ${alnum}`;
const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const dns1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const identifierFormat = '[A-Za-z_][A-Za-z0-9_]*';
const envNameFormat = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const configKeyFormat = '[-._a-zA-Z0-9]+';
const percentFormat = '[0-9]+%';
const headerFormat = '[-A-Za-z0-9]+';
const wildcardFormat = `\\*\\.${subdomainFormat}`;

const whole = (format: string): RegExp => new RegExp(`^(?:${format})$`);
const qualified = whole(qualifiedFormat);
const labelValue = whole(`(${qualifiedFormat})?`);
const dnsLabel = whole(labelFormat);
const subdomain = whole(subdomainFormat);
const underscoredSubdomain = whole(`${underscored}(\\.${underscored})*`);
const dns1035 = whole(dns1035Format);
const identifier = whole(identifierFormat);
const envName = whole(envNameFormat);
const configKey = whole(configKeyFormat);
const percent = whole(percentFormat);
const header = whole(headerFormat);
const wildcard = whole(wildcardFormat);

/** `must be no more than 63 characters`. */
export const maxLengthMessage = (length: number): string =>
  `must be no more than ${length} characters`;

/** `must be between 1 and 65535, inclusive`. */
export const rangeMessage = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`;

/** A sentence, its examples and the format, as upstream's RegexError joins them. */
export function formatMessage(
  message: string,
  format: string,
  ...examples: readonly string[]
): string {
  const used = `regex used for validation is '${format}')`;
  if (examples.length === 0) return `${message} (${used}`;
  return `${message} (e.g. ${examples.map((one) => `'${one}', `).join(' or ')}${used}`;
}

/** A label or annotation key: `name` or `prefix.example.com/name`. */
export const isQualifiedName: Rule = (value) => {
  const parts = value.split('/');
  if (parts.length > 2) {
    const body = formatMessage(qualifiedMessage, qualifiedFormat, 'MyName', 'my.name', '123-abc');
    const rest = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a qualified name ${body}${rest}`];
  }
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const good = name.length <= 63 && qualified.test(name);
  if (good && prefix === undefined) return none;
  const wrong = [...prefixProblems(prefix), ...(good ? none : nameProblems(name))];
  return wrong.length === 0 ? none : wrong;
};

function prefixProblems(prefix: string | undefined): readonly string[] {
  if (prefix === undefined) return none;
  if (prefix === '') return ['prefix part must be non-empty'];
  return isDnsSubdomain(prefix).map((message) => `prefix part ${message}`);
}

function nameProblems(name: string): readonly string[] {
  const wrong: string[] = [];
  if (name === '') wrong.push('name part must be non-empty');
  else if (name.length > 63) wrong.push(`name part ${maxLengthMessage(63)}`);
  if (!qualified.test(name)) {
    wrong.push(
      `name part ${formatMessage(
        qualifiedMessage,
        qualifiedFormat,
        'MyName',
        'my.name',
        '123-abc',
      )}`,
    );
  }
  return wrong;
}

export const isLabelValue: Rule = (value) => {
  const fits = value.length <= 63;
  if (fits && labelValue.test(value)) return none;
  const wrong = fits ? [] : [maxLengthMessage(63)];
  if (!labelValue.test(value)) {
    wrong.push(
      formatMessage(
        'a valid label must be an empty string or consist of alphanumeric characters, ' +
          `'-', '_' or '.', and ${alnum}`,
        `(${qualifiedFormat})?`,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return wrong;
};

export const isDnsLabel: Rule = (value) => {
  if (value.length <= 63 && dnsLabel.test(value)) return none;
  const wrong = value.length <= 63 ? [] : [maxLengthMessage(63)];
  if (dnsLabel.test(value)) return wrong;
  wrong.push(
    subdomain.test(value)
      ? 'must not contain dots'
      : formatMessage(
          `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ` +
            `and ${alnum}`,
          labelFormat,
          'my-name',
          '123-abc',
        ),
  );
  return wrong;
};

export const isDnsSubdomain: Rule = limited(
  253,
  subdomain,
  formatMessage(
    'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
      `'-' or '.', and ${alnum}`,
    subdomainFormat,
    'example.com',
  ),
);

/** For names in DNS records such as `_http._tcp`. The format shown is upstream's own slip. */
export const isDnsSubdomainWithUnderscore: Rule = limited(
  253,
  underscoredSubdomain,
  formatMessage(
    'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
      `'_', '-' or '.', and ${alnum}`,
    subdomainFormat,
    'example.com',
  ),
);

/** Names of Services. */
export const isDns1035Label: Rule = limited(
  63,
  dns1035,
  formatMessage(
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', ` +
      'start with an alphabetic character, and end with an alphanumeric character',
    dns1035Format,
    'my-name',
    'abc-123',
  ),
);

export const isWildcardDnsSubdomain: Rule = limited(
  253,
  wildcard,
  formatMessage(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
      `which must consist of lower case alphanumeric characters, '-' or '.' ` +
      'and end with an alphanumeric character',
    wildcardFormat,
    '*.example.com',
  ),
);

export const isCIdentifier: Rule = limited(
  Infinity,
  identifier,
  formatMessage(
    "a valid C identifier must start with alphabetic character or '_', followed by a string of " +
      "alphanumeric characters or '_'",
    identifierFormat,
    'my_name',
    'MY_NAME',
    'MyName',
  ),
);

export const isPercent: Rule = limited(
  Infinity,
  percent,
  formatMessage(
    "a valid percent string must be a numeric string followed by an ending '%'",
    percentFormat,
    '1%',
    '93%',
  ),
);

export const isHttpHeaderName: Rule = limited(
  Infinity,
  header,
  formatMessage(
    "a valid HTTP header must consist of alphanumeric characters or '-'",
    headerFormat,
    'X-Header-Name',
  ),
);

const envNameShape: Rule = limited(
  Infinity,
  envName,
  formatMessage(
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', " +
      "or '.', and must not start with a digit",
    envNameFormat,
    'my.env-name',
    'MY_ENV.NAME',
    'MyEnvName1',
  ),
);

export const isEnvName: Rule = (value) => join(envNameShape(value), pathProblems(value));

/** What container env names are held to since 1.32 (RelaxedEnvironmentVariableValidation). */
export const isRelaxedEnvName: Rule = (value) => {
  if (value === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]+$/.test(value)
    ? none
    : [
        'a valid environment variable name must consist only of printable ASCII characters ' +
          "other than '='",
      ];
};

const configKeyShape: Rule = limited(
  253,
  configKey,
  formatMessage(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    configKeyFormat,
    'key.name',
    'KEY_NAME',
    'key-name',
  ),
);

/** Keys of ConfigMaps and Secrets. */
export const isConfigMapKey: Rule = (value) => join(configKeyShape(value), pathProblems(value));

function pathProblems(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : none;
}

/** Names of container ports (IANA service names). */
export const isPortName: Rule = (port) => {
  const wrong: string[] = [];
  if (port.length > 15) wrong.push(maxLengthMessage(15));
  if (!/^[-a-z0-9]+$/.test(port)) {
    wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(port)) wrong.push('must contain at least one letter (a-z)');
  if (port.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) {
    wrong.push('must not begin or end with a hyphen');
  }
  return wrong.length === 0 ? none : wrong;
};

/** 1 to 65535. */
export const isPortNumber = (port: number): readonly string[] => isInRange(port, 1, 65535);

export const isInRange = (value: number, low: number, high: number): readonly string[] =>
  value >= low && value <= high ? none : [rangeMessage(low, high)];

/** Users and groups: 0 to 2147483647. */
export const isUserId = (id: number): readonly string[] => isInRange(id, 0, 2147483647);

/** A name that can be one segment of a path: what every name is held to in the end. */
export const nameIsPathSegment: NameRule = (name, prefix) => {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  const wrong = ['/', '%'].filter((part) => name.includes(part));
  return wrong.length === 0 ? none : wrong.map((part) => `may not contain '${part}'`);
};

export const nameIsDnsSubdomain: NameRule = (name, prefix) =>
  isDnsSubdomain(prefix ? maskTrailingDash(name) : name);
export const nameIsDnsLabel: NameRule = (name, prefix) =>
  isDnsLabel(prefix ? maskTrailingDash(name) : name);
export const nameIsDns1035Label: NameRule = (name, prefix) =>
  isDns1035Label(prefix ? maskTrailingDash(name) : name);

/** `web-` stands for `web-x…`: judged with a letter at its end. Cuts one more, as upstream does. */
const maskTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;

function limited(length: number, format: RegExp, message: string): Rule {
  return (value) => {
    const fits = value.length <= length;
    const matches = format.test(value);
    if (fits && matches) return none;
    return [...(fits ? none : [maxLengthMessage(length)]), ...(matches ? none : [message])];
  };
}

const join = (some: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? some : [...some, ...more];
