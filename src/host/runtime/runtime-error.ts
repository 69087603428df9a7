/** A failed call of the runtime, as gRPC clients see it. */
export interface RuntimeError {
  readonly code: 'NotFound' | 'Unknown' | 'Unavailable' | 'FailedPrecondition' | 'DeadlineExceeded';
  readonly message: string;
}

/** What a call came to. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RuntimeError };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const failure = (
  code: RuntimeError['code'],
  message: string,
): { readonly ok: false; readonly error: RuntimeError } => ({
  ok: false,
  error: { code, message },
});

/** As Go's status errors print: `rpc error: code = NotFound desc = …`. */
export const rpcText = ({ code, message }: RuntimeError): string =>
  `rpc error: code = ${code} desc = ${message}`;
