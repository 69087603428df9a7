/** `kubectl auth can-i` and `auth whoami`. Follows kubectl pkg/cmd/auth. */
import type { JsonObject } from '../../../api/object.ts';
import { type FlagsOf, command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { type PolicyRule, ruleRows } from '../describe/access.ts';
import { findResource } from '../discovery.ts';
import { CommandError, failed, silently } from '../errors.ts';
import { authHelp } from '../help/auth.gen.ts';
import { printerFor } from '../printers/output.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';
import { reconcile } from './auth-reconcile.ts';

const { children } = authHelp;
const canIHelp = children['can-i'];
type CanIFlags = FlagsOf<(typeof canIHelp)['flags']>;
const group = 'authorization.k8s.io/v1';

const canI = command(canIHelp, function* (context, { args }, flags) {
  checkCanI(args, flags);
  if (flags.list) return yield* listRules(context, flags);
  const [verb = '', word = ''] = args;
  if (args.length !== 2) {
    throw new CommandError('error: you must specify two arguments: verb resource or verb ' +
      "resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
  }
  const isUrl = word.startsWith('/');
  if (isUrl && !urlVerbs.has(verb)) context.printError(`Warning: verb '${verb}' is not a known verb\n\n`);
  const spec = isUrl
    ? { nonResourceAttributes: { verb, path: word } }
    : { resourceAttributes: yield* attributesOf(context, { verb, word }, flags) };
  if (flags['no-headers']) throw failed('--no-headers cannot be set without --list specified');
  const answer = yield* context.request({
    method: 'POST', path: `/apis/${group}/selfsubjectaccessreviews`,
    body: { apiVersion: group, kind: 'SelfSubjectAccessReview', metadata: {}, spec },
  });
  const { allowed = false, reason = '', evaluationError = '' } =
    (answer['status'] ?? {}) as { allowed?: boolean; reason?: string; evaluationError?: string };
  if (!flags.quiet) {
    const why = (reason === '' ? '' : ` - ${reason}`) + (evaluationError === '' ? '' : ` - ${evaluationError}`);
    context.print(`${allowed ? 'yes' : `no${why}`}\n`);
  }
  if (!allowed) throw silently();
});

const resourceVerbs = new Set(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete',
  'deletecollection', 'use', 'bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest']);
const urlVerbs = new Set(['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*']);
/** What may be asked about although no server has it. */
const virtual = new Set(['users', 'groups', 'userextras.authentication.k8s.io']);

function checkCanI(args: readonly string[], flags: CanIFlags): void {
  if (flags.list) {
    if (args.length > 0) throw failed('list option must be specified with no arguments');
    if (flags.quiet || flags['all-namespaces'] || flags.subresource !== '') {
      throw failed("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    }
  } else if (args.length === 2 && (args[1] ?? '').startsWith('/') && flags.subresource !== '') {
    throw failed('--subresource can not be used with NonResourceURL');
  }
}

function* attributesOf(
  context: Context, { verb, word }: { verb: string; word: string }, flags: CanIFlags,
) {
  const [type = '', inline = ''] = word.split('/');
  const resource = type === '*' ? undefined
    : yield* context.lookUp((resources) => findResource(resources, type));
  if (resource === undefined && type !== '*' && !virtual.has(type)) {
    const [name = '', ...rest] = type.toLowerCase().split('.');
    const place = rest.length === 0 ? '' : ` in group '${rest.join('.')}'`;
    context.printError(`Warning: the server doesn't have a resource type '${name}'${place}\n\n`);
  }
  if (resource?.isNamespaced === false && !flags['all-namespaces']) {
    context.printError(`Warning: resource '${resource.plural}' is not namespace scoped` +
      `${resource.group === '' ? '' : ` in group '${resource.group}'`}\n\n`);
  }
  if (!flags['all-namespaces'] && !resourceVerbs.has(verb)) {
    context.printError(`Warning: verb '${verb}' is not a known verb\n\n`);
  }
  return {
    ...(flags['all-namespaces'] ? {} : { namespace: context.namespace }), verb,
    group: resource?.group ?? (type === '*' ? '*' : ''), resource: resource?.plural ?? type,
    ...(flags.subresource === '' ? {} : { subresource: flags.subresource }),
    ...(inline === '' ? {} : { name: inline }),
  };
}

function* listRules(context: Context, flags: CanIFlags) {
  const answer = yield* context.request({
    method: 'POST', path: `/apis/${group}/selfsubjectrulesreviews`,
    body: {
      apiVersion: group, kind: 'SelfSubjectRulesReview', metadata: {},
      spec: { namespace: context.namespace },
    },
  });
  const { resourceRules = [], nonResourceRules = [] } = (answer['status'] ?? {}) as unknown as {
    resourceRules?: readonly PolicyRule[]; nonResourceRules?: readonly PolicyRule[];
  };
  const writer = new TabWriter(tableTabs);
  if (!flags['no-headers']) writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  for (const row of ruleRows([...resourceRules, ...nonResourceRules])) writer.write(row);
  context.print(writer.flush());
}

const whoami = command(children.whoami, function* (context, _words, flags) {
  const version = 'authentication.k8s.io/v1';
  const answer: JsonObject = yield* context.request({
    method: 'POST', path: `/apis/${version}/selfsubjectreviews`,
    body: { apiVersion: version, kind: 'SelfSubjectReview', metadata: {} },
  });
  const printer = printerFor(context, flags, children.whoami, true);
  if (printer !== undefined) return context.print(printer(answer));
  const { userInfo = {} } = (answer['status'] ?? {}) as {
    userInfo?: { username?: string; uid?: string; groups?: readonly string[]; extra?: Readonly<Record<string, readonly string[]>> };
  };
  const writer = new TabWriter(tableTabs);
  writer.write('ATTRIBUTE\tVALUE\n');
  if (userInfo.username) writer.write(`Username\t${userInfo.username}\n`);
  if (userInfo.uid) writer.write(`UID\t${userInfo.uid}\n`);
  if (userInfo.groups?.length) writer.write(`Groups\t[${userInfo.groups.join(' ')}]\n`);
  for (const key of Object.keys(userInfo.extra ?? {}).sort()) {
    writer.write(`Extra: ${key}\t[${(userInfo.extra?.[key] ?? []).join(' ')}]\n`);
  }
  context.print(writer.flush());
});

export const auth = commandGroup(authHelp, [canI, reconcile, whoami]);
