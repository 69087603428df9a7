/** `kubectl certificate approve` and `deny`. Follows kubectl pkg/cmd/certificates. */
import type { JsonObject } from '../../../api/object.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { failed, throwAll } from '../errors.ts';
import { certificateHelp } from '../help/certificate.gen.ts';
import { Reporter } from '../printers/output.ts';
import { type Info, fetchAll } from '../targets.ts';

const { children } = certificateHelp;

interface CertificateFlags {
  readonly filename: readonly string[];
  readonly recursive: boolean;
}

function* requests(context: Context, args: readonly string[], flags: CertificateFlags) {
  if (args.length === 0 && flags.filename.length === 0) {
    throw failed('one or more CSRs must be specified as <name> or -f <filename>');
  }
  const { infos, errors } = yield* fetchAll(context, {
    args: args.length === 0 ? [] : ['certificatesigningrequests', ...args],
    filenames: flags.filename, isRecursive: flags.recursive,
  }, { latest: true });
  throwAll(errors);
  return infos;
}

function* decide(context: Context, info: Info, type: 'Approved' | 'Denied'): Story<JsonObject> {
  const status = (info.object['status'] ?? {}) as { conditions?: readonly { type: string }[] };
  const { conditions = [] } = status;
  const verb = type === 'Approved' ? 'approve' : 'deny';
  const other = type === 'Approved' ? 'Denied' : 'Approved';
  if (conditions.some((condition) => condition.type === other)) {
    throw failed(`certificate signing request ${JSON.stringify(info.name)} is already ${other}`);
  }
  if (conditions.some((condition) => condition.type === type)) return info.object;
  const now = formatTime(context.nowMs);
  const condition = {
    type, status: 'True', reason: `Kubectl${type === 'Approved' ? 'Approve' : 'Deny'}`,
    message: `This CSR was ${type.toLowerCase()} by kubectl certificate ${verb}.`,
    lastUpdateTime: now, lastTransitionTime: now,
  };
  return yield* context.request({
    method: 'PUT', path: pathOf(info.resource, '', info.name, 'approval'),
    body: { ...info.object, status: { ...status, conditions: [...conditions, condition] } },
  });
}

const approve = command(children.approve, function* (context, { args }, flags) {
  const reporter = new Reporter(context, flags, children.approve);
  for (const info of yield* requests(context, args, flags)) {
    reporter.report(info.resource, yield* decide(context, info, 'Approved'), 'approved');
  }
});

const deny = command(children.deny, function* (context, { args }, flags) {
  const reporter = new Reporter(context, flags, children.deny);
  for (const info of yield* requests(context, args, flags)) {
    reporter.report(info.resource, yield* decide(context, info, 'Denied'), 'denied');
  }
});

export const certificate = commandGroup(certificateHelp, [approve, deny]);
