/** Checks a module the way the original's `finish_func` and `new_insn` do, so that lowering can trust every operand. */
import {
  type Diagnostic,
  type FuncItem,
  HEADER_WORDS,
  LABEL_CODE,
  MAX_DIAGNOSTICS,
  type MirModule,
  OPERAND_WORDS,
  Operand,
  type ProtoItem,
  type Signature,
} from "./module.js";
import { isCall, OP, OPS, setsOverflow } from "./ops.js";
import { isBlock, T, TYPE_CLASS } from "./types.js";

/** Names of the operand classes in messages. */
const CLASS_NAMES: Readonly<Record<string, string>> = { i: "integer", f: "f", d: "d", x: "ld", L: "label" };

/** Class letter by operand kind; register and memory depend on the operand. */
const KIND_CLASS: Readonly<Record<number, string>> = {
  [Operand.int]: "i",
  [Operand.uint]: "i",
  [Operand.float]: "f",
  [Operand.double]: "d",
  [Operand.ldouble]: "x",
  [Operand.ref]: "i",
  [Operand.str]: "i",
  [Operand.label]: "L",
};

/**
 * Checks a module and appends what is wrong with it.
 *
 * @param tainted functions that are known to be incomplete and are skipped.
 * @param partial true if parts of the module could not be read, so that missing definitions mean nothing.
 */
export function validateModule(
  module: MirModule,
  errors: Diagnostic[],
  tainted: ReadonlySet<FuncItem> = new Set(),
  partial = false,
): void {
  for (const item of module.items) {
    if (errors.length >= MAX_DIAGNOSTICS) return;
    if (item.kind === "func" && !tainted.has(item)) new FuncValidator(module, item, errors).run();
  }
  if (partial) return;
  for (const item of module.items) {
    if (errors.length >= MAX_DIAGNOSTICS) return;
    const symbol = "symbol" in item ? module.symbols[item.symbol] : undefined;
    if (item.kind === "export" || item.kind === "forward") {
      if (module.symbols[module.symbolByName.get(item.name) as number]?.definition === null) {
        errors.push({ message: `${item.kind} of undefined item '${item.name}'`, pos: item.pos });
      }
    } else if (item.kind === "ref") {
      if (symbol?.definition?.kind === "proto") errors.push({ message: "ref to a prototype", pos: item.pos });
    } else if (item.kind === "expr") {
      const func = symbol?.definition;
      if (func?.kind !== "func" || !func.isExpression) {
        errors.push({
          message: `'${symbol?.name}' cannot be used by expr`,
          pos: item.pos,
          expected: "a function without parameters, calls and memory, with one result",
        });
      }
    } else if (item.kind === "lref") {
      checkLref(module, item, errors);
    }
  }
  for (const label of module.labels) {
    if (errors.length >= MAX_DIAGNOSTICS) return;
    if (label.func === null) errors.push({ message: `undefined label '${label.name}'`, pos: label.pos });
  }
}

function checkLref(
  module: MirModule,
  item: { label: number; label2: number; pos: number },
  errors: Diagnostic[],
): void {
  if (item.label2 < 0) return;
  const first = module.labels[item.label];
  const second = module.labels[item.label2];
  if (first?.func != null && second?.func != null && first.func !== second.func) {
    errors.push({ message: "lref of labels from different functions", pos: item.pos });
  }
}

/** Walks one function. Positions are those of the instruction. */
class FuncValidator {
  private pos = 0;
  private name = "";
  private hasReturn = false;
  private hasJret = false;
  private isExpression: boolean;
  private lastCode = -1;
  /** The last overflow instruction, if only register moves followed it; else −1. */
  private overflow = -1;

  constructor(
    private readonly module: MirModule,
    private readonly func: FuncItem,
    private readonly errors: Diagnostic[],
  ) {
    const { results, params, vararg } = func.signature;
    this.isExpression = results.length === 1 && params.length === 0 && !vararg;
  }

  run(): void {
    const { module, func } = this;
    const { data } = module.code;
    if (func.signature.vararg && func.signature.params.length === 0) {
      this.errors.push({ message: `vararg function '${func.name}' needs a fixed parameter`, pos: func.pos });
    }
    for (let at = func.start; at < func.end; ) {
      const head = data[at] as number;
      const code = head & 0xff;
      const count = head >>> 8;
      this.pos = data[at + 1] as number;
      if (code === LABEL_CODE) {
        this.overflow = -1;
      } else {
        this.name = (OPS[code] as { name: string }).name;
        this.insn(code, count, at + HEADER_WORDS);
        if (this.errors.length >= MAX_DIAGNOSTICS) return;
      }
      this.lastCode = code;
      at += HEADER_WORDS + count * OPERAND_WORDS;
    }
    func.implicitReturn = !this.hasReturn && !this.hasJret && this.lastCode !== OP.jmp;
    func.isExpression = this.isExpression;
  }

  private error(message: string, expected?: string): void {
    const full = `${this.name}: ${message}`;
    this.errors.push(
      expected === undefined ? { message: full, pos: this.pos } : { message: full, pos: this.pos, expected },
    );
  }

