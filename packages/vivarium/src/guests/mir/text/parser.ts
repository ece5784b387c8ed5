/** Textual MIR to modules: every syntax error is collected, with line, column and what was expected. */
import { bits80ToF64, writeBits80 } from "../float80.js";
import {
  type Diagnostic,
  type FuncItem,
  HEADER_WORDS,
  LABEL_CODE,
  type LocatedDiagnostic,
  MAX_DIAGNOSTICS,
  MEM_WORDS,
  MirLoadError,
  MirModule,
  OPERAND_WORDS,
  Operand,
  type Parameter,
  type Register,
  type Signature,
} from "../module.js";
import { OP, OP_BY_NAME, OPS } from "../ops.js";
import { isBlock, isInteger, type MirType, T, TYPE_BY_NAME, TYPE_CLASS, TYPE_SIZES } from "../types.js";
import { validateModule } from "../validate.js";
import { bytesToRawText, Scanner, SyntaxFault, Token } from "./scanner.js";

/** A label in front of a statement, before it is known what it names. */
interface Pending {
  readonly name: string;
  readonly pos: number;
}

/** What may stand in a local or global declaration. */
const REGISTER_TYPES = new Set<MirType>([T.i64, T.f, T.d, T.ld]);

/** Names no register may have: they are the engine's own (MIR manual, "reserved names"). */
const RESERVED_REGISTER = /^(?:hr\d+$|\.lc)/;

/** Operand class by number kind, for data literals. */
const LITERAL_CLASS: Readonly<Record<number, string>> = {
  [Operand.int]: "i",
  [Operand.float]: "f",
  [Operand.double]: "d",
  [Operand.ldouble]: "x",
};

/** Largest number of operands of one instruction: what its header word can count. */
const MAX_OPERANDS = 1 << 23;

/**
 * Reads textual MIR.
 *
 * @param source the program; bytes are taken one character each, so that any byte may stand in a string.
 * @returns its modules, validated.
 * @throws MirLoadError `MIR_SYNTAX` with every error found, when there is one.
 */
export function parseText(source: string | Uint8Array): MirModule[] {
  const raw = typeof source !== "string";
  const text = raw ? bytesToRawText(source) : source;
  const parser = new Parser(text, raw);
  parser.run();
  if (parser.errors.length > 0) throw new MirLoadError("MIR_SYNTAX", locate(parser.errors, text));
  return parser.modules;
}

/** Turns character offsets into lines and columns, counted from 1. */
function locate(errors: readonly Diagnostic[], text: string): LocatedDiagnostic[] {
  const sorted = [...errors].sort((a, b) => a.pos - b.pos);
  let line = 1;
  let lineStart = 0;
  let at = 0;
  return sorted.map((error) => {
    const pos = Math.min(error.pos, text.length);
    for (;;) {
      const newline = text.indexOf("\n", at);
      if (newline < 0 || newline >= pos) break;
      line++;
      lineStart = newline + 1;
      at = lineStart;
    }
    const where = { message: error.message, line, column: pos - lineStart + 1 };
    return error.expected === undefined ? where : { ...where, expected: error.expected };
  });
}

type Statement = (labels: readonly Pending[], pos: number) => void;

class Parser {
  readonly modules: MirModule[] = [];
  readonly errors: Diagnostic[] = [];
  private readonly scan: Scanner;
  private module: MirModule | null = null;
  private func: FuncItem | null = null;
  /** Functions with a syntax error: they are not validated. */
  private readonly tainted = new Set<FuncItem>();
  private moduleTainted = false;
  private labelByName = new Map<string, number>();
  private readonly statements: ReadonlyMap<string, Statement>;

  constructor(text: string, raw: boolean) {
    this.scan = new Scanner(text, raw);
    this.statements = new Map<string, Statement>([
      ["module", (labels, pos) => this.beginModule(labels, pos)],
      ["endmodule", (labels, pos) => this.endModule(labels, pos)],
      ["proto", (labels, pos) => this.proto(labels, pos)],
      ["func", (labels, pos) => this.beginFunc(labels, pos)],
      ["endfunc", (labels, pos) => this.endFunc(labels, pos)],
      ["export", (labels, pos) => this.share("export", labels, pos)],
      ["import", (labels, pos) => this.share("import", labels, pos)],
      ["forward", (labels, pos) => this.share("forward", labels, pos)],
      ["bss", (labels, pos) => this.bss(labels, pos)],
      ["ref", (labels, pos) => this.ref(labels, pos)],
      ["lref", (labels, pos) => this.lref(labels, pos)],
      ["expr", (labels, pos) => this.expr(labels, pos)],
      ["string", (labels, pos) => this.stringData(labels, pos)],
      ["local", (labels, pos) => this.registers(labels, pos, false)],
      ["global", (labels, pos) => this.registers(labels, pos, true)],
    ]);
  }

