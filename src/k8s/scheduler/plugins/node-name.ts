/** A Pod that names its node goes there or nowhere. Upstream: plugins/nodename. */
import { type Plugin, rejection } from '../plugin.ts';

const wrongName = rejection(true, "node(s) didn't match the requested node name");

export const nodeName: Plugin = {
  name: 'NodeName',
  wakesOn: ['node added'],
  filter: ({ pod: { spec } }) =>
    spec.nodeName ? ({ name }) => (name === spec.nodeName ? undefined : wrongName) : undefined,
};
