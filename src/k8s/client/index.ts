/** The client side of the API: connection, caches, queues, controllers' harness. */
export * from './wire.ts';
export * from './api-client.ts';
export * from './backoff.ts';
export * from './base64.ts';
export * from './certificate.ts';
export * from './failure.ts';
export * from './informer.ts';
export * from './kubeconfig.ts';
export * from './label-selector.ts';
export * from './reflector.ts';
export * from './resources.ts';
export * from './store.ts';
export * from './token-bucket.ts';