  run(): void {
    const { scan } = this;
    while (this.errors.length < MAX_DIAGNOSTICS) {
      try {
        while (scan.token === Token.newline || scan.token === Token.semicolon) scan.next();
        if (scan.token === Token.end) break;
        this.statement();
      } catch (fault) {
        if (!(fault instanceof SyntaxFault)) throw fault;
        this.errors.push({
          message: fault.message,
          pos: fault.pos,
          ...(fault.expected === undefined ? {} : { expected: fault.expected }),
        });
        if (this.func !== null) this.tainted.add(this.func);
        this.moduleTainted = true;
        scan.skipLine();
      }
    }
    if (this.errors.length >= MAX_DIAGNOSTICS) return;
    const end = scan.text.length;
    if (this.func !== null) this.error("function is not ended", end, "endfunc");
    if (this.module !== null) this.error("module is not ended", end, "endmodule");
  }

  private error(message: string, pos: number, expected?: string): void {
    this.errors.push(expected === undefined ? { message, pos } : { message, pos, expected });
    if (this.func !== null) this.tainted.add(this.func);
    this.moduleTainted = true;
  }

  private fault(message: string, expected?: string): never {
    throw new SyntaxFault(message, this.scan.start, expected);
  }

  private unexpected(expected: string): never {
    throw new SyntaxFault(`unexpected ${this.scan.describe()}`, this.scan.start, expected);
  }

  private expect(token: number, expected: string): void {
    if (this.scan.token !== token) this.unexpected(expected);
    this.scan.next();
  }

  private takeName(expected: string): string {
    const { scan } = this;
    if (scan.token !== Token.name) this.unexpected(expected);
    const { name } = scan;
    scan.next();
    return name;
  }

  private get atEnd(): boolean {
    const { token } = this.scan;
    return token === Token.newline || token === Token.semicolon || token === Token.end;
  }

  private endStatement(): void {
    if (!this.atEnd) this.unexpected("',' or end of line");
  }

  /** One statement with the labels before it; the current token is its first. */
  private statement(): void {
    const { scan } = this;
    const labels: Pending[] = [];
    for (;;) {
      if (scan.token !== Token.name) this.unexpected(labels.length > 0 ? "instruction after the label" : "statement");
      const { name, start } = scan;
      if (scan.next() === Token.colon) {
        labels.push({ name, pos: start });
        while (scan.next() === Token.newline);
        continue;
      }
      const statement = this.statements.get(name);
      if (statement !== undefined) return statement(labels, start);
      const code = OP_BY_NAME.get(name);
      if (code !== undefined && !(OPS[code] as { internal: boolean }).internal) return this.insn(code, labels, start);
      const type = TYPE_BY_NAME.get(name);
      if (type !== undefined) return this.data(type, labels, start);
      throw new SyntaxFault(`unknown instruction '${name}'`, start, "instruction or declaration");
    }
  }

  private currentModule(pos: number, what: string): MirModule {
    if (this.module === null) throw new SyntaxFault(`${what} outside a module`, pos, "name: module");
    return this.module;
  }

  private noLabels(labels: readonly Pending[], what: string): void {
    const first = labels[0];
    if (first !== undefined) throw new SyntaxFault(`${what} takes no label`, first.pos);
  }

  private oneLabel(labels: readonly Pending[], what: string, pos: number): string {
    const [label, second] = labels;
    if (label === undefined) throw new SyntaxFault(`${what} needs a name`, pos, `name: ${what}`);
    if (second !== undefined) throw new SyntaxFault(`${what} takes one label`, second.pos);
    return label.name;
  }

  private optionalLabel(labels: readonly Pending[], what: string): string | null {
    const [label, second] = labels;
    if (second !== undefined) throw new SyntaxFault(`${what} takes at most one label`, second.pos);
    return label?.name ?? null;
  }

  private beginModule(labels: readonly Pending[], pos: number): void {
    const name = this.oneLabel(labels, "module", pos);
    if (this.module !== null) throw new SyntaxFault("module inside a module", pos, "endmodule");
    this.endStatement();
    this.module = new MirModule(name, pos);
    this.moduleTainted = false;
    this.labelByName = new Map();
  }

