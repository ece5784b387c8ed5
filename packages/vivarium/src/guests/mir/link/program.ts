/** What linking makes of modules: one body of lowered code, data with its addresses, and the names of both. */
import type { GuestFunction } from "../../../isa/code.js";
import type { FuncItem, MirModule, Signature } from "../module.js";

/** First address of static data. Below it nothing is ever mapped, so that null pointers fault. */
export const DATA_BASE = 0x10000;
/** First address past the stack. */
export const STACK_TOP = 0xe0000000;

/** A function that a program or its caller can call. */
export interface LinkedFunction {
  readonly name: string;
  readonly signature: Signature;
  /** The MIR function, or null for a host function's stub or a function of the engine. */
  readonly source: { readonly module: MirModule; readonly func: FuncItem } | null;
  /** Host function number of a stub, or −1. */
  readonly host: number;
}

/** Bytes to put into memory. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** The arguments of a host call as its call site passes them. */
export interface CallShape {
  /** How many of them the prototype names; those behind are variadic. */
  readonly fixed: number;
  /** One letter for each: `i` integer, `f` float, `d` double, `x` long double, `b` address of a block. */
  readonly types: string;
}

/** A data value that a host library provides for import, at an address of its own choice below the heap. */
export interface LinkedProgram {
  readonly modules: readonly MirModule[];
  readonly op: Uint16Array;
  readonly args: Int32Array;
  readonly origin: Int32Array;
  readonly leader: Uint8Array;
  readonly table: Int32Array;
  readonly count: number;
  /** By function number; the address of function k is `FUNCTION_BASE + 16 k`. */
  readonly functions: readonly (GuestFunction & LinkedFunction)[];
  /** Initialised data. */
  readonly segments: readonly Segment[];
  /** First address past static data, a multiple of 16: the heap begins here. */
  readonly dataEnd: number;
  /** Names of host functions by number. */
  readonly hostNames: readonly string[];
  /** What host calls look like, by the number that the call has. */
  readonly shapes: readonly CallShape[];
  /** Numbers of the functions whose address is taken. */
  readonly taken: readonly number[];
  /** Exported functions by name: numbers. */
  readonly exports: ReadonlyMap<string, number>;
  /** Exported data by name: addresses. */
  readonly dataExports: ReadonlyMap<string, number>;
  /** Function that evaluates `expr` items and must run before anything else, or −1. */
  readonly initializer: number;
}
