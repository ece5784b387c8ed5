/** A definition applied to whole columns of numbers: vectorised where it can be, element by element where it cannot. */
import type { Code } from "../../isa/code.js";
import { VivError } from "../../machine/errors.js";
import type { Exit } from "../../machine/exits.js";
import { dataView, type LmntArchive, type LmntDefinition } from "./archive.js";
import { DefinitionFlag, type ResultName } from "./codes.js";
import type { MemoryLayout } from "./decode.js";

/** What a batch needs of a program. */
export interface BatchProgram {
  readonly archive: LmntArchive;
  readonly layout: MemoryLayout;
  readonly code: Code;
  entryOf(definition: LmntDefinition): number;
}

/** What a batch needs of the machine that runs a definition element by element. */
export interface BatchMachine {
  argumentsOf(definition: LmntDefinition): Float32Array;
  returnValuesOf(definition: LmntDefinition): Float32Array;
  reset(): void;
  execute(definition: LmntDefinition): Omit<BatchFailure, "element">;
  dispose(): void;
}

/** How an element failed. */
export interface BatchFailure {
  readonly exit: Exit;
  /** The original's result code, or the number a host function returned. */
  readonly code: number;
  readonly name: ResultName | undefined;
  /** Number of the element; those before it are done. */
  readonly element: number;
}

/** Columns of equal length: the arguments', then the return values'. */
export interface ColumnMemory {
  readonly count: number;
  readonly length: number;
  /** The column in place. Read it anew after making columns or machines: their memory may have moved. */
  at(column: number): Float32Array;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** What makes kernels of straight code; given to the guest with its tiers. */
export interface ColumnCompiler {
  allocate(count: number, length: number): ColumnMemory;
  /** A string says why the function cannot be vectorised. */
  compile(source: {
    readonly code: Code;
    readonly entry: number;
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    readonly known: (word: number) => number | undefined;
  }): ((columns: ColumnMemory) => void) | string;
}

/** Elements that are copied and computed at a time: as many as the processor's caches hold columns of. */
const CHUNK = 8192;

/** The elements of a column from `from` on. */
function part(column: ArrayLike<number>, from: number, count: number): ArrayLike<number> {
  if (from === 0 && count === column.length) return column;
  if (ArrayBuffer.isView(column)) return (column as Float32Array).subarray(from, from + count);
  return Array.prototype.slice.call(column, from, from + count);
}

/** Whether writing the first results could change arguments that have not been read. */
function overlap(inputs: readonly ArrayLike<number>[], outputs: readonly Float32Array[]): boolean {
  return inputs.some(
    (input) =>
      ArrayBuffer.isView(input) &&
      outputs.some(
        (o) => o.buffer === input.buffer && (o.byteOffset !== input.byteOffset || !(input instanceof Float32Array)),
      ),
  );
}

/** A definition that works on columns. */
export class LmntBatch {
  /** Whether four elements are computed at once. */
  readonly vectorised: boolean;
  /** Why not, if not. */
  readonly reason: string | undefined;
  readonly #kernel: ((columns: ColumnMemory) => void) | undefined;
  readonly #compiler: ColumnCompiler;
  readonly #machine: BatchMachine | undefined;
  #own: ColumnMemory | undefined;

  constructor(
    program: BatchProgram,
    readonly definition: LmntDefinition,
    compiler: ColumnCompiler | undefined,
    instantiate: () => BatchMachine,
  ) {
    if (compiler === undefined) throw new VivError("TIER_UNAVAILABLE", "this build has no columns");
    this.#compiler = compiler;
    const kernel = compileDefinition(program, definition, compiler);
    this.vectorised = typeof kernel !== "string";
    if (typeof kernel === "string") {
      this.reason = kernel;
      this.#machine = instantiate();
    } else this.#kernel = kernel;
  }

  /** Columns for `length` elements: the arguments' first, then the return values'. Dispose of them after use. */
  allocate(length: number): ColumnMemory {
    return this.#compiler.allocate(this.definition.argsCount + this.definition.rvalsCount, length);
  }

  /**
   * Computes the return values' columns from the arguments'. Every element finds the memory as it is after loading.
   *
   * @returns the result of the first element that fails, with its number; `undefined` when all are done
   */
  run(columns: ColumnMemory): BatchFailure | undefined {
    if (columns.count !== this.definition.argsCount + this.definition.rvalsCount) {
      throw new VivError("COLUMNS_COUNT", `${this.definition.name} has ${this.definition.argsCount} arguments`);
    }
    return this.#run(columns, columns.length);
  }