  private endModule(labels: readonly Pending[], pos: number): void {
    this.noLabels(labels, "endmodule");
    const module = this.currentModule(pos, "endmodule");
    if (this.func !== null) {
      this.error("module ends inside a function", pos, "endfunc");
      this.func.end = module.code.length;
      this.func = null;
    }
    this.endStatement();
    validateModule(module, this.errors, this.tainted, this.moduleTainted);
    this.modules.push(module);
    this.module = null;
  }

  private share(kind: "import" | "export" | "forward", labels: readonly Pending[], pos: number): void {
    this.noLabels(labels, kind);
    const module = this.currentModule(pos, kind);
    for (;;) {
      const at = this.scan.start;
      const name = this.takeName("name");
      const problem = module.add({ kind, name, pos: at });
      if (problem !== null) this.error(problem, at);
      if (this.scan.token !== Token.comma) break;
      this.scan.next();
    }
    this.endStatement();
  }

  /** Results, then parameters, then perhaps `...`. */
  private signature(): Signature {
    const { scan } = this;
    const results: MirType[] = [];
    const params: Parameter[] = [];
    let vararg = false;
    while (!this.atEnd) {
      const at = scan.start;
      const name = this.takeName("type");
      if (name === "...") {
        vararg = true;
        break;
      }
      const type = TYPE_BY_NAME.get(name);
      if (type === undefined) throw new SyntaxFault(`unknown type '${name}'`, at, "type");
      if (scan.token === Token.colon) {
        scan.next();
        params.push(this.parameter(type));
      } else {
        if (params.length > 0) throw new SyntaxFault("parameter without a name", at, "type:name");
        if (isBlock(type)) throw new SyntaxFault("a result cannot be a block", at, "scalar type");
        results.push(type);
      }
      if (scan.token !== Token.comma) break;
      scan.next();
    }
    this.endStatement();
    return { results, params, vararg };
  }

  /** What follows `type:` in a signature. */
  private parameter(type: MirType): Parameter {
    const { scan } = this;
    if (scan.token === Token.number && isBlock(type)) {
      if (scan.numberKind !== Operand.int || scan.high !== 0) this.fault("wrong block size", "0 to 4294967295");
      const size = scan.low >>> 0;
      scan.next();
      this.expect(Token.leftParen, "'('");
      const name = this.takeName("parameter name");
      this.expect(Token.rightParen, "')'");
      return { type, name, size };
    }
    return { type, name: this.takeName(isBlock(type) ? "size(name)" : "parameter name"), size: 0 };
  }

  private proto(labels: readonly Pending[], pos: number): void {
    const name = this.oneLabel(labels, "proto", pos);
    const module = this.currentModule(pos, "proto");
    const signature = this.signature();
    const problem = module.add({ kind: "proto", name, pos, signature });
    if (problem !== null) this.error(problem, pos);
  }

  private beginFunc(labels: readonly Pending[], pos: number): void {
    const name = this.oneLabel(labels, "func", pos);
    const module = this.currentModule(pos, "func");
    if (this.func !== null) {
      this.error("function inside a function", pos, "endfunc");
      this.func.end = module.code.length;
    }
    let signature: Signature = { results: [], params: [], vararg: false };
    let failed: SyntaxFault | null = null;
    try {
      signature = this.signature();
    } catch (fault) {
      if (!(fault instanceof SyntaxFault)) throw fault;
      failed = fault;
    }
    const func: FuncItem = {
      kind: "func",
      name,
      pos,
      signature,
      registers: [null],
      registerByName: new Map(),
      start: module.code.length,
      end: module.code.length,
      implicitReturn: false,
      isExpression: false,
    };
    this.func = func;
    const problem = module.add(func);
    if (problem !== null) this.error(problem, pos);
    for (const param of signature.params) {
      this.register({ name: param.name, type: registerType(param.type), hard: null }, pos);
    }
    if (failed !== null) throw failed;
  }

  private endFunc(labels: readonly Pending[], pos: number): void {
    this.noLabels(labels, "endfunc");
    if (this.func === null) throw new SyntaxFault("endfunc outside a function", pos);
    this.func.end = (this.module as MirModule).code.length;
    this.func = null;
    this.endStatement();
  }

  private register(register: Register, pos: number): void {
    const func = this.func as FuncItem;
    if (RESERVED_REGISTER.test(register.name)) {
      this.error(`register name '${register.name}' is reserved`, pos);
    } else if (func.registerByName.has(register.name)) {
      this.error(`register '${register.name}' is declared twice`, pos);
      return;
    }
    func.registerByName.set(register.name, func.registers.length);
    func.registers.push(register);
  }

