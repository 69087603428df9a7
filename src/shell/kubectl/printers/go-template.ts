/** `-o go-template=…`: Go's text/template on decoded JSON. Follows cli-runtime printers/template.go. */
import type { Json } from '../../../api/object.ts';
import { CommandError, failed } from '../errors.ts';
import { goValueText } from './go-value.ts';
import { compactJson } from './json.ts';
import { TemplateRunner } from './go-template-run.ts';
import { TemplateError, parseTemplate } from './go-template-parse.ts';

export function goTemplate(template: string, allowMissingKeys: boolean): (data: Json) => string {
  let parsed: ReturnType<typeof parseTemplate>;
  try {
    parsed = parseTemplate(template);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw failed(`error parsing template ${template}, template: output:1: ${error.message}`);
  }
  return (data) => {
    try {
      return new TemplateRunner(parsed, allowMissingKeys).run(data);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const at = error.at === undefined ? '' : `:${error.at}`;
      const where = error.source === undefined ? '' : ` executing "output" at <${error.source}>:`;
      const problem = `template: output:1${at}:${where} ${error.message}`;
      const details = `Error executing template: ${problem}. Printing more information for debugging ` +
        `the template:\n\ttemplate was:\n\t\t${template}\n\traw data was:\n` +
        `\t\t${compactJson(data)}\n\tobject given to template engine was:\n\t\t${goValueText(data)}\n\n`;
      const message = `error: error executing template ${JSON.stringify(template)}: ${problem}`;
      throw new CommandError(message, 1, details);
    }
  };
}
