/** Named formats: `format.dns1123Label().validate(x)`. Follows apiserver pkg/cel/library/format.go. */
import { type Environment, Optional } from '@marcbachmann/cel-js';
import { isOfFormat } from '../crd/formats.ts';
import {
  isDns1035Label,
  isDnsLabel,
  isDnsSubdomain,
  isLabelValue,
  isQualifiedName,
  nameIsDns1035Label,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
} from '../names.ts';

type Rule = (text: string) => readonly string[];

const named =
  (format: string, words: string): Rule =>
  (text) =>
    isOfFormat(format, text) ? [] : [words];

const rules: Readonly<Record<string, Rule>> = {
  dns1123Label: isDnsLabel,
  dns1123Subdomain: isDnsSubdomain,
  dns1035Label: isDns1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: (text) => nameIsDnsLabel(text, true),
  dns1123SubdomainPrefix: (text) => nameIsDnsSubdomain(text, true),
  dns1035LabelPrefix: (text) => nameIsDns1035Label(text, true),
  labelValue: isLabelValue,
  uri: named('uri', 'invalid URI for request'),
  uuid: named('uuid', 'does not match the UUID format'),
  byte: named('byte', 'invalid base64'),
  date: named('date', 'invalid date'),
  datetime: named('date-time', 'invalid datetime'),
};

class Format {
  readonly rule: Rule;
  constructor(rule: Rule) {
    this.rule = rule;
  }
}

/** Only a name before the point. */
class Formats {
  readonly name = 'formats';
}

export function registerFormats(environment: Environment): void {
  environment.registerType('kubernetes.NamedFormat', Format);
  environment.registerType('Formats', Formats);
  environment.registerConstant('format', 'Formats', new Formats());
  for (const name of Object.keys(rules)) {
    const format = new Format(rules[name] as Rule);
    environment.registerFunction(`Formats.${name}(): kubernetes.NamedFormat`, () => format);
  }
  environment.registerFunction(
    'Formats.named(string): optional<kubernetes.NamedFormat>',
    (_: Formats, name: string) => {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      return rule === undefined ? Optional.none() : Optional.of(new Format(rule));
    },
  );
  environment.registerFunction(
    'kubernetes.NamedFormat.validate(string): optional<list<string>>',
    ({ rule }: Format, text: string) => {
      const problems = rule(text);
      return problems.length === 0 ? Optional.none() : Optional.of([...problems]);
    },
  );
}