  private registers(labels: readonly Pending[], pos: number, global: boolean): void {
    this.noLabels(labels, global ? "global" : "local");
    if (this.func === null) throw new SyntaxFault("register declaration outside a function", pos);
    const { scan } = this;
    for (;;) {
      const at = scan.start;
      const name = this.takeName("i64, f, d or ld");
      const type = TYPE_BY_NAME.get(name);
      if (type === undefined || !REGISTER_TYPES.has(type)) {
        throw new SyntaxFault(`'${name}' is not a register type`, at, "i64, f, d or ld");
      }
      this.expect(Token.colon, "':'");
      const register = this.takeName("register name");
      let hard: string | null = null;
      if (global) {
        this.expect(Token.colon, "':' and a hard register");
        hard = this.takeName("hard register");
      }
      this.register({ name: register, type, hard }, at);
      if (scan.token !== Token.comma) break;
      scan.next();
    }
    this.endStatement();
  }

  /** A 64-bit integer literal. */
  private integer(expected: string): bigint {
    const { scan } = this;
    if (scan.token !== Token.number || scan.numberKind !== Operand.int) this.unexpected(expected);
    const value = (BigInt(scan.high) << 32n) | BigInt(scan.low >>> 0);
    scan.next();
    return value;
  }

  private addData(module: MirModule, item: Parameters<MirModule["add"]>[0], pos: number): void {
    this.endStatement();
    const problem = module.add(item);
    if (problem !== null) this.error(problem, pos);
  }

  private bss(labels: readonly Pending[], pos: number): void {
    const name = this.optionalLabel(labels, "bss");
    const module = this.currentModule(pos, "bss");
    const at = this.scan.start;
    const length = this.integer("length in bytes");
    if (length < 0n) throw new SyntaxFault("negative length", at, "length in bytes");
    this.addData(module, { kind: "bss", name, pos, length }, pos);
  }

  /** The symbol of an item that has been declared before. */
  private declared(module: MirModule, name: string, pos: number): number {
    const symbol = module.symbolByName.get(name);
    if (symbol === undefined) throw new SyntaxFault(`undeclared name '${name}'`, pos, "an item declared before");
    return symbol;
  }

  private ref(labels: readonly Pending[], pos: number): void {
    const name = this.optionalLabel(labels, "ref");
    const module = this.currentModule(pos, "ref");
    const at = this.scan.start;
    const symbol = this.declared(module, this.takeName("item name"), at);
    this.expect(Token.comma, "',' and a displacement");
    const disp = this.integer("displacement");
    this.addData(module, { kind: "ref", name, pos, symbol, disp }, pos);
  }

  private lref(labels: readonly Pending[], pos: number): void {
    const { scan } = this;
    const name = this.optionalLabel(labels, "lref");
    const module = this.currentModule(pos, "lref");
    let at = scan.start;
    const label = this.label(module, this.takeName("label"), at);
    let label2 = -1;
    let disp = 0n;
    if (scan.token === Token.comma) {
      scan.next();
      if ((scan.token as number) === Token.name) {
        at = scan.start;
        label2 = this.label(module, this.takeName("label"), at);
        if (scan.token === Token.comma) {
          scan.next();
          disp = this.integer("displacement");
        }
      } else {
        disp = this.integer("label or displacement");
      }
    }
    this.addData(module, { kind: "lref", name, pos, label, label2, disp }, pos);
  }

  private expr(labels: readonly Pending[], pos: number): void {
    const name = this.optionalLabel(labels, "expr");
    const module = this.currentModule(pos, "expr");
    const at = this.scan.start;
    const symbol = this.declared(module, this.takeName("function name"), at);
    this.addData(module, { kind: "expr", name, pos, symbol }, pos);
  }

  private stringData(labels: readonly Pending[], pos: number): void {
    const name = this.optionalLabel(labels, "string");
    const module = this.currentModule(pos, "string");
    if (this.scan.token !== Token.string) this.unexpected("string");
    const { bytes } = this.scan;
    this.scan.next();
    this.addData(module, { kind: "data", name, pos, type: T.u8, bytes }, pos);
  }

