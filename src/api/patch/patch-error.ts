/**
 * A patch that cannot be applied. `code` is how the API server answers: 400 a malformed patch,
 * 422 one that does not fit (its text is then not shown to clients), 500 all the rest.
 * Follows apiserver pkg/endpoints/handlers/patch.go.
 */
export class PatchError extends Error {
  readonly code: 400 | 422 | 500;
  constructor(code: 400 | 422 | 500, message: string) {
    super(message);
    this.code = code;
  }
}
