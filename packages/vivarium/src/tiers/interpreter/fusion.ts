/**
 * Fused sequences: which consecutive instructions one handler executes, and what it keeps out of memory between them.
 *
 * A sequence says for each of its instructions the mnemonic, for each operand that reads a result of the sequence which
 * instruction's (`b=0`), and `dead` where the result is overwritten in the sequence before anything else can see it.
 * It stands for instructions with exactly these dependences: the handler passes such results in locals, because a load
 * right behind the store of the same register costs more than the dispatch that fusing saves.
 */
import { type Code, FIELDS, fieldsOf } from "../../isa/code.js";
import type { Stmt, ValType } from "../../isa/expr.js";
import type { InstructionSet, Row } from "../../isa/table.js";

/** Instructions in a sequence at most: what a signature has room for. */
export const LONGEST = 4;
const READS = 3;

/** One instruction of a sequence. */
export interface FusedRow {
  readonly row: number;
  /** Operand → instruction of the sequence whose result it reads. */
  readonly reads: ReadonlyMap<number, number>;
  readonly dead: boolean;
}

/** The local in which a handler passes a result on. */
export interface Result {
  readonly local: number;
  readonly type: ValType;
}

/** How a result that was written as one type is read as another of the same size. */
export const REINTERPRET: Readonly<Record<string, string>> = {
  "f32 i32": "f32.reinterpret_i32",
  "i32 f32": "i32.reinterpret_f32",
  "f64 i64": "f64.reinterpret_i64",
  "i64 f64": "i64.reinterpret_f64",
};

/** The type as which an instruction of a sequence writes its result: there is one statement that does. */
export function writtenType(body: readonly Stmt[]): ValType {
  const writes = body.flatMap((s) => (s.s === "let" ? s.body : [s])).find((s) => s.s === "setReg");
  return (writes as Stmt & { readonly s: "setReg" }).value.type;
}

/** What matching needs to know of a row. */
interface Shape {
  /** Operand that is written, -1 when there is none. */
  readonly result: number;
  /** Operands that are read. */
  readonly reads: readonly number[];
  /** Code field of every operand. */
  readonly fields: readonly number[];
  readonly mayFault: boolean;
  /** Can be followed by another instruction of a sequence. */
  readonly continues: boolean;
}

/** `undefined` where a row is more than registers in, at most one register out. */
function shapeOf(row: Row): Shape | undefined {
  const { effects } = row;
  if (effects.writes.length > 1 || effects.banks.length > 0 || effects.reads.length > READS) return undefined;
  if (row.operands.some((o) => o.kind === "reg" && (o.count ?? 1) !== 1)) return undefined;
  if (effects.writes.length === 1 && !writesOnce(row.meaning)) return undefined;
  return {
    result: effects.writes[0] ?? -1,
    reads: effects.reads,
    fields: fieldsOf(row.operands),
    mayFault: effects.mayFault,
    continues: !effects.endsBlock && !effects.callsHost && !effects.mayExit,
  };
}

/** The result is written by one statement that is always executed, as the register itself and not a neighbour. */
function writesOnce(body: readonly Stmt[]): boolean {
  const writes = body.flatMap((s) => (s.s === "let" ? s.body : [s])).filter((s) => s.s === "setReg");
  return writes.length === 1 && writes[0]?.s === "setReg" && writes[0].plus === 0;
}

interface Node {
  readonly next: Map<number, Node>;
  /** Handlers of the sequences that end here, by signature. */
  readonly handlers: Map<number, number>;
}

/** Finds the dependences inside short runs of instructions. */
export class Dependences {
  readonly #shapes: readonly (Shape | undefined)[];
  readonly isa: InstructionSet;
  /** Of the run that was looked at last: the register that an instruction writes, -1 for none; what nobody reads. */
  readonly #results = new Int32Array(LONGEST);
  readonly #dead = new Uint8Array(LONGEST);
  /** For instruction and read operand, in the order of `Shape.reads`: whose result it is, -1 for none. */
  readonly #from = new Int8Array(LONGEST * READS);

  constructor(isa: InstructionSet) {
    this.isa = isa;
    this.#shapes = isa.rows.map(shapeOf);
  }

  /** True when a run of instructions with these rows can be fused. */
  fusible(rows: readonly number[]): boolean {
    if (rows.length < 2 || rows.length > LONGEST) return false;
    return rows.every((row, k) => {
      const shape = this.#shapes[row];
      return shape !== undefined && (k === rows.length - 1 || shape.continues);
    });
  }

  #look(code: Code, args: Int32Array, i: number, length: number): void {
    for (let k = 0; k < length; k++) {
      const shape = this.#shapes[code.op[i + k] as number] as Shape;
      const { reads } = shape;
      for (let r = 0; r < reads.length; r++) {
        this.#from[k * READS + r] = this.#writer(this.#register(args, i + k, shape, reads[r] as number), k);
      }
      const result = shape.result < 0 ? -1 : this.#register(args, i + k, shape, shape.result);
      const overwritten = result < 0 ? -1 : this.#writer(result, k);
      // Everything between reads the value from a local; only a fault could show that it was not stored.
      if (overwritten >= 0) {
        let faults = shape.mayFault;
        for (let j = overwritten + 1; j < k; j++) faults ||= (this.#shapes[code.op[i + j] as number] as Shape).mayFault;
        if (!faults) this.#dead[overwritten] = 1;
      }
      this.#results[k] = result;
      this.#dead[k] = 0;
    }
  }