  private insn(code: number, count: number, at: number): void {
    const { modes } = OPS[code] as { modes: string };
    if (modes !== "..." && count !== modes.length) {
      this.error(`wrong number of operands (${count})`, `${modes.length}`);
      return;
    }
    if (isCall(code)) this.call(code, count, at);
    else if (code === OP.ret) this.ret(count, at);
    else if (code === OP.switch) this.switchOperands(count, at);
    else this.plain(code, modes, at);
    this.track(code, at);
  }

  /** Keeps what is known about overflow flags, and checks the branches on them. */
  private track(code: number, at: number): void {
    if (setsOverflow(code)) {
      this.overflow = code;
      return;
    }
    if (code >= OP.bo && code <= OP.ubno) {
      const unsigned = code === OP.ubo || code === OP.ubno;
      if (this.overflow < 0) {
        this.error("no overflow instruction before it", "an overflow instruction, then only moves of registers");
      } else if (unsigned && (this.overflow === OP.mulo || this.overflow === OP.mulos)) {
        this.error("unsigned overflow of a signed multiplication");
      } else if (!unsigned && (this.overflow === OP.umulo || this.overflow === OP.umulos)) {
        this.error("signed overflow of an unsigned multiplication");
      }
      this.overflow = -1;
      return;
    }
    const movesRegister = code === OP.mov && this.module.code.data[at + OPERAND_WORDS] === Operand.reg;
    if (!movesRegister) this.overflow = -1;
  }

  private plain(code: number, modes: string, at: number): void {
    if (code === OP.va_start && !this.func.signature.vararg) this.error("not in a vararg function");
    if (code === OP.jret) {
      this.hasJret = true;
      if (this.func.signature.results.length > 0) this.error("in a function with results");
      if (this.hasReturn) this.error("ret and jret in one function");
    }
    for (let k = 0; k < modes.length; k++) {
      const mode = modes[k] as string;
      const op = at + k * OPERAND_WORDS;
      if (mode === "*") this.special(code, op);
      else this.operand(op, mode, k);
    }
    const { data } = this.module.code;
    if (code === OP.prset && data[at + OPERAND_WORDS] !== Operand.int) this.error("property must be a literal");
    if (code === OP.prbeq || code === OP.prbne) {
      if (data[at + 2 * OPERAND_WORDS] !== Operand.int) this.error("property must be a literal");
    }
  }

  /** Operands with a rule of their own: the type operand of va_arg, the variable of a property. */
  private special(code: number, op: number): void {
    const kind = this.module.code.data[op] as number;
    if (code === OP.va_arg) {
      if (kind !== Operand.mem) return this.error("third operand must be memory of the wanted type", "type:0");
      this.memory(op, true);
      return;
    }
    if (kind === Operand.mem) this.memory(op, false);
    else if (kind !== Operand.reg && code !== OP.prset) this.error("variable must be a register or memory");
  }

  /** Checks one operand against a mode letter; capital letters are outputs. */
  private operand(op: number, mode: string, k: number): void {
    const { data } = this.module.code;
    const kind = data[op] as number;
    if (mode === "R") {
      if (kind !== Operand.reg) this.error(`operand ${k + 1} is not a register`, "register");
      return;
    }
    const isOutput = mode !== "L" && mode < "a";
    const wanted = mode === "L" ? "L" : mode.toLowerCase();
    let got: string;
    if (kind === Operand.reg) {
      got = TYPE_CLASS[this.func.registers[data[op + 1] as number]?.type ?? T.i64] as string;
    } else if (kind === Operand.mem) {
      const type = this.memory(op, false);
      if (isBlock(type)) return;
      got = TYPE_CLASS[type] as string;
    } else {
      got = KIND_CLASS[kind] as string;
      if (isOutput) {
        this.error(`operand ${k + 1} cannot be written`, "register or memory");
        return;
      }
      if (kind === Operand.ref) this.reference(data[op + 1] as number, k);
      else if (kind === Operand.label) this.label(data[op + 1] as number);
    }
    if (got !== wanted) {
      this.error(`operand ${k + 1} is of class ${CLASS_NAMES[got]}`, CLASS_NAMES[wanted]);
    }
  }

  /** Labels are named in the whole module, but a function can only go to its own. */
  private label(index: number): void {
    const label = this.module.labels[index];
    if (label?.func != null && label.func !== this.func)
      this.error(`label '${label.name}' belongs to another function`);
  }

  /** An item as an address: everything but a prototype has one. */
  private reference(symbol: number, k: number): void {
    if (this.module.symbols[symbol]?.definition?.kind === "proto") this.error(`operand ${k + 1} is a prototype`);
  }

