/** MIR modules in memory: items, functions and dense instruction lists, as text and binary readers build them. */
import { LoadError } from "../../machine/errors.js";
import type { MirType } from "./types.js";

/** Kinds of operand in a code stream. */
export const Operand = {
  /** a = register number. */
  reg: 0,
  /** a, b = low and high word. */
  int: 1,
  /** The same bits as `int`, written without sign by the binary format. */
  uint: 2,
  /** a = bits of the f32. */
  float: 3,
  /** a, b = low and high word of the f64's bits. */
  double: 4,
  /** a = index into {@link MirModule.longDoubles}. */
  ldouble: 5,
  /** a = index of a record in {@link MirModule.mems}. */
  mem: 6,
  /** a = symbol index. */
  ref: 7,
  /** a = index into {@link MirModule.strings}. */
  str: 8,
  /** a = label index. */
  label: 9,
} as const;

/**
 * Words of a memory operand's record: type, low and high displacement, base, index, scale, alias, nonalias, and the
 * number + 1 of a symbol whose address is added (`T:name`, which only text can say), or 0.
 */
export const MEM_WORDS = 9;

/** Words of an operand in a code stream: kind, a, b. */
export const OPERAND_WORDS = 3;

/** Words of an instruction's header: `code | operandCount << 8`, position. */
export const HEADER_WORDS = 2;

/** A growable array of 32-bit words. */
export class Words {
  data: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.data = new Int32Array(capacity);
  }

  /** Makes room for `count` more words. */
  reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const bigger = new Int32Array(Math.max(this.data.length * 2, this.length + count));
    bigger.set(this.data);
    this.data = bigger;
  }
}

/** A parameter of a function or prototype. */
export interface Parameter {
  readonly type: MirType;
  readonly name: string;
  /** Bytes, for block types. */
  readonly size: number;
}

/** What is called and what it takes and gives. */
export interface Signature {
  readonly results: readonly MirType[];
  readonly params: readonly Parameter[];
  readonly vararg: boolean;
}

/** A register of a function; number 0 is not used. */
export interface Register {
  readonly name: string;
  /** `i64`, `f`, `d` or `ld`. */
  readonly type: MirType;
  /** The hard register that a `global` variable is tied to. */
  readonly hard: string | null;
}

interface ItemBase {
  /** Null for anonymous data. */
  readonly name: string | null;
  /** Character offset in text, byte offset of the token stream in binary. */
  readonly pos: number;
}

export interface ImportItem extends ItemBase {
  readonly kind: "import";
  readonly name: string;
}
export interface ExportItem extends ItemBase {
  readonly kind: "export";
  readonly name: string;
}
export interface ForwardItem extends ItemBase {
  readonly kind: "forward";
  readonly name: string;
}
export interface ProtoItem extends ItemBase {
  readonly kind: "proto";
  readonly name: string;
  readonly signature: Signature;
}
export interface FuncItem extends ItemBase {
  readonly kind: "func";
  readonly name: string;
  readonly signature: Signature;
  /** Parameters first, then locals, then globals in declaration order; index 0 is null. */
  readonly registers: (Register | null)[];
  readonly registerByName: Map<string, number>;
  /** Where its instructions begin in the module's code, in words. */
  start: number;
  /** Where they end. */
  end: number;
  /** True if a final `ret` of zeros is understood: no `ret`, no `jret`, and not ending in `jmp`. */
  implicitReturn: boolean;
  /** True if it may be used by `expr`: no parameters, one result, no calls, no memory. */
  isExpression: boolean;
}
export interface DataItem extends ItemBase {
  readonly kind: "data";
  readonly type: MirType;
  /** The elements as they stand in memory. */
  readonly bytes: Uint8Array;
}
export interface BssItem extends ItemBase {
  readonly kind: "bss";
  readonly length: bigint;
}
export interface RefItem extends ItemBase {
  readonly kind: "ref";
  readonly symbol: number;
  readonly disp: bigint;
}
export interface LrefItem extends ItemBase {
  readonly kind: "lref";
  readonly label: number;
  /** −1 if there is none. */
  readonly label2: number;
  readonly disp: bigint;
}
export interface ExprItem extends ItemBase {
  readonly kind: "expr";
  readonly symbol: number;
}

