/** Lowers the meaning of a row to WebAssembly; where operands live and how control goes on is told by a `Site`. */
import type { Expr, MemoryBits, Stmt, ValType } from "../isa/expr.js";
import type { InstructionSet } from "../isa/table.js";
import type { FunctionWriter, Label } from "../wasm/module.js";
import type { StateLayout } from "./state.js";

/** Imported and helper functions that lowered code calls, by index. */
export interface Helpers {
  /** Absent for guests that use no memory. */
  readonly memory?: MemoryLowering;
  /** (state, id) → 0 to go on. */
  readonly host: number;
  readonly pure: ReadonlyMap<string, number>;
}

/** Writes accesses to guest memory: `lower-memory.ts`. */
export interface MemoryLowering {
  /** Leaves the value on the stack. */
  load(lowering: Lowering, type: ValType, bits: MemoryBits, signed: boolean, addr: Expr<"i32">): void;
  store(lowering: Lowering, bits: MemoryBits, addr: Expr<"i32">, value: Expr): void;
}

/** Locals every lowered function has. */
export interface Locals {
  readonly state: number;
  readonly pageTable: number;
  /** Address of the current frame's slot 0. */
  readonly frame: number;
}

/** What differs between interpreter handlers and compiled regions. */
export interface Site {
  readReg(operand: number, plus: number, type: ValType): void;
  writeReg(operand: number, plus: number, type: ValType, value: () => void): void;
  readImm(operand: number, type: ValType): void;
  readFixed(bank: string, index: number, type: ValType): void;
  writeFixed(bank: string, index: number, type: ValType, value: () => void): void;
  readVar(name: string, type: ValType): void;
  writeVar(name: string, type: ValType, value: () => void): void;
  /**
   * A memory access cannot be done on the fast path. Leaves and returns true where another function does the whole
   * instruction; false, or absent, when the code for it is to stand here.
   */
  leaveIfSlow?(): boolean;
  /**
   * A condition that is hardly ever zero is on the stack: takes it, leaves where it is zero, and returns true. False when
   * the code for that case is to stand here. Absent: it always is.
   */
  unlikely?(): boolean;
  /** How this site finds host addresses; by default through the page table. */
  readonly access?: MemoryAccess;
  /** The access at the current instruction failed; the i32 on the stack is non-zero then: leave if so. */
  leaveIfFaulted(): void;
  branch(cond: () => void, target: number): void;
  jump(target: number): void;
  /** The index has been stored in the local. */
  computedJump(index: number): void;
  host(id: () => void): void;
  exit(exit: "halt" | "panic" | "trap", code: () => void): void;
  call(fn: () => void, window: () => void): void;
  ret(): void;
}

/** A way to host addresses other than the page table. */
export interface MemoryAccess {
  /**
   * Writes code that leaves the host address of a guest address on the stack, or branches to `slow`.
   *
   * @param address local with the guest address
   * @param from the expression that computed it
   */
  fast(address: number, from: Expr<"i32">, bits: MemoryBits, level: 1 | 2, slow: Label): void;
  /** Code at the beginning of the slow path. */
  slow(address: number, from: Expr<"i32">): void;
  /**
   * A host address that is known already, as a local and an offset; `undefined` where the address has to be found.
   * May write code that finds it, and leaves where it cannot be found.
   */
  known?(from: Expr<"i32">): { readonly local: number; readonly offset: number } | undefined;
}

/** Names of plain loads and stores: code is written before anything is optimised, when making names is dear. */
export const LOAD: Readonly<Record<ValType, string>> = {
  i32: "i32.load",
  i64: "i64.load",
  f32: "f32.load",
  f64: "f64.load",
};
export const STORE: Readonly<Record<ValType, string>> = {
  i32: "i32.store",
  i64: "i64.store",
  f32: "f32.store",
  f64: "f64.store",
};

/** For code that calls no helpers. */
export const NO_HELPERS: Helpers = { host: -1, pure: new Map() };

/** A site at which nothing is possible: what is has to be put in its place. */
export function never(what: string): Site {
  const refuse = (): never => {
    throw new TypeError(`${what} cannot be compiled`);
  };
  return {
    readReg: refuse,
    writeReg: refuse,
    readImm: refuse,
    readFixed: refuse,
    writeFixed: refuse,
    readVar: refuse,
    writeVar: refuse,
    leaveIfFaulted: refuse,
    branch: refuse,
    jump: refuse,
    computedJump: refuse,
    host: refuse,
    exit: refuse,
    call: refuse,
    ret: refuse,
  };
}

/** Temporaries of one function, reused from one instruction to the next. */
export class Temps {
  readonly #pools: Record<ValType, number[]> = { i32: [], i64: [], f32: [], f64: [] };
  readonly #used: Record<ValType, number> = { i32: 0, i64: 0, f32: 0, f64: 0 };

  constructor(readonly writer: FunctionWriter) {}

