/**
 * What an admission plugin gets to see, and how it answers. The real chain is apiserver
 * pkg/admission; the plugins that kubeadm's server runs are in plugin/pkg/admission of kubernetes.
 */
import type { ApiObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import type { WriteOptions } from '../write-options.ts';

export interface Attributes {
  readonly x: Exchange;
  readonly resource: Resource;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** `''`, or the part below the object that is written. */
  readonly subresource?: string;
  /** Absent for deletions. */
  readonly object?: ApiObject;
  /** Absent for creations. */
  readonly previous?: ApiObject;
  readonly options?: WriteOptions;
}

/** Throws a StatusError to refuse. */
export interface Plugin {
  /** As `--disable-admission-plugins` names it. */
  readonly name: string;
  /** Only on when `--enable-admission-plugins` names it. */
  readonly isOff?: boolean;
  /** Which writes are its business, as far as the kind and the verb say. */
  readonly handles: (attributes: Attributes) => boolean;
  /** May change the object. */
  readonly admit?: (attributes: Attributes, object: ApiObject) => Story<ApiObject>;
  readonly validate?: (attributes: Attributes) => Story;
}