  /** The instructions from `i` on, which must be fusible, as a sequence. */
  find(code: Code, i: number, length: number): FusedRow[] {
    this.#look(code, code.args, i, length);
    return Array.from({ length }, (_, k) => {
      const row = code.op[i + k] as number;
      const reads = new Map<number, number>();
      (this.#shapes[row] as Shape).reads.forEach((operand, r) => {
        const from = this.#from[k * READS + r] as number;
        if (from >= 0) reads.set(operand, from);
      });
      return { row, reads, dead: this.#dead[k] === 1 };
    });
  }

  /** {@link signature} of {@link find}, without making anything: every instruction that is loaded is asked for it. */
  signatureAt(code: Code, args: Int32Array, i: number, length: number): number {
    this.#look(code, args, i, length);
    let bits = 0;
    for (let k = 0; k < length; k++) {
      const { reads } = this.#shapes[code.op[i + k] as number] as Shape;
      for (let r = 0; r < reads.length; r++) bits = bits * (LONGEST + 1) + (this.#from[k * READS + r] as number) + 1;
      bits = bits * 2 + (this.#dead[k] as number);
    }
    return bits;
  }

  /** A number that two runs with the same rows share exactly when they have the same dependences. */
  signature(sequence: readonly FusedRow[]): number {
    let bits = 0;
    for (const { row, reads, dead } of sequence) {
      for (const operand of (this.#shapes[row] as Shape).reads) {
        bits = bits * (LONGEST + 1) + (reads.get(operand) ?? -1) + 1;
      }
      bits = bits * 2 + (dead ? 1 : 0);
    }
    return bits;
  }

  #register(args: Int32Array, i: number, shape: Shape, operand: number): number {
    return args[FIELDS * i + (shape.fields[operand] as number)] as number;
  }
  /** The last instruction before `k` that writes a register. */
  #writer(register: number, k: number): number {
    let j = k - 1;
    while (j >= 0 && this.#results[j] !== register) j--;
    return j;
  }

  /** @returns `undefined` when this instruction set lacks one of the instructions */
  parse(text: readonly string[]): FusedRow[] | undefined {
    const out: FusedRow[] = [];
    for (const item of text) {
      const [mnemonic, ...rest] = item.split(" ") as [string, ...string[]];
      const row = this.isa.indexOf(mnemonic);
      if (row < 0) return undefined;
      const names = this.isa.rows[row]?.names as readonly string[];
      const links = rest
        .filter((r) => r !== "dead")
        .map((link): [number, number] => {
          const [name, from] = link.split("=") as [string, string];
          const operand = names.indexOf(name);
          if (operand < 0 || !(Number(from) < out.length))
            throw new TypeError(`no dependence ${link} in ${text.join(", ")}`);
          return [operand, Number(from)];
        });
      out.push({ row, reads: new Map(links), dead: rest.includes("dead") });
    }
    if (!this.fusible(out.map((o) => o.row))) throw new TypeError(`cannot fuse ${text.join(", ")}`);
    return out;
  }
}

/** A sequence as a table of fusions writes it. */
export function sequenceText(isa: InstructionSet, sequence: readonly FusedRow[]): string[] {
  return sequence.map(({ row, reads, dead }) => {
    const { mnemonic, names } = isa.rows[row] as Row;
    const links = [...reads].sort(([a], [b]) => a - b).map(([operand, from]) => `${names[operand]}=${from}`);
    return [mnemonic, ...links, ...(dead ? ["dead"] : [])].join(" ");
  });
}

const made = new WeakMap<InstructionSet, Fusions>();

/** The fusions of an instruction set, made at first use. @param first number of the first fused handler */
export function fusionsOf(isa: InstructionSet, first: number): Fusions {
  let found = made.get(isa);
  if (found === undefined) {
    found = new Fusions(isa, first);
    made.set(isa, found);
  }
  return found;
}

/** Numbers of the fused handlers by the sequences they stand for. */
export class Fusions {
  /** The handler of `sequences[k]` is `first + k`. */
  readonly sequences: readonly (readonly FusedRow[])[];
  readonly first: number;
  readonly #dependences: Dependences;
  readonly #roots: (Node | undefined)[] = [];

  /** @param first number of the first fused handler */
  constructor(isa: InstructionSet, first: number) {
    this.first = first;
    this.#dependences = new Dependences(isa);
    const sequences: FusedRow[][] = [];
    for (const text of isa.fusions) {
      const sequence = this.#dependences.parse(text);
      if (sequence === undefined) continue;
      this.#enter(sequence, first + sequences.length);
      sequences.push(sequence);
    }
    this.sequences = sequences;
  }

  #enter(sequence: readonly FusedRow[], handler: number): void {
    const make = (): Node => ({ next: new Map(), handlers: new Map() });
    let node: Node | undefined;
    for (const { row } of sequence) {
      let next: Node | undefined = node === undefined ? this.#roots[row] : node.next.get(row);
      if (next === undefined) {
        next = make();
        if (node === undefined) this.#roots[row] = next;
        else node.next.set(row, next);
      }
      node = next;
    }
    node?.handlers.set(this.#dependences.signature(sequence), handler);
  }

  /** The handler of the longest fused sequence that starts at instruction `i`, or 0; `args` are the operands there. */
  at(code: Code, starts: Uint8Array, i: number, args: Int32Array): number {
    let node = this.#roots[code.op[i] as number];
    let best = 0;
    for (let j = i + 1; node !== undefined && j < code.count && starts[j] === 0; j++) {
      node = node.next.get(code.op[j] as number);
      if (node === undefined || node.handlers.size === 0) continue;
      best = node.handlers.get(this.#dependences.signatureAt(code, args, i, j + 1 - i)) ?? best;
    }
    return best;
  }
}