  private data(type: MirType, labels: readonly Pending[], pos: number): void {
    const { scan } = this;
    const name = this.optionalLabel(labels, "data");
    const module = this.currentModule(pos, "data");
    if (isBlock(type)) throw new SyntaxFault("data cannot be of block type", pos, "scalar type");
    const size = TYPE_SIZES[type] as number;
    let bytes = new Uint8Array(size * 16);
    let view = new DataView(bytes.buffer);
    let length = 0;
    while (!this.atEnd) {
      if (scan.token === Token.name && !this.special()) this.unexpected("number");
      if (scan.token !== Token.number) this.unexpected("number");
      if (LITERAL_CLASS[scan.numberKind] !== TYPE_CLASS[type]) this.fault("number of another type than the data");
      if (length + size > bytes.length) {
        const bigger = new Uint8Array(bytes.length * 2);
        bigger.set(bytes);
        bytes = bigger;
        view = new DataView(bytes.buffer);
      }
      if (type === T.ld) writeBits80(scan.wide, bytes, length);
      else if (size === 1) bytes[length] = scan.low;
      else if (size === 2) view.setInt16(length, scan.low, true);
      else {
        view.setInt32(length, scan.low, true);
        if (size === 8) view.setInt32(length + 4, scan.high, true);
      }
      length += size;
      scan.next();
      if ((scan.token as number) !== Token.comma) break;
      scan.next();
    }
    this.addData(module, { kind: "data", name, pos, type, bytes: bytes.slice(0, length) }, pos);
  }

  /** Turns the name that is the current token into a number, if it is `nan` or `inf` in one of their spellings. */
  private special(): boolean {
    return this.scan.special(this.scan.name, false);
  }

  /** The label of this name in the module, new if it was not seen before. */
  private label(module: MirModule, name: string, pos: number): number {
    let index = this.labelByName.get(name);
    if (index === undefined) {
      index = module.labels.length;
      module.labels.push({ name, func: null, at: -1, pos });
      this.labelByName.set(name, index);
    }
    return index;
  }

  private define(module: MirModule, func: FuncItem, label: Pending): void {
    const index = this.label(module, label.name, label.pos);
    const entry = module.labels[index] as MirModule["labels"][number];
    if (entry.func !== null) throw new SyntaxFault(`label '${label.name}' is defined twice in the module`, label.pos);
    const { code } = module;
    code.reserve(HEADER_WORDS + OPERAND_WORDS);
    const at = code.length;
    entry.func = func;
    entry.at = at;
    code.data[at] = LABEL_CODE | (1 << 8);
    code.data[at + 1] = label.pos;
    code.data[at + 2] = Operand.label;
    code.data[at + 3] = index;
    code.data[at + 4] = 0;
    code.length = at + HEADER_WORDS + OPERAND_WORDS;
  }

  private insn(opcode: number, labels: readonly Pending[], pos: number): void {
    const { func, module, scan } = this;
    if (func === null || module === null) throw new SyntaxFault("instruction outside a function", pos, "name: func");
    for (let i = 0; i < labels.length; i++) this.define(module, func, labels[i] as Pending);
    const { code } = module;
    const start = code.length;
    code.reserve(HEADER_WORDS + 4 * OPERAND_WORDS);
    code.length = start + HEADER_WORDS;
    const { modes } = OPS[opcode] as { modes: string };
    let count = 0;
    try {
      if (!this.atEnd) {
        for (;;) {
          const isLabel = opcode === OP.switch ? count > 0 : modes.charCodeAt(count) === 76;
          if (isLabel) this.labelOperand(module);
          else this.operand(module, func);
          if (++count > MAX_OPERANDS) this.fault("too many operands");
          if ((scan.token as number) !== Token.comma) break;
          scan.next();
        }
      }
      this.endStatement();
    } catch (fault) {
      code.length = start;
      throw fault;
    }
    code.data[start] = opcode | (count << 8);
    code.data[start + 1] = pos;
  }

  private push(module: MirModule, kind: number, a: number, b: number): void {
    const { code } = module;
    code.reserve(OPERAND_WORDS);
    const at = code.length;
    code.data[at] = kind;
    code.data[at + 1] = a;
    code.data[at + 2] = b;
    code.length = at + OPERAND_WORDS;
  }

  private labelOperand(module: MirModule): void {
    const { scan } = this;
    if (scan.token !== Token.name) this.unexpected("label");
    this.push(module, Operand.label, this.label(module, scan.name, scan.start), 0);
    scan.next();
  }

