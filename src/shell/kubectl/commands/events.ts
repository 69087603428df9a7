/** `kubectl events`. Follows kubectl pkg/cmd/events. */
import type { JsonObject } from '../../../api/object.ts';
import type { Event } from '../../../api/types.gen.ts';
import { command } from '../command.ts';
import { nextEvent } from '../connection.ts';
import type { Context } from '../context.ts';
import { ageText, lastSeen } from '../describe/events.ts';
import { findResource, groupVersion } from '../discovery.ts';
import { CommandError, failed } from '../errors.ts';
import { eventsHelp } from '../help/events.gen.ts';
import { goSort } from '../go-sort.ts';
import { printerFor, wrongFormat } from '../printers/output.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';
import { itemsOf } from '../targets.ts';

export const events = command(eventsHelp, function* (context, _words, flags) {
  const isAll = flags['all-namespaces'];
  const wanted = flags.types.map((type) => type.toLowerCase());
  if (wanted.some((type) => type !== 'normal' && type !== 'warning')) {
    throw failed('valid --types are Normal or Warning');
  }
  const path = isAll ? '/api/v1/events' : `/api/v1/namespaces/${context.namespace}/events`;
  const fieldSelector = yield* selectorFor(context, flags.for);
  const isWanted = (event: Event) => wanted.length === 0 || wanted.includes((event.type ?? '').toLowerCase());
  if (flags.output === 'wide') throw wrongFormat(flags.output, eventsHelp);
  const printer = printerFor(context, flags, eventsHelp);
  const writer = new TabWriter(tableTabs);
  let hasHeaders = flags['no-headers'];
  const show = (list: readonly Event[]) => {
    if (!hasHeaders) writer.write(`${isAll ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
    hasHeaders = true;
    for (const event of list) writer.write(rowOf(context, event, isAll));
    context.print(writer.flush());
  };
  if (flags.watch) {
    const stream = yield* context.stream({ path, query: { fieldSelector, watch: 'true' } });
    for (;;) {
      const event = yield* nextEvent(stream);
      if (event === undefined) return;
      const one = event.object as unknown as Event;
      if (event.type === 'DELETED' || event.type === 'BOOKMARK' || !isWanted(one)) continue;
      if (printer === undefined) show([one]);
      else context.print(printer(event.object));
    }
  }
  const list = yield* context.request({ path, query: { fieldSelector, limit: '500' } });
  const found = goSort((itemsOf(list) as unknown as readonly Event[]).filter(isWanted),
    (a, b) => lastSeen(a) < lastSeen(b));
  if (found.length === 0) {
    context.printError(isAll ? 'No events found.\n' : `No events found in ${context.namespace} namespace.\n`);
  } else if (printer === undefined) show(found);
  else context.print(printer({ apiVersion: 'v1', kind: 'EventList', items: found as unknown as JsonObject[], metadata: {} }));
});

function* selectorFor(context: Context, word: string) {
  if (word === '') return undefined;
  const [type = '', name, ...more] = word.split('/');
  if (name === undefined || more.length > 0) throw failed('--for must be in resource/name form');
  const resource = yield* context.lookUp((resources) => findResource(resources, type));
  if (resource === undefined) {
    throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  }
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${groupVersion(resource)},` +
    `involvedObject.name=${name}`;
}

function rowOf(context: Context, event: Event, isAll: boolean): string {
  const { type = '', reason = '', message = '', involvedObject } = event;
  return `${isAll ? `${event.metadata.namespace ?? ''}\t` : ''}${ageText(context.nowMs, event)}\t${type}\t` +
    `${reason}\t${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}\t${message.trim()}\n`;
}