  /** Computes the first `length` elements, and perhaps more where none can fail. */
  #run(columns: ColumnMemory, length: number): BatchFailure | undefined {
    if (this.#kernel === undefined) return this.#each(columns, this.#machine as BatchMachine, length);
    this.#kernel(columns);
    return undefined;
  }

  #each(columns: ColumnMemory, machine: BatchMachine, length: number): BatchFailure | undefined {
    const { argsCount, rvalsCount } = this.definition;
    const inputs = Array.from({ length: argsCount }, (_, i) => columns.at(i));
    const outputs = Array.from({ length: rvalsCount }, (_, i) => columns.at(argsCount + i));
    for (let n = 0; n < length; n++) {
      machine.reset();
      const args = machine.argumentsOf(this.definition);
      for (let i = 0; i < argsCount; i++) args[i] = (inputs[i] as Float32Array)[n] as number;
      const result = machine.execute(this.definition);
      if (result.code < 0 || result.exit.kind !== "halt") return { ...result, element: n };
      const rvals = machine.returnValuesOf(this.definition);
      for (let i = 0; i < rvalsCount; i++) (outputs[i] as Float32Array)[n] = rvals[i] as number;
    }
    return undefined;
  }

  /**
   * Applies the definition to arrays of the caller's, which are copied in and out.
   *
   * @param inputs one array per argument, all of the same length
   * @param outputs arrays to fill, one per return value; made if left out
   * @throws VivError `LMNT_BATCH` when an element fails
   */
  apply(inputs: readonly ArrayLike<number>[], outputs?: readonly Float32Array[]): readonly Float32Array[] {
    const { argsCount, rvalsCount, name } = this.definition;
    const length = inputs[0]?.length ?? outputs?.[0]?.length ?? 0;
    const into = outputs ?? Array.from({ length: rvalsCount }, () => new Float32Array(length));
    if (inputs.length !== argsCount || into.length !== rvalsCount) {
      throw new VivError("COLUMNS_COUNT", `${name} has ${argsCount} arguments and ${rvalsCount} return values`);
    }
    if ([...inputs, ...into].some((column) => column.length !== length)) {
      throw new VivError("COLUMNS_LENGTH", "the columns differ in length");
    }
    const step = overlap(inputs, into) ? length : Math.min(length, CHUNK);
    if (this.#own === undefined || this.#own.length !== step) {
      this.#own?.dispose();
      this.#own = this.allocate(step);
    }
    const columns = this.#own;
    for (let from = 0; from < length; from += step) {
      const count = Math.min(step, length - from);
      inputs.forEach((column, i) => {
        columns.at(i).set(part(column, from, count));
      });
      const failed = this.#run(columns, count);
      if (failed !== undefined) {
        throw new VivError("LMNT_BATCH", `element ${from + failed.element} of ${name}: ${failed.name ?? failed.code}`);
      }
      into.forEach((column, i) => {
        column.set(columns.at(argsCount + i).subarray(0, count), from);
      });
    }
    return into;
  }

  /** Gives memory back. */
  dispose(): void {
    this.#own?.dispose();
    this.#own = undefined;
    this.#machine?.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function compileDefinition(
  program: BatchProgram,
  definition: LmntDefinition,
  compiler: ColumnCompiler,
): ((columns: ColumnMemory) => void) | string {
  if (definition.flags & DefinitionFlag.EXTERN) return "it is a host function";
  if (definition.hasBackBranches) return "the function loops";
  const { layout, archive } = program;
  const { argsCount, rvalsCount } = definition;
  const words = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
  const view = dataView(archive.bytes);
  const constants = archive.header.constants.offset;
  const data = archive.header.data.offset;
  return compiler.compile({
    code: program.code,
    entry: program.entryOf(definition),
    inputs: words(layout.args, argsCount),
    outputs: words(layout.args + argsCount, rvalsCount),
    // What a machine's memory holds after loading: constants, the data table, and zeros.
    known: (word) => {
      if (word >= layout.stack && word < layout.args) return view.getInt32(constants + 4 * (word - layout.stack), true);
      if (word >= layout.args + argsCount && word < layout.descriptors) return 0;
      const inData = 4 * (word - layout.data);
      if (inData < 0 || inData >= archive.header.data.length) return undefined;
      return word < layout.stack || word >= layout.descriptors ? view.getInt32(data + inData, true) : undefined;
    },
  });
}
