/** What an instruction reads, writes and may cause, computed from its meaning; and the rules every meaning obeys. */
import type { Expr, Stmt } from "./expr.js";

export interface Effects {
  /**
   * Operand indices of registers that are read / written. A register that is written on some paths only counts as read
   * too: on the others it keeps what it had.
   */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Registers that are read / written by a fixed number, with the same rule. */
  readonly fixedReads: readonly FixedRegister[];
  readonly fixedWrites: readonly FixedRegister[];
  /** Reaches registers by computed numbers. */
  readonly indexed: boolean;
  /** Banks reached by fixed or computed register numbers. */
  readonly banks: readonly string[];
  readonly vars: readonly string[];
  readonly pure: readonly string[];
  readonly loads: boolean;
  readonly stores: boolean;
  readonly mayFault: boolean;
  readonly callsHost: boolean;
  readonly callsGuest: boolean;
  readonly returns: boolean;
  /** May leave the machine through an exit of its own. */
  readonly mayExit: boolean;
  /** Has a branch, jump, guest call or return, or always exits: the next instruction starts a block. */
  readonly endsBlock: boolean;
}

export interface FixedRegister {
  readonly bank: string;
  readonly index: number;
}

class Walk {
  reads = new Set<number>();
  writes = new Set<number>();
  fixedReads: FixedRegister[] = [];
  fixedWrites: FixedRegister[] = [];
  indexed = false;
  /** Inside of this many conditional statements. */
  #conditional = 0;
  banks = new Set<string>();
  vars = new Set<string>();
  pure = new Set<string>();
  loads = false;
  stores = false;
  callsHost = false;
  callsGuest = false;
  returns = false;
  mayExit = false;
  control = false;
  /**
   * Something visible has been written: nothing may fault after it, or a fault would leave a half-done instruction. One
   * exception: further stores may follow stores, because repeating an instruction that has only stored is harmless.
   */
  #written = false;
  #stored = false;

  constructor(readonly mnemonic: string) {}

  expr(e: Expr): void {
    switch (e.k) {
      case "reg":
        this.reads.add(e.operand);
        return;
      case "fixedReg":
        this.banks.add(e.bank);
        this.fixedReads.push({ bank: e.bank, index: e.index });
        return;
      case "indexedReg":
        this.banks.add(e.bank);
        this.indexed = true;
        this.expr(e.index);
        return;
      case "var":
        this.vars.add(e.name);
        return;
      case "num":
        for (const arg of e.args) this.expr(arg);
        return;
      case "pure":
        this.pure.add(e.name);
        for (const arg of e.args) this.expr(arg);
        return;
      case "load":
        this.expr(e.addr);
        this.fault("load");
        this.loads = true;
        return;
      case "select":
      case "choose":
        this.expr(e.cond);
        this.expr(e.a);
        this.expr(e.b);
        return;
      case "let":
        this.expr(e.value);
        this.expr(e.body);
        return;
      case "const":
      case "imm":
      case "local":
        return;
    }
  }

  fault(what: "load" | "store"): void {
    if (this.#written || (this.#stored && what !== "store")) {
      throw new TypeError(`${this.mnemonic}: a ${what} that may fault follows a write`);
    }
  }

  /** Returns true when control never reaches the statement after these. */
  block(body: readonly Stmt[]): boolean {
    let ended = false;
    for (const stmt of body) {
      if (ended) throw new TypeError(`${this.mnemonic}: a statement that is never reached`);
      ended = this.stmt(stmt);
    }
    return ended;
  }

  stmt(s: Stmt): boolean {
    switch (s.s) {
      case "setReg":
        this.expr(s.value);
        this.writes.add(s.operand);
        if (this.#conditional > 0) this.reads.add(s.operand);
        this.#written = true;
        return false;
      case "setFixedReg":
      case "setIndexedReg":
        if (s.s === "setIndexedReg") {
          this.expr(s.index);
          this.indexed = true;
        } else {
          this.fixedWrites.push({ bank: s.bank, index: s.index });
          if (this.#conditional > 0) this.fixedReads.push({ bank: s.bank, index: s.index });
        }
        this.expr(s.value);
        this.banks.add(s.bank);
        this.#written = true;
        return false;
      case "setVar":
        this.expr(s.value);
        this.vars.add(s.name);
        this.#written = true;
        return false;
      case "store":
        this.expr(s.addr);
        this.expr(s.value);
        this.fault("store");
        this.stores = true;
        this.#stored = true;
        return false;
      case "let":
        this.expr(s.value);
        return this.block(s.body);
      case "if": {
        this.expr(s.cond);
        const before = this.#written;
        const stored = this.#stored;
        this.#conditional++;
        const thenEnds = this.block(s.then);
        const afterThen = this.#written;
        const storedThen = this.#stored;
        this.#written = before;
        this.#stored = stored;
        const elseEnds = this.block(s.else);
        this.#conditional--;
        this.#written = (this.#written && !elseEnds) || (afterThen && !thenEnds) || before;
        this.#stored = (this.#stored && !elseEnds) || (storedThen && !thenEnds) || stored;
        return thenEnds && elseEnds;
      }
      case "branch":
        this.expr(s.cond);
        this.control = true;
        return true;
      case "jump":
        this.control = true;
        return true;
      case "computedJump":
        this.expr(s.index);
        this.control = true;
        this.mayExit = true;
        return true;
      case "host":
        this.expr(s.id);
        this.callsHost = true;
        return true;
      case "exit":
        this.expr(s.code);
        this.mayExit = true;
        return true;
      case "call":
        this.expr(s.fn);
        this.expr(s.window);
        this.callsGuest = true;
        this.control = true;
        return true;
      case "ret":
        this.returns = true;
        this.control = true;
        return true;
    }
  }
}

/** Computes the effects of a meaning, refusing one that breaks the rules. */
export function effectsOf(mnemonic: string, body: readonly Stmt[]): Effects {
  const walk = new Walk(mnemonic);
  const ended = walk.block(body);
  return {
    reads: [...walk.reads],
    writes: [...walk.writes],
    fixedReads: walk.fixedReads,
    fixedWrites: walk.fixedWrites,
    indexed: walk.indexed,
    banks: [...walk.banks],
    vars: [...walk.vars],
    pure: [...walk.pure],
    loads: walk.loads,
    stores: walk.stores,
    mayFault: walk.loads || walk.stores,
    callsHost: walk.callsHost,
    callsGuest: walk.callsGuest,
    returns: walk.returns,
    mayExit: walk.mayExit,
    endsBlock: walk.control || (ended && !walk.callsHost),
  };
}
