/** Sequences that the interpreter executes in one handler, chosen from a profile of compiled programs. */
export const FUSIONS: readonly (readonly string[])[] = [];
