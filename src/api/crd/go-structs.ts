/** Go's `%#v` of what the definition's errors show of it (pkg/apis/apiextensions/types.go). */
import { type Shown, goQuote, goText } from '../go-text.ts';
import type { CustomResourceDefinitionVersion } from '../types.gen.ts';
import type { ValidationRule } from './json-schema.ts';

const pkg = 'apiextensions.';

/** Addresses differ from run to run; one stands for all. */
const pointer = (type: string, value: unknown): string =>
  `(*${type})(${value === undefined ? 'nil' : '0xc000000000'})`;

/** `[]string{"v1"}`. */
export const shownStrings = (values: readonly string[]): Shown =>
  goText(values.length === 0 ? '[]string{}' : `[]string{${values.map(goQuote).join(', ')}}`);

export const shownRule = (rule: ValidationRule): Shown =>
  goText(
    `${pkg}ValidationRule{Rule:${goQuote(rule.rule)}, Message:${goQuote(rule.message ?? '')}, ` +
      `MessageExpression:${goQuote(rule.messageExpression ?? '')}, ` +
      `Reason:${pointer(`${pkg}FieldValueErrorReason`, rule.reason)}, ` +
      `FieldPath:${goQuote(rule.fieldPath ?? '')}, ` +
      `OptionalOldSelf:${pointer('bool', rule.optionalOldSelf)}}`,
  );

export const shownVersions = (versions: readonly CustomResourceDefinitionVersion[]): Shown =>
  goText(
    versions.length === 0
      ? `[]${pkg}CustomResourceDefinitionVersion(nil)`
      : `[]${pkg}CustomResourceDefinitionVersion{${versions.map(shownVersion).join(', ')}}`,
  );

const shownVersion = (version: CustomResourceDefinitionVersion): string =>
  `${pkg}CustomResourceDefinitionVersion{Name:${goQuote(version.name)}, ` +
  `Served:${version.served ?? false}, Storage:${version.storage ?? false}, ` +
  `Deprecated:${version.deprecated ?? false}, ` +
  `DeprecationWarning:${pointer('string', version.deprecationWarning)}, ` +
  `Schema:${pointer(`${pkg}CustomResourceValidation`, version.schema)}, ` +
  `Subresources:${pointer(`${pkg}CustomResourceSubresources`, version.subresources)}, ` +
  `AdditionalPrinterColumns:[]${pkg}CustomResourceColumnDefinition(nil), ` +
  `SelectableFields:[]${pkg}SelectableField(nil)}`;
