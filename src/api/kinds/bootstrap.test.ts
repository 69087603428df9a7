import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode } from '../decode.ts';
import type { ApiObject, JsonObject } from '../object.ts';
import { kindByGvk } from './index.ts';

/** Objects that kubeadm and the API server itself had made, as a real server returned them. */
const objects = JSON.parse(readFileSync('tests/golden/bootstrap.json', 'utf8')) as ApiObject[];

test.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
  '%s: read, defaulted and checked, it stays as it is',
  (_, object) => {
    const kind = kindByGvk(object.apiVersion, object.kind);
    const decoded = decode(kind?.schema ?? '', object as unknown as JsonObject);
    expect(decoded.problems).toEqual([]);
    const read = decoded.object as unknown as ApiObject;
    expect(kind?.defaults?.(read) ?? read).toEqual(object);
    expect(kind?.validate?.(read, undefined, '')).toEqual([]);
    expect(kind?.validate?.(read, read, '')).toEqual([]);
  },
);