  /** Checks a memory operand and returns its type. */
  private memory(op: number, blockAllowed: boolean): number {
    const { mems, code } = this.module;
    const at = code.data[op + 1] as number;
    const type = mems.data[at] as number;
    this.isExpression = false;
    if (isBlock(type) && !blockAllowed) this.error("block type outside a call", "scalar type");
    for (const which of [3, 4]) {
      const register = mems.data[at + which] as number;
      if (register === 0) continue;
      if ((this.func.registers[register]?.type ?? T.i64) !== T.i64) {
        this.error(`${which === 3 ? "base" : "index"} register is not an integer`, "integer register");
      }
    }
    return type;
  }

  private ret(count: number, at: number): void {
    const { results } = this.func.signature;
    this.hasReturn = true;
    if (this.hasJret) this.error("ret and jret in one function");
    if (count !== results.length) {
      this.error(`wrong number of results (${count})`, `${results.length}`);
      return;
    }
    for (let k = 0; k < count; k++) {
      this.operand(at + k * OPERAND_WORDS, TYPE_CLASS[results[k] as number] as string, k);
    }
  }

  private switchOperands(count: number, at: number): void {
    if (count < 2) {
      this.error(`wrong number of operands (${count})`, "an index and at least one label");
      return;
    }
    this.operand(at, "i", 0);
    for (let k = 1; k < count; k++) this.operand(at + k * OPERAND_WORDS, "L", k);
  }

  /** The prototype of a call, or null after an error. */
  private prototype(at: number): ProtoItem | null {
    const { data } = this.module.code;
    if (data[at] === Operand.ref) {
      const item = this.module.symbols[data[at + 1] as number]?.definition;
      if (item?.kind === "proto") return item;
    }
    this.error("first operand is not a prototype", "name of a prototype defined before");
    return null;
  }

  private call(code: number, count: number, at: number): void {
    const { data } = this.module.code;
    this.isExpression = false;
    if (count < 2) {
      this.error(`wrong number of operands (${count})`, "prototype and callee");
      return;
    }
    const proto = this.prototype(at);
    if (proto === null) return;
    const callee = at + OPERAND_WORDS;
    if (data[callee] === Operand.ref) {
      const item = this.module.symbols[data[callee + 1] as number]?.definition;
      if (item != null && item.kind !== "func") this.error("callee is not a function", "function, import or address");
    } else {
      this.operand(callee, "i", 1);
    }
    const { results, params, vararg } = proto.signature;
    if (code === OP.jcall && (results.length > 0 || params.length > 0)) {
      this.error("prototype of jcall with results or parameters");
    }
    const fixed = 2 + results.length + params.length;
    if (count < fixed || (count > fixed && !vararg)) {
      this.error(
        `wrong number of operands (${count}) for prototype '${proto.name}'`,
        `${fixed}${vararg ? " or more" : ""}`,
      );
      return;
    }
    this.callOperands(proto.signature, count, callee + OPERAND_WORDS);
  }

  private callOperands(signature: Signature, count: number, first: number): void {
    const { data } = this.module.code;
    const { results, params } = signature;
    for (let k = 0; k < count - 2; k++) {
      const op = first + k * OPERAND_WORDS;
      if (k < results.length) {
        this.operand(op, (TYPE_CLASS[results[k] as number] as string).toUpperCase(), k + 2);
        continue;
      }
      const param = params[k - results.length];
      const isMem = data[op] === Operand.mem;
      const block = isMem && isBlock(this.module.mems.data[data[op + 1] as number] as number);
      if (block) this.blockArgument(op, param);
      else if (param !== undefined && isBlock(param.type)) {
        this.error(`operand ${k + 3} is not a block`, "blkN:size(register)");
      } else if (param !== undefined) {
        this.operand(op, TYPE_CLASS[param.type] as string, k + 2);
      } else {
        this.variadic(op, k + 2);
      }
    }
  }

  /** `blkN:size(register)` as an argument. */
  private blockArgument(op: number, param: { type: number; size: number } | undefined): void {
    const { data } = this.module.mems;
    const at = this.module.code.data[op + 1] as number;
    this.memory(op, true);
    const type = data[at] as number;
    const size = (data[at + 1] as number) >>> 0;
    if (data[at + 2] !== 0) this.error("wrong block size", "0 to 4294967295");
    if (param === undefined) {
      if (type === T.rblk) this.error("rblk as a variadic argument");
    } else if (param.type !== type) {
      this.error("block argument of another type than the parameter");
    } else if (param.size !== size) {
      this.error(`block of ${size} bytes for a parameter of ${param.size}`);
    }
  }

  /** A variadic argument: integer, d or ld. */
  private variadic(op: number, k: number): void {
    const { data } = this.module.code;
    const kind = data[op] as number;
    let type: string;
    if (kind === Operand.reg) type = TYPE_CLASS[this.func.registers[data[op + 1] as number]?.type ?? T.i64] as string;
    else if (kind === Operand.mem) type = TYPE_CLASS[this.memory(op, false)] as string;
    else type = KIND_CLASS[kind] as string;
    if (kind === Operand.ref) this.reference(data[op + 1] as number, k);
    if (type === "f") this.error(`operand ${k + 1} is an f32 variadic argument`, "integer, d or ld");
    else if (type === "L") this.error(`operand ${k + 1} is a label`, "integer, d or ld");
  }
}