export type DataLikeItem = DataItem | BssItem | RefItem | LrefItem | ExprItem;
export type Item = ImportItem | ExportItem | ForwardItem | ProtoItem | FuncItem | DataLikeItem;

/** A name of a module: what defines it, and how it is shared. */
export interface MirSymbol {
  readonly name: string;
  definition: ProtoItem | FuncItem | DataLikeItem | null;
  imported: boolean;
  exported: boolean;
  forwarded: boolean;
}

/** A label of a function. */
export interface Label {
  readonly name: string;
  /** The function that owns it; null while it is only used. */
  func: FuncItem | null;
  /** Word offset of its definition in the module's code, or −1. */
  at: number;
  /** Where it was first seen. */
  readonly pos: number;
}

/** A module: items in order, names, and one code stream for all functions. */
export class MirModule {
  readonly items: Item[] = [];
  readonly symbols: MirSymbol[] = [];
  readonly symbolByName = new Map<string, number>();
  readonly labels: Label[] = [];
  readonly code = new Words();
  /** Records of {@link MEM_WORDS} words. */
  readonly mems = new Words(256);
  /** String operands, NUL included. */
  readonly strings: Uint8Array[] = [];
  /** 80-bit numbers. */
  readonly longDoubles: bigint[] = [];
  /** Alias names; a memory record holds index + 1, and 0 for none. */
  readonly aliases: string[] = [];
  readonly aliasByName = new Map<string, number>();

  constructor(
    readonly name: string,
    readonly pos: number,
  ) {}

  /** Number of instructions, labels not counted. */
  get instructionCount(): number {
    let count = 0;
    for (const item of this.items) {
      if (item.kind !== "func") continue;
      for (let at = item.start; at < item.end; ) {
        const head = this.code.data[at] as number;
        if ((head & 0xff) !== LABEL_CODE) count++;
        at += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
      }
    }
    return count;
  }

  /** The symbol's index; it is created if the name is new. */
  symbol(name: string): number {
    let index = this.symbolByName.get(name);
    if (index === undefined) {
      index = this.symbols.length;
      this.symbols.push({ name, definition: null, imported: false, exported: false, forwarded: false });
      this.symbolByName.set(name, index);
    }
    return index;
  }

  /** The number of an alias name, from 1. */
  alias(name: string): number {
    let index = this.aliasByName.get(name);
    if (index === undefined) {
      this.aliases.push(name);
      index = this.aliases.length;
      this.aliasByName.set(name, index);
    }
    return index;
  }

  /**
   * Appends an item and enters its name.
   *
   * @returns null, or why the item may not stand beside the ones before it.
   */
  add(item: Item): string | null {
    this.items.push(item);
    if (item.name === null) return null;
    const symbol = this.symbols[this.symbol(item.name)] as MirSymbol;
    switch (item.kind) {
      case "import":
        if (symbol.definition !== null || symbol.exported || symbol.forwarded) {
          return `'${item.name}' is imported and declared in the same module`;
        }
        symbol.imported = true;
        return null;
      case "export":
      case "forward":
        if (symbol.imported) return `'${item.name}' is imported and declared in the same module`;
        if (item.kind === "export") symbol.exported = true;
        else symbol.forwarded = true;
        return null;
      default:
        if (symbol.imported) return `'${item.name}' is imported and defined in the same module`;
        if (symbol.definition !== null) return `'${item.name}' is defined twice`;
        symbol.definition = item;
        return null;
    }
  }
}

/** The code of a label definition in a code stream (`label` in the table). */
export const LABEL_CODE = 180;

/** Something wrong with a program, and where. */
export interface Diagnostic {
  readonly message: string;
  /** Character offset in text, byte offset of the token stream in binary. */
  readonly pos: number;
  readonly expected?: string;
}

/** A diagnostic with its place in the form a person reads. */
export interface LocatedDiagnostic {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly offset?: number;
  readonly expected?: string;
}

/** Most diagnostics that are kept of one input. */
export const MAX_DIAGNOSTICS = 100;

/** A MIR program that cannot be loaded: the first error in the message, all of them (at most 100) in `errors`. */
export class MirLoadError extends LoadError {
  override readonly name: string = "MirLoadError";

  constructor(
    code: string,
    /** Every error found, in the order of the input. */
    readonly errors: readonly LocatedDiagnostic[],
  ) {
    const first = errors[0] ?? { message: "unknown error" };
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    super(code, first.message + more, first);
  }
}