  /** Any operand but a label. */
  private operand(module: MirModule, func: FuncItem): void {
    const { scan } = this;
    switch (scan.token) {
      case Token.name: {
        const { name, start } = scan;
        scan.next();
        if ((scan.token as number) === Token.colon) return this.memory(module, func, name, start);
        const register = func.registerByName.get(name);
        if (register !== undefined) return this.push(module, Operand.reg, register, 0);
        const symbol = module.symbolByName.get(name);
        if (symbol !== undefined) return this.push(module, Operand.ref, symbol, 0);
        return this.specialOperand(module, name, start);
      }
      case Token.number:
        this.numberOperand(module);
        scan.next();
        return;
      case Token.string:
        module.strings.push(scan.bytes);
        this.push(module, Operand.str, module.strings.length - 1, 0);
        scan.next();
        return;
      default:
        this.unexpected("operand");
    }
  }

  private numberOperand(module: MirModule): void {
    const { scan } = this;
    if (scan.numberKind === Operand.ldouble) {
      module.longDoubles.push(scan.wide);
      this.push(module, Operand.ldouble, module.longDoubles.length - 1, 0);
    } else {
      this.push(module, scan.numberKind, scan.low, scan.high);
    }
  }

  /** `nan` and `inf` as operands; the token after the name has been read already. */
  private specialOperand(module: MirModule, name: string, start: number): void {
    const { scan } = this;
    scan.at = start + name.length;
    if (!scan.special(name, false)) {
      throw new SyntaxFault(`undeclared name '${name}'`, start, "register or item declared before");
    }
    this.numberOperand(module);
    scan.next();
  }

  private registerNumber(func: FuncItem): number {
    const { scan } = this;
    if (scan.token !== Token.name) this.unexpected("register");
    const register = func.registerByName.get(scan.name);
    if (register === undefined) this.fault(`undeclared register '${scan.name}'`, "integer register");
    scan.next();
    return register;
  }

  /** `type:disp(base, index, scale):alias:nonalias`; the colon after the type is the current token. */
  private memory(module: MirModule, func: FuncItem, typeName: string, pos: number): void {
    const { scan } = this;
    const type = TYPE_BY_NAME.get(typeName);
    if (type === undefined) throw new SyntaxFault(`unknown type '${typeName}'`, pos, "type");
    scan.next();
    let low = 0;
    let high = 0;
    let base = 0;
    let index = 0;
    let scale = 1;
    let alias = 0;
    let nonalias = 0;
    let symbol = 0;
    let hasDisp = false;
    if (scan.token === Token.number) {
      if (scan.numberKind !== Operand.int) this.fault("wrong displacement", "integer");
      low = scan.low;
      high = scan.high;
      hasDisp = true;
      scan.next();
    } else if (scan.token === Token.name) {
      symbol = this.declared(module, scan.name, scan.start) + 1;
      hasDisp = true;
      scan.next();
    }
    if ((scan.token as number) === Token.leftParen) {
      scan.next();
      if (scan.token === Token.name) base = this.registerNumber(func);
      if ((scan.token as number) === Token.comma) {
        scan.next();
        index = this.registerNumber(func);
        if (scan.token === Token.comma) {
          scan.next();
          const value = this.integer("scale");
          if (value < 0n || value > 255n) throw new SyntaxFault("wrong scale", scan.start, "0 to 255");
          scale = Number(value);
        }
      }
      this.expect(Token.rightParen, "')'");
    } else if (!hasDisp) {
      this.unexpected("displacement or '('");
    }
    if ((scan.token as number) === Token.colon) {
      scan.next();
      if ((scan.token as number) !== Token.colon) alias = module.alias(this.takeName("alias name"));
      if ((scan.token as number) === Token.colon) {
        scan.next();
        nonalias = module.alias(this.takeName("nonalias name"));
      }
    }
    const { mems } = module;
    mems.reserve(MEM_WORDS);
    const at = mems.length;
    const { data } = mems;
    data[at] = type;
    data[at + 1] = low;
    data[at + 2] = high;
    data[at + 3] = base;
    data[at + 4] = index;
    data[at + 5] = scale;
    data[at + 6] = alias;
    data[at + 7] = nonalias;
    data[at + 8] = symbol;
    mems.length = at + MEM_WORDS;
    this.push(module, Operand.mem, at, 0);
  }
}

/** The register class in which a parameter of a type is held. */
export function registerType(type: MirType): MirType {
  return isInteger(type) || isBlock(type) ? T.i64 : type;
}

/** The f64 nearest to a long double operand. */
export function longDoubleValue(module: MirModule, index: number): number {
  return bits80ToF64(module.longDoubles[index] as bigint);
}
