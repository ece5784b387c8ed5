/** The code object: what the compiler makes of one scope and the machine runs. */

/** A part of the instructions that an exception handler covers. */
export interface Handler {
  /** First covered instruction. */
  readonly start: number;
  /** First instruction after the covered ones. */
  readonly end: number;
  /** Where execution goes on, with the exception pushed. */
  readonly target: number;
  /** Stack items kept below the exception. */
  readonly depth: number;
}

/** Bits of {@link Code.flags}; the values are CPython's. */
export const CodeFlag = {
  OPTIMIZED: 1,
  NEWLOCALS: 2,
  VARARGS: 4,
  VARKEYWORDS: 8,
  NESTED: 16,
  GENERATOR: 32,
  COROUTINE: 128,
  ITERABLE_COROUTINE: 256,
  ASYNC_GENERATOR: 512,
  FUTURE_ANNOTATIONS: 0x1000000,
} as const;

/** Where an instruction comes from: 1-based lines, 0-based columns in UTF-8 bytes, as in the syntax tree; -1 unknown. */
export interface SourcePosition {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** What {@link Code} is made of. */
export interface CodeParts {
  name: string;
  qualname: string;
  filename: string;
  firstLine: number;
  flags: number;
  argCount: number;
  posOnlyCount: number;
  kwOnlyCount: number;
  /** Plain locals first, then own cells, then free variables, then the compiler's temporaries. */
  variables: readonly string[];
  /** Number of variables that are locals (parameters kept in cells included). */
  localCount: number;
  /** Indexes into `variables` of those that are cells of this code. */
  cells: readonly number[];
  /** Index of the first free variable. */
  freeStart: number;
  freeCount: number;
  stackSize: number;
  /** One instruction per item: op in the low 8 bits, operand above. */
  instructions: Int32Array;
  consts: readonly unknown[];
  names: readonly string[];
  handlers: readonly Handler[];
  /** Four numbers an instruction: line, column, end line, end column. */
  positions: Int32Array;
}

let nextSerial = 1;

const COMPREHENSIONS: ReadonlySet<string> = new Set(["<listcomp>", "<setcomp>", "<dictcomp>"]);

/** An immutable piece of bytecode. Caches that the machine hangs on to it are not part of its meaning. */
export class Code {
  readonly name: string;
  readonly qualname: string;
  readonly filename: string;
  readonly firstLine: number;
  readonly flags: number;
  readonly argCount: number;
  readonly posOnlyCount: number;
  readonly kwOnlyCount: number;
  readonly variables: readonly string[];
  readonly localCount: number;
  readonly cells: readonly number[];
  readonly freeStart: number;
  readonly freeCount: number;
  readonly stackSize: number;
  readonly instructions: Int32Array;
  readonly consts: readonly unknown[];
  readonly names: readonly string[];
  readonly handlers: readonly Handler[];
  readonly positions: Int32Array;

  /** Variables in all: where the operand stack begins in a frame's registers. */
  readonly base: number;
  /** Registers of a frame: variables and operand stack. */
  readonly registers: number;
  /** Parameters in all, `*args` and `**kwargs` included. */
  readonly parameterCount: number;
  /** No keyword-only parameters, `*args` or `**kwargs`: a call with the right count only copies. */
  readonly simple: boolean;
  readonly isGenerator: boolean;
  /** A list, set or dict comprehension: since CPython 3.12 part of the code around it, so without a line in tracebacks. */
  readonly inlined: boolean;
  readonly serial: number;
  /** Frames of library routines written in Python are left out of tracebacks. */
  hidden = false;
  /** The fused instructions the loop runs, made at the first execution. */
  dense: Int32Array | null = null;
  /** Constants as guest values, made at the first execution. */
  // biome-ignore lint/suspicious/noExplicitAny: guest values
  constants: any[] | null = null;
  /** Inline caches, by instruction. */
  // biome-ignore lint/suspicious/noExplicitAny: inline caches of several kinds
  caches: any[] | null = null;

  constructor(parts: CodeParts) {
    this.name = parts.name;
    this.qualname = parts.qualname;
    this.filename = parts.filename;
    this.firstLine = parts.firstLine;
    this.flags = parts.flags;
    this.argCount = parts.argCount;
    this.posOnlyCount = parts.posOnlyCount;
    this.kwOnlyCount = parts.kwOnlyCount;
    this.variables = parts.variables;
    this.localCount = parts.localCount;
    this.cells = parts.cells;
    this.freeStart = parts.freeStart;
    this.freeCount = parts.freeCount;
    this.stackSize = parts.stackSize;
    this.instructions = parts.instructions;
    this.consts = parts.consts;
    this.names = parts.names;
    this.handlers = parts.handlers;
    this.positions = parts.positions;
    this.base = parts.variables.length;
    this.registers = this.base + parts.stackSize;
    const { flags } = parts;
    this.parameterCount =
      parts.argCount + parts.kwOnlyCount + (flags & CodeFlag.VARARGS ? 1 : 0) + (flags & CodeFlag.VARKEYWORDS ? 1 : 0);
    this.simple = parts.kwOnlyCount === 0 && (flags & (CodeFlag.VARARGS | CodeFlag.VARKEYWORDS)) === 0;
    this.isGenerator = (flags & (CodeFlag.GENERATOR | CodeFlag.COROUTINE | CodeFlag.ASYNC_GENERATOR)) !== 0;
    this.inlined = COMPREHENSIONS.has(parts.name) && parts.variables[0] === ".0";
    this.serial = nextSerial++;
  }

  /** The line of an instruction, or -1. */
  lineOf(pc: number): number {
    return this.positions[4 * pc] ?? -1;
  }
}

/** The innermost handler that covers an instruction. Inner handlers stand first. */
export function handlerAt(code: Code, pc: number): Handler | undefined {
  for (const handler of code.handlers) if (pc >= handler.start && pc < handler.end) return handler;
  return undefined;
}
