/** How versions are converted. Follows validateCustomResourceConversion. */
import { type FieldError, child, forbidden, notSupported, required } from '../field.ts';
import type { CustomResourceConversion } from '../types.gen.ts';

const strategies = ['None', 'Webhook'];

export function conversionErrors(
  conversion: CustomResourceConversion | undefined,
  path: string,
): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const client = child(path, 'webhookClientConfig');
  const reviews = child(path, 'conversionReviewVersions');
  if (strategy === 'Webhook') {
    const config = webhook?.clientConfig;
    const errors: FieldError[] = [];
    if (config === undefined) {
      errors.push(required(client, 'required when strategy is set to Webhook'));
    } else if ((config.url === undefined) === (config.service === undefined)) {
      errors.push(required(client, 'exactly one of url or service is required'));
    }
    if ((webhook?.conversionReviewVersions ?? []).length === 0) errors.push(required(reviews));
    return errors;
  }
  const errors: FieldError[] = [];
  if (!strategy) errors.push(required(child(path, 'strategy')));
  else if (!strategies.includes(strategy)) {
    errors.push(notSupported(child(path, 'strategy'), strategy, strategies));
  }
  const words = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.push(forbidden(client, words));
  if ((webhook?.conversionReviewVersions ?? []).length > 0) errors.push(forbidden(reviews, words));
  return errors;
}
