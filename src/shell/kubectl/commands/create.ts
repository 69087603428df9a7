/** `kubectl create`. Follows kubectl pkg/cmd/create/create.go. */
import { command } from '../command.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, ServerError, failed, throwAll } from '../errors.ts';
import { editObjects } from '../editing.ts';
import { createHelp } from '../help/create.gen.ts';
import { usageError } from '../pairs.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { fetchAll } from '../targets.ts';
import { withLastApplied } from '../three-way.ts';
import { checkValidate, fieldValidation, sourced } from './apply.ts';
import {
  createClusterRole, createClusterRoleBinding, createRole, createRoleBinding, createServiceAccount,
  createToken,
} from './create-access.ts';
import { createConfigMap, createSecret } from './create-configuration.ts';
import {
  createIngress, createNamespace, createPdb, createPriorityClass, createQuota,
} from './create-policies.ts';
import { checkRawFlags, rawRequest } from './raw.ts';
import { createService } from './create-service.ts';
import { createCronJob, createDeployment, createJob } from './create-workloads.ts';

export const create = command(createHelp, function* (context, { args }, flags) {
  if (flags.filename.length === 0 && flags.kustomize === '') {
    if (args.length > 0) throw usageError(`Unexpected args: [${args.join(' ')}]`, 'create');
    throw failed('must specify one of -f and -k');
  }
  if (args.length > 0) throw usageError(`Unexpected args: [${args.join(' ')}]`, 'create');
  checkValidate(flags.validate);
  if (flags.raw !== '') {
    checkRawFlags(flags);
    return yield* rawRequest(context, 'POST', flags.raw, flags.filename[0]);
  }
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    selector: flags.selector, validates: flags.validate !== 'false' && flags.validate !== 'ignore',
  });
  if (flags.edit) {
    throwAll(errors);
    const validation = fieldValidation(flags.validate);
    for (const info of infos) {
      yield* editObjects({ context, mode: 'create', flags, help: createHelp, validation }, [info]);
    }
    return;
  }
  const dryRun = dryRunOf(context, flags['dry-run']);
  const reporter = new Reporter(context, flags, createHelp);
  const problems: CommandError[] = [...errors];
  for (const info of infos) {
    try {
      let object = flags['save-config'] ? withLastApplied(info.object) : info.object;
      if (dryRun !== 'client') {
        object = yield* context.request({
          method: 'POST', path: pathOf(info.resource, info.namespace), body: object,
          query: {
            dryRun: dryRun === 'server' ? 'All' : undefined,
            fieldManager: flags['field-manager'], fieldValidation: fieldValidation(flags.validate),
          },
        });
      }
      reporter.report(info.resource, object, 'created');
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error instanceof ServerError ? sourced(error, 'creating', info.source) : error);
    }
  }
  if (infos.length === 0 && problems.length === 0) throw failed('no objects passed to create');
  throwAll(problems);
}, [
  createClusterRole, createClusterRoleBinding, createConfigMap, createCronJob, createDeployment,
  createIngress, createJob, createNamespace, createPdb, createPriorityClass, createQuota, createRole,
  createRoleBinding, createSecret, createService, createServiceAccount, createToken,
]);
