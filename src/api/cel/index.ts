export { CelScope, type CelCompiled, type CelOutcome, type CelProgram } from './environment.ts';
export { asResource, declareSchema, escapeName, toCel } from './schema-types.ts';
