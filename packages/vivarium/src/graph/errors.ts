/** What misuse of the graph and unreadable graph files throw. */
import { LoadError, VivError } from "../index.js";

/** The graph was asked for something that it must not or cannot do. */
export class GraphError extends VivError {
  override readonly name: string = "GraphError";
}

/** A graph file that is damaged, or that says what cannot be. */
export class GraphFormatError extends LoadError {
  override readonly name: string = "GraphFormatError";

  constructor(
    code: string,
    reason: string,
    /** The part of the file: `header`, `table`, or the name of a section. */
    readonly section: string,
    offset: number,
    expected?: string,
  ) {
    super(code, `${section}: ${reason}`, expected === undefined ? { offset } : { offset, expected });
  }
}
