/**
 * Errors that are thrown: misuse of the API and input that cannot be loaded. What a guest does while it runs is never
 * thrown; it is an {@link Exit} value.
 */

/** Base of everything Vivarium throws on purpose. `code` is stable and may be matched by programs. */
export class VivError extends Error {
  override readonly name: string = "VivError";

  constructor(
    /** Stable, upper-case, prefixed by the part that raised it, e.g. `PVM_BLOB_TRUNCATED`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Where a `LoadError` points: a byte offset in binary input, or a 1-based line and column in text. */
export interface LoadPosition {
  /** Byte offset from the start of the input, for binary formats. */
  readonly offset?: number;
  /** 1-based line, for text formats. */
  readonly line?: number;
  /** 1-based column in UTF-16 units, for text formats. */
  readonly column?: number;
  /** What would have been accepted at this position. */
  readonly expected?: string;
}

/** Guest code that is malformed, unsupported or over a limit. Thrown by `load`, never while running. */
export class LoadError extends VivError {
  override readonly name: string = "LoadError";
  readonly offset: number | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly expected: string | undefined;

  constructor(code: string, reason: string, at: LoadPosition = {}, options?: ErrorOptions) {
    const where =
      at.line !== undefined
        ? ` at ${at.line}:${at.column ?? 1}`
        : at.offset !== undefined
          ? ` at offset ${at.offset}`
          : "";
    const expected = at.expected === undefined ? "" : ` (expected ${at.expected})`;
    super(code, `${reason}${where}${expected}`, options);
    this.offset = at.offset;
    this.line = at.line;
    this.column = at.column;
    this.expected = at.expected;
  }
}
