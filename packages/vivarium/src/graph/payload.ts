/** The contract between the graph and what executes code: an adapter turns a code record into something to call. */
import type { HostAccess } from "./host.js";
import type { Abi, PayloadKind, PortType, Trap } from "./types.js";
import type { Tagged, Value } from "./values.js";

/** What one firing, or one code record, may use. */
export interface CodeLimits {
  /** Gas of one firing. */
  readonly fuel: number;
  /** Milliseconds of one firing; only for payloads that have no gas. */
  readonly timeout: number;
  /** Pages of 64 KiB. */
  readonly pages: number;
}

export const DEFAULT_LIMITS: CodeLimits = { fuel: 10_000_000, timeout: 10_000, pages: 256 };

/** Code of a graph: immutable, found by its content (specification, D1). */
export interface CodeRecord {
  /** Position in the graph's table of codes. */
  readonly index: number;
  readonly kind: PayloadKind;
  readonly abi: Abi;
  readonly bytes: Uint8Array;
  /** SHA-256 of kind, architecture, ABI and bytes, in hexadecimal. */
  readonly hash: string;
  /** Function of the program to start at, where a program has several. */
  readonly entry: string;
  readonly limits: CodeLimits;
  /** Bits of the capabilities that the code asks for. */
  readonly capabilities: number;
  /** It came out of a file: code for this machine's own processor is not run then. */
  readonly imported: boolean;
}

export interface PortSignature {
  readonly name: string;
  readonly type: PortType;
}

/** The ports through which code is called, without the `error` port. */
export interface Signature {
  readonly inputs: readonly PortSignature[];
  readonly outputs: readonly PortSignature[];
}

/** One firing. */
export interface Frame {
  /** One for each input port; `undefined` where an optional port holds nothing. */
  readonly inputs: readonly (Tagged | undefined)[];
  readonly host: HostAccess;
  readonly node: number;
}

/** What a firing came to: one value for each output port, `undefined` for a port that gives nothing, or a trap. */
export type Outcome =
  | { readonly ok: readonly (Value | Tagged | undefined)[]; readonly fuel?: number }
  | { readonly trap: Trap; readonly fuel?: number };

/** Code that is ready to be called. It keeps nothing from one firing to the next. */
export interface Payload {
  /**
   * The short way for code whose ports are all scalars: takes the inputs as pairs of words, low word first, and puts the
   * outputs in their place.
   *
   * @returns 0, or the number of the trap, of which {@link trapped} says more
   */
  scalar?(words: Uint32Array): number;
  /** The trap of the last {@link scalar}. */
  trapped?(): Trap;
  /** Gas that the last {@link scalar} used. */
  readonly fuel?: number;
  /** A promise suspends the node, or the step where {@link parallel} is set. */
  run(frame: Frame): Outcome | Promise<Outcome>;
  /** Firings of one step may run at the same time; the step waits for all of them. */
  readonly parallel?: boolean;
  dispose?(): void;
}

/** What a kind of code needs of its surroundings. */
export interface LoadContext {
  /** Adapters of the same graph, for payloads that are graphs themselves. */
  readonly adapters: readonly PayloadAdapter[];
  /** Subgraphs inside each other. */
  readonly depth: number;
}

/** Executes one or several kinds of code. */
export interface PayloadAdapter {
  readonly kinds: readonly PayloadKind[];
  /**
   * Validates code and makes it ready.
   *
   * @throws LoadError for code that cannot be loaded; GraphError `GRAPH_ABI` for ports that do not suit it
   */
  load(code: CodeRecord, signature: Signature, context: LoadContext): Payload;
}

/** A payload in JavaScript: one value for each output port. It must depend on its arguments only. */
export type HostPayloadFunction = (
  inputs: readonly (Value | undefined)[],
  call: (name: string, ...args: Value[]) => Value | Promise<Value>,
) => readonly (Value | Tagged | undefined)[] | Promise<readonly (Value | Tagged | undefined)[]>;