  take(type: ValType): number {
    const pool = this.#pools[type];
    const n = this.#used[type]++;
    if (n === pool.length) pool.push(this.writer.local(type));
    return pool[n] as number;
  }
  /** Forgets all: the next instruction begins. */
  reset(): void {
    for (const type of ["i32", "i64", "f32", "f64"] as const) this.#used[type] = 0;
  }
}

export class Lowering {
  readonly #bound = new Map<number, number>();

  constructor(
    readonly isa: InstructionSet,
    readonly layout: StateLayout,
    readonly w: FunctionWriter,
    readonly locals: Locals,
    readonly helpers: Helpers,
    readonly temps: Temps,
    readonly site: Site,
  ) {}

  body(statements: readonly Stmt[]): void {
    for (const s of statements) this.stmt(s);
  }

  expr(e: Expr): void {
    const { w, site } = this;
    switch (e.k) {
      case "const":
        w.const(e.type, e.value);
        return;
      case "reg":
        site.readReg(e.operand, e.plus, e.type);
        return;
      case "fixedReg":
        site.readFixed(e.bank, e.index, e.type);
        return;
      case "indexedReg":
        this.#bankAddress(e.bank, e.index);
        w.mem(LOAD[e.type], this.layout.banks.get(e.bank) ?? 0);
        return;
      case "imm":
        site.readImm(e.operand, e.type);
        return;
      case "var":
        site.readVar(e.name, e.type);
        return;
      case "num":
        for (const arg of e.args) this.expr(arg);
        w.op(e.op);
        return;
      case "pure":
        for (const arg of e.args) this.expr(arg);
        w.call(this.helpers.pure.get(e.name) as number);
        return;
      case "select":
        this.expr(e.a);
        this.expr(e.b);
        this.expr(e.cond);
        w.op("select");
        return;
      case "choose":
        if (e.likely === true && site.unlikely !== undefined) {
          this.expr(e.cond);
          if (site.unlikely()) {
            this.expr(e.a);
            return;
          }
        } else this.expr(e.cond);
        w.if(e.type);
        this.expr(e.a);
        w.else();
        this.expr(e.b);
        w.end();
        return;
      case "local":
        w.get(this.#bound.get(e.id) as number);
        return;
      case "let":
        this.#bind(e.id, e.value);
        this.expr(e.body);
        return;
      case "load":
        (this.helpers.memory as MemoryLowering).load(this, e.type, e.bits, e.signed, e.addr);
        return;
    }
  }

  #bind(id: number, value: Expr): void {
    const local = this.temps.take(value.type);
    this.expr(value);
    this.w.set(local);
    this.#bound.set(id, local);
  }

  #bankAddress(bank: string, index: Expr<"i32">): void {
    const { w } = this;
    w.get(this.layout.frameBank?.name === bank ? this.locals.frame : this.locals.state);
    this.expr(index);
    w.i32(Math.log2(this.isa.bank(bank).slotBytes));
    w.op("i32.shl");
    w.op("i32.add");
  }

  stmt(s: Stmt): void {
    const { w, site } = this;
    switch (s.s) {
      case "setReg":
        site.writeReg(s.operand, s.plus, s.value.type, () => this.expr(s.value));
        return;
      case "setFixedReg":
        site.writeFixed(s.bank, s.index, s.value.type, () => this.expr(s.value));
        return;
      case "setIndexedReg":
        this.#bankAddress(s.bank, s.index);
        this.expr(s.value);
        w.mem(STORE[s.value.type], this.layout.banks.get(s.bank) ?? 0);
        return;
      case "setVar":
        site.writeVar(s.name, s.value.type, () => this.expr(s.value));
        return;
      case "store":
        (this.helpers.memory as MemoryLowering).store(this, s.bits, s.addr, s.value);
        return;
      case "let":
        this.#bind(s.id, s.value);
        this.body(s.body);
        return;
      case "if":
        this.expr(s.cond);
        w.if();
        this.body(s.then);
        if (s.else.length > 0) {
          w.else();
          this.body(s.else);
        }
        w.end();
        return;
      case "branch":
        site.branch(() => this.expr(s.cond), s.target);
        return;
      case "jump":
        site.jump(s.target);
        return;
      case "computedJump": {
        const index = this.temps.take("i32");
        this.expr(s.index);
        w.set(index);
        site.computedJump(index);
        return;
      }
      case "host":
        site.host(() => this.expr(s.id));
        return;
      case "exit":
        site.exit(s.exit, () => this.expr(s.code));
        return;
      case "call":
        site.call(
          () => this.expr(s.fn),
          () => this.expr(s.window),
        );
        return;
      case "ret":
        site.ret();
        return;
    }
  }
}

/** The signature of every pure function an instruction set declares, for imports. */
export function pureSignature(isa: InstructionSet, name: string): { args: readonly ValType[]; result: ValType } {
  const fn = isa.pure[name];
  if (fn === undefined) throw new TypeError(`${isa.name}: no pure function ${name}`);
  return fn;
}
