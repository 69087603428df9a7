/**
 * Worlds: what is in them, how they start, what can be done to them, what must always hold. kubectl
 * is not fetched with them: whoever imports this installs it before the first command.
 */
export { type Answer, ApiPort } from './api-port.ts';
export { defaultWorld, worldByName, type WorldDefinition, worldNames } from './definition.ts';
export { mainTerminal } from './hand.ts';
export {
  type Fault,
  type Input,
  isInput,
  isRefusal,
  parseSession,
  readSession,
  type Refusal,
  type SavedBranch,
  type SessionFile,
  type TimedInput,
} from './session-file.ts';
export { replay, World, type WorldOptions } from './world.ts';
