/** `kubectl set subject`. Follows kubectl pkg/cmd/set/set_subject.go. */
import type { JsonObject } from '../../../api/object.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import { command } from '../command.ts';
import { failed, throwAll } from '../errors.ts';
import { setHelp } from '../help/set.gen.ts';
import { fetchAll, missingResource } from '../targets.ts';
import { setOn } from './set.ts';

const help = setHelp.children.subject;
const apiGroup = 'rbac.authorization.k8s.io';

export const setSubject = command(help, function* (context, { args }, flags) {
  if (args.length === 0 && flags.filename.length === 0) throw failed(missingResource);
  if (flags.user.length + flags.group.length + flags.serviceaccount.length === 0) {
    // The objects are looked for first.
    const { errors } = yield* fetchAll(context, { args, filenames: flags.filename, isLocal: flags.local });
    throwAll(errors);
    throw failed('you must specify at least one value of user, group or serviceaccount');
  }
  const added: readonly JsonObject[] = [
    ...flags.user.map((name) => ({ apiGroup, kind: 'User', name })),
    ...flags.group.map((name) => ({ apiGroup, kind: 'Group', name })),
    ...flags.serviceaccount.map((text) => {
      const [namespace = '', name = '', ...more] = text.split(':');
      if (namespace === '' || name === '' || more.length > 0) {
        throw failed('serviceaccount must be <namespace>:<name>');
      }
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
  yield* setOn(context, {
    help, resources: args, flags, done: 'subjects updated', what: 'subjects to rolebinding',
    change: (object) => {
      if (object['kind'] !== 'RoleBinding' && object['kind'] !== 'ClusterRoleBinding') {
        throw failed('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      }
      const old = (object['subjects'] ?? []) as readonly JsonObject[];
      const fresh = added.filter((one) => !old.some((other) => isDeepEqual(one, other)));
      return { ...object, subjects: [...old, ...fresh] };
    },
  });
});
