/** A text that does not say what it should; the message is upstream's, to be shown as it is. */
export class ParseError extends Error {}
