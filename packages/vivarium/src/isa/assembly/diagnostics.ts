/** Collects what is wrong with a source text, so that all of it is reported and not only the first. */
import { LoadError } from "../../machine/errors.js";

/** Errors that are kept; a text with more is not worth reading further. */
const MOST = 100;

/** A position in a text, both 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One error, with its message alone beside the text that `Error` makes of it. */
export class SourceError extends LoadError {
  constructor(
    code: string,
    readonly reason: string,
    at: Position,
    expected?: string,
  ) {
    super(code, reason, { line: at.line, column: at.column, expected });
  }
}

/** All that is wrong with a source text; itself it points at the first. */
export class AssemblyError extends LoadError {
  constructor(
    /** Every error, by position. */
    readonly errors: readonly SourceError[],
  ) {
    const [first] = errors;
    const more = errors.length > 1 ? `; and ${errors.length - 1} more` : "";
    const { line, column, expected } = first;
    super(first.code, `${first.reason}${more}`, { line, column, expected });
  }
}

export class Diagnostics {
  readonly #errors: SourceError[] = [];

  get count(): number {
    return this.#errors.length;
  }
  get full(): boolean {
    return this.#errors.length >= MOST;
  }
  report(code: string, reason: string, at: Position, expected?: string): void {
    if (!this.full) this.#errors.push(new SourceError(code, reason, at, expected));
  }
  /** @throws AssemblyError when anything has been reported */
  throwIfAny(): void {
    if (this.#errors.length === 0) return;
    const order = (e: LoadError): number => (e.line ?? 0) * 1e6 + (e.column ?? 0);
    throw new AssemblyError(this.#errors.sort((a, b) => order(a) - order(b)));
  }
}
