/** Binary MIR to modules: everything is bounded by the bytes that are there before anything is allocated for it. */
import { LoadError } from "../../../machine/errors.js";
import { writeBits80 } from "../float80.js";
import {
  type Diagnostic,
  type FuncItem,
  HEADER_WORDS,
  type Item,
  LABEL_CODE,
  MEM_WORDS,
  MirLoadError,
  MirModule,
  OPERAND_WORDS,
  Operand,
  type Parameter,
  type Signature,
} from "../module.js";
import { OPS } from "../ops.js";
import { registerType } from "../text/parser.js";
import { isBlock, type MirType, T, TYPE_SIZES } from "../types.js";
import { validateModule } from "../validate.js";
import { DEFAULT_MAX_DECODED, unpack } from "./reduce.js";
import { BINARY_VERSION, MEMORY_PARTS, Tag } from "./tags.js";

/** Kinds of token, after the byte counts are taken off the tags. */
const Kind = {
  uint: 0,
  int: 1,
  float: 2,
  double: 3,
  ldouble: 4,
  reg: 5,
  name: 6,
  string: 7,
  label: 8,
  memory: 9,
  aliasMemory: 10,
  type: 11,
  endOfList: 12,
  endOfFile: 13,
} as const;

/** What a token of each kind is called in messages. */
const KIND_NAMES =
  "unsigned number|number|f|d|ld|register|name|string|label|memory|memory|type|end of list|end of file".split("|");

/** What names must look like: what text can say. */
const NAME = /^[A-Za-z_$%.][A-Za-z0-9_$%.]*$/;

const DECODER = new TextDecoder("utf-8");

/** Settings of {@link readBinary}. */
export interface BinaryOptions {
  /** Most bytes of unpacked tokens; 64 MiB if not given. */
  readonly maxDecoded?: number;
}

/**
 * Reads binary MIR.
 *
 * @returns its modules, validated.
 * @throws LoadError `MIR_BINARY` with the offset in the file (outer layer) or in the unpacked token stream;
 *   MirLoadError `MIR_INVALID` with all errors if the modules are well-formed but not valid.
 */
export function readBinary(bytes: Uint8Array, options: BinaryOptions = {}): MirModule[] {
  const reader = new Reader(unpack(bytes, options.maxDecoded ?? DEFAULT_MAX_DECODED));
  const modules = reader.run();
  if (reader.errors.length > 0) {
    throw new MirLoadError(
      "MIR_INVALID",
      reader.errors.map(({ message, pos, expected }) =>
        expected === undefined ? { message, offset: pos } : { message, offset: pos, expected },
      ),
    );
  }
  return modules;
}

class Reader {
  readonly errors: Diagnostic[] = [];
  private at = 0;
  private kind: number = Kind.endOfFile;
  /** Start of the current token. */
  private start = 0;
  private low = 0;
  private high = 0;
  private readonly stringStart: number[] = [];
  private readonly stringEnd: number[] = [];
  private names: (string | undefined)[] = [];
  private module: MirModule | null = null;
  private func: FuncItem | null = null;
  /** Labels of the current function by number. */
  private labels = new Map<number, number>();
  /** Labels of the module by number, for lrefs; −2 if a number is used by two functions. */
  private moduleLabels = new Map<number, number>();
  private lrefs: { item: { label: number; label2: number }; first: number; second: number; pos: number }[] = [];
  private stringOperands = new Map<number, number>();

  constructor(private readonly bytes: Uint8Array) {}

  private fail(reason: string, expected?: string): never {
    const where = { offset: this.start };
    throw new LoadError("MIR_BINARY", reason, expected === undefined ? where : { ...where, expected });
  }

  /** Reads `count` bytes of a little-endian number into `low` and `high`. */
  private number(count: number): void {
    const { bytes, at } = this;
    if (at + count > bytes.length) this.fail("truncated token");
    let low = 0;
    let high = 0;
    for (let i = 0; i < count && i < 4; i++) low |= (bytes[at + i] as number) << (8 * i);
    for (let i = 4; i < count; i++) high |= (bytes[at + i] as number) << (8 * (i - 4));
    this.low = low;
    this.high = high;
    this.at = at + count;
  }

  /** Reads the next token and returns its kind. */
  private next(): number {
    this.start = this.at;
    const tag = this.bytes[this.at++];
    if (tag === undefined) this.fail("truncated token stream", "end-of-file token");
    if (tag >= Tag.small) {
      this.low = tag & 0x7f;
      this.high = 0;
      return this.set(Kind.uint);
    }
    if (tag === 0 || tag > Tag.aliasMemory + 6) this.fail(`wrong tag ${tag}`);
    if (tag <= 8) {
      this.number(tag);
      return this.set(Kind.uint);
    }
    if (tag <= 16) {
      this.number(tag - Tag.int);
      return this.set(Kind.int);
    }
    if (tag >= Tag.reg && tag < Tag.memory) {
      this.number(((tag - Tag.reg) & 3) + 1);
      return this.set(Kind.reg + ((tag - Tag.reg) >> 2));
    }
    if (tag >= Tag.aliasMemory) {
      this.low = tag - Tag.aliasMemory;
      return this.set(Kind.aliasMemory);
    }
    if (tag >= Tag.memory && tag < Tag.type) {
      this.low = tag - Tag.memory;
      return this.set(Kind.memory);
    }
    if (tag >= Tag.type && tag < Tag.endOfList) {
      this.low = tag - Tag.type;
      return this.set(Kind.type);
    }
    return this.rare(tag);
  }

  private rare(tag: number): number {
    switch (tag) {
      case Tag.float:
        this.number(4);
        return this.set(Kind.float);
      case Tag.double:
        this.number(8);
        return this.set(Kind.double);
      case Tag.ldouble:
        // Ten bytes matter; the offset stays at their start for {@link wide}.
        this.low = this.at;
        if (this.at + 16 > this.bytes.length) this.fail("truncated token");
        this.at += 16;
        return this.set(Kind.ldouble);
      case Tag.endOfList:
        return this.set(Kind.endOfList);
      default:
        return this.set(Kind.endOfFile);
    }
  }

  private set(kind: number): number {
    this.kind = kind;
    return kind;
  }

  private expect(kind: number): void {
    if (this.next() !== kind) this.fail(`unexpected ${KIND_NAMES[this.kind]}`, KIND_NAMES[kind]);
  }

  private bits64(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  private wide(): bigint {
    let bits = 0n;
    for (let i = 9; i >= 0; i--) bits = (bits << 8n) | BigInt(this.bytes[this.low + i] as number);
    return bits;
  }

  /** An unsigned number up to a bound. */
  private bounded(what: string, most: number): number {
    this.expect(Kind.uint);
    if (this.high !== 0 || this.low >>> 0 > most) this.fail(`wrong ${what}`, `at most ${most}`);
    return this.low >>> 0;
  }

  private integer(): bigint {
    const kind = this.next();
    if (kind !== Kind.int && kind !== Kind.uint) this.fail(`unexpected ${KIND_NAMES[kind]}`, "number");
    return this.bits64();
  }

  private stringIndex(): number {
    const index = this.low >>> 0;
    if (index >= this.stringStart.length) this.fail("wrong string number", `below ${this.stringStart.length}`);
    return index;
  }

  /** The name of a string number; the current token holds the number. */
  private nameText(allowEmpty = false): string {
    const index = this.stringIndex();
    const known = this.names[index];
    if (known !== undefined) return known;
    let end = this.stringEnd[index] as number;
    const start = this.stringStart[index] as number;
    if (end > start && this.bytes[end - 1] === 0) end--;
    const text = DECODER.decode(this.bytes.subarray(start, end));
    if (text === "" && allowEmpty) return text;
    if (!NAME.test(text)) this.fail(`wrong name ${JSON.stringify(text.slice(0, 40))}`, "letters, digits, _ $ % .");
    this.names[index] = text;
    return text;
  }

  private name(): string {
    this.expect(Kind.name);
    return this.nameText();
  }

  run(): MirModule[] {
    const version = this.bounded("version", 0xffff);
    if (version !== BINARY_VERSION) this.fail(`version ${version} of the format`, `${BINARY_VERSION}`);
    this.strings();
    const modules: MirModule[] = [];
    for (;;) {
      const labels: number[] = [];
      while (this.next() === Kind.label) labels.push(this.low >>> 0);
      if (this.kind === Kind.uint) {
        this.insn(labels);
        continue;
      }
      if (labels.length > 0) this.fail("label without an instruction", "instruction");
      if (this.kind === Kind.endOfFile) break;
      if (this.kind !== Kind.name) this.fail(`unexpected ${KIND_NAMES[this.kind]}`, "name or instruction");
      const finished = this.statement(this.nameText());
      if (finished !== null) modules.push(finished);
    }
    if (this.func !== null) this.fail("function is not ended", "endfunc");
    if (this.module !== null) this.fail("module is not ended", "endmodule");
    if (this.at !== this.bytes.length) this.fail("bytes after the end");
    return modules;
  }

  private strings(): void {
    const count = this.bounded("number of strings", this.bytes.length);
    for (let i = 0; i < count; i++) {
      const length = this.bounded("string length", this.bytes.length - this.at);
      if (this.at + length > this.bytes.length) this.fail("truncated string");
      this.stringStart.push(this.at);
      this.at += length;
      this.stringEnd.push(this.at);
    }
    this.names = new Array(count);
  }

  private add(item: Item): void {
    if (this.module === null) this.fail(`${item.kind} outside a module`);
    const problem = this.module.add(item);
    if (problem !== null) this.fail(problem);
  }

  /** A statement that begins with a keyword; returns a module when one has ended. */
  private statement(keyword: string): MirModule | null {
    const pos = this.start;
    switch (keyword) {
      case "module":
        if (this.module !== null) this.fail("module inside a module");
        this.module = new MirModule(this.name(), pos);
        this.moduleLabels = new Map();
        this.stringOperands = new Map();
        return null;
      case "endmodule":
        return this.endModule();
      case "import":
      case "export":
      case "forward":
        this.add({ kind: keyword, name: this.name(), pos });
        return null;
      case "proto": {
        const name = this.name();
        this.add({ kind: "proto", name, pos, signature: this.signature() });
        return null;
      }
      case "func":
        this.beginFunc(pos);
        return null;
      case "endfunc":
        if (this.func === null || this.module === null) this.fail("endfunc outside a function");
        this.func.end = this.module.code.length;
        this.func = null;
        return null;
      case "local":
      case "global":
        this.registers(keyword === "global");
        return null;
      default:
        this.data(keyword, pos);
        return null;
    }
  }

  private endModule(): MirModule {
    const { module } = this;
    if (module === null) this.fail("endmodule outside a module");
    if (this.func !== null) this.fail("module ends inside a function", "endfunc");
    for (const { item, first, second, pos } of this.lrefs) {
      item.label = this.lrefLabel(first, pos);
      if (second >= 0) item.label2 = this.lrefLabel(second, pos);
    }
    this.lrefs = [];
    validateModule(module, this.errors);
    this.module = null;
    return module;
  }

  /** The label that an lref means by a number of its module. */
  private lrefLabel(number: number, pos: number): number {
    const label = this.moduleLabels.get(number);
    if (label === undefined || label === -2) {
      const why = label === undefined ? "undefined" : "defined in several functions";
      throw new LoadError("MIR_BINARY", `lref of label ${number}, which is ${why}`, { offset: pos });
    }
    return label;
  }

  private signature(): Signature {
    const vararg = this.bounded("vararg flag", 1) !== 0;
    const count = this.bounded("number of results", this.bytes.length - this.at);
    const results: MirType[] = [];
    for (let i = 0; i < count; i++) {
      this.expect(Kind.type);
      if (isBlock(this.low)) this.fail("a result cannot be a block", "scalar type");
      results.push(this.low);
    }
    const params: Parameter[] = [];
    while (this.next() !== Kind.endOfList) {
      if (this.kind !== Kind.type) this.fail(`unexpected ${KIND_NAMES[this.kind]}`, "type or end of list");
      const type = this.low;
      const name = this.name();
      params.push({ type, name, size: isBlock(type) ? this.bounded("block size", 0xffffffff) : 0 });
    }
    return { results, params, vararg };
  }

  private beginFunc(pos: number): void {
    if (this.func !== null) this.fail("function inside a function", "endfunc");
    if (this.module === null) this.fail("function outside a module");
    const name = this.name();
    const signature = this.signature();
    const func: FuncItem = {
      kind: "func",
      name,
      pos,
      signature,
      registers: [null],
      registerByName: new Map(),
      start: this.module.code.length,
      end: this.module.code.length,
      implicitReturn: false,
      isExpression: false,
    };
    this.add(func);
    this.func = func;
    this.labels = new Map();
    for (const param of signature.params) this.register(param.name, registerType(param.type), null);
  }

  private register(name: string, type: MirType, hard: string | null): void {
    const func = this.func as FuncItem;
    if (func.registerByName.has(name)) this.fail(`register '${name}' is declared twice`);
    func.registerByName.set(name, func.registers.length);
    func.registers.push({ name, type, hard });
  }

  private registers(global: boolean): void {
    if (this.func === null) this.fail("register declaration outside a function");
    while (this.next() !== Kind.endOfList) {
      if (this.kind !== Kind.type) this.fail(`unexpected ${KIND_NAMES[this.kind]}`, "type or end of list");
      const type = this.low;
      if (type !== T.i64 && type !== T.f && type !== T.d && type !== T.ld) {
        this.fail("wrong type of a register", "i64, f, d or ld");
      }
      const name = this.name();
      this.register(name, type, global ? this.name() : null);
    }
  }

  private data(keyword: string, pos: number): void {
    const named = keyword.startsWith("n");
    const kind = named ? keyword.slice(1) : keyword;
    if (!["data", "bss", "ref", "lref", "expr"].includes(kind)) this.fail(`unknown keyword '${keyword}'`);
    const { module } = this;
    if (module === null) this.fail("data outside a module");
    const name = named ? this.name() : null;
    switch (kind) {
      case "bss": {
        const length = this.integer();
        if (length < 0n) this.fail("wrong length of bss");
        this.add({ kind: "bss", name, pos, length });
        return;
      }
      case "ref": {
        const symbol = this.declared(module, this.name());
        this.add({ kind: "ref", name, pos, symbol, disp: this.integer() });
        return;
      }
      case "expr":
        this.add({ kind: "expr", name, pos, symbol: this.declared(module, this.name()) });
        return;
      case "lref": {
        const first = Number(this.integer());
        const second = Number(this.integer());
        const item = { kind: "lref" as const, name, pos, label: -1, label2: -1, disp: this.integer() };
        this.lrefs.push({ item, first, second, pos });
        this.add(item);
        return;
      }
      default:
        this.elements(name, pos);
    }
  }

  private declared(module: MirModule, name: string): number {
    const symbol = module.symbolByName.get(name);
    if (symbol === undefined) this.fail(`undeclared name '${name}'`, "an item declared before");
    return symbol;
  }

  private elements(name: string | null, pos: number): void {
    this.expect(Kind.type);
    const type = this.low;
    if (isBlock(type)) this.fail("data cannot be of block type", "scalar type");
    const size = TYPE_SIZES[type] as number;
    const wanted = type === T.f ? Kind.float : type === T.d ? Kind.double : type === T.ld ? Kind.ldouble : Kind.uint;
    let bytes = new Uint8Array(16 * size);
    let length = 0;
    while (this.next() !== Kind.endOfList) {
      if (this.kind !== wanted && !(wanted === Kind.uint && this.kind === Kind.int)) {
        this.fail(`unexpected ${KIND_NAMES[this.kind]}`, KIND_NAMES[wanted]);
      }
      if (length + size > bytes.length) {
        const bigger = new Uint8Array(bytes.length * 2);
        bigger.set(bytes);
        bytes = bigger;
      }
      if (type === T.ld) writeBits80(this.wide(), bytes, length);
      else for (let i = 0; i < size; i++) bytes[length + i] = (i < 4 ? this.low : this.high) >>> (8 * (i & 3));
      length += size;
    }
    this.add({ kind: "data", name, pos, type, bytes: bytes.slice(0, length) });
  }

  /** The label of a number in the current function. */
  private label(number: number): number {
    let index = this.labels.get(number);
    if (index === undefined) {
      const module = this.module as MirModule;
      index = module.labels.length;
      const taken = this.moduleLabels.has(number);
      module.labels.push({ name: taken ? `L${number}_${index}` : `L${number}`, func: null, at: -1, pos: this.start });
      this.labels.set(number, index);
      this.moduleLabels.set(number, taken ? -2 : index);
    }
    return index;
  }

  private push(kind: number, a: number, b: number): void {
    const { code } = this.module as MirModule;
    code.reserve(OPERAND_WORDS);
    const at = code.length;
    code.data[at] = kind;
    code.data[at + 1] = a;
    code.data[at + 2] = b;
    code.length = at + OPERAND_WORDS;
  }

  /** An instruction; its code is the current token. */
  private insn(labels: readonly number[]): void {
    const { func, module } = this;
    if (func === null || module === null) this.fail("instruction outside a function");
    const opcode = this.low;
    const pos = this.start;
    const info = this.high === 0 ? OPS[opcode] : undefined;
    if (info === undefined || info.internal) this.fail(`wrong instruction code ${opcode}`);
    const { code } = module;
    for (const number of labels) {
      const index = this.label(number);
      const label = module.labels[index] as MirModule["labels"][number];
      if (label.func !== null) this.fail(`label ${number} is defined twice`);
      label.func = func;
      label.at = code.length;
      code.reserve(HEADER_WORDS);
      code.data[code.length] = LABEL_CODE | (1 << 8);
      code.data[code.length + 1] = pos;
      code.length += HEADER_WORDS;
      this.push(Operand.label, index, 0);
    }
    const start = code.length;
    code.reserve(HEADER_WORDS);
    code.length += HEADER_WORDS;
    let count = 0;
    if (info.modes === "...") {
      while (this.next() !== Kind.endOfList) {
        this.operand(module, func);
        count++;
      }
    } else {
      for (; count < info.modes.length; count++) {
        this.next();
        this.operand(module, func);
      }
    }
    code.data[start] = opcode | (count << 8);
    code.data[start + 1] = pos;
  }

  /** An operand; its first token is the current one. */
  private operand(module: MirModule, func: FuncItem): void {
    switch (this.kind) {
      case Kind.reg:
        return this.push(Operand.reg, this.registerNumber(func), 0);
      case Kind.int:
        return this.push(Operand.int, this.low, this.high);
      case Kind.uint:
        return this.push(Operand.uint, this.low, this.high);
      case Kind.memory:
      case Kind.aliasMemory:
        return this.memory(module, func);
      case Kind.label:
        return this.push(Operand.label, this.label(this.low >>> 0), 0);
      case Kind.name:
        return this.push(Operand.ref, this.declared(module, this.nameText()), 0);
      case Kind.string:
        return this.push(Operand.str, this.stringOperand(module), 0);
      case Kind.float:
        return this.push(Operand.float, this.low, 0);
      case Kind.double:
        return this.push(Operand.double, this.low, this.high);
      case Kind.ldouble:
        module.longDoubles.push(this.wide());
        return this.push(Operand.ldouble, module.longDoubles.length - 1, 0);
      default:
        this.fail(`unexpected ${KIND_NAMES[this.kind]}`, "operand");
    }
  }

  private stringOperand(module: MirModule): number {
    const number = this.stringIndex();
    let index = this.stringOperands.get(number);
    if (index === undefined) {
      index = module.strings.length;
      module.strings.push(this.bytes.slice(this.stringStart[number], this.stringEnd[number]));
      this.stringOperands.set(number, index);
    }
    return index;
  }

  private registerNumber(func: FuncItem): number {
    const name = this.nameText();
    const register = func.registerByName.get(name);
    if (register === undefined) this.fail(`undeclared register '${name}'`);
    return register;
  }

  private memory(module: MirModule, func: FuncItem): void {
    const aliased = this.kind === Kind.aliasMemory;
    const [hasDisp, hasBase, hasIndex] = MEMORY_PARTS[this.low] as readonly [boolean, boolean, boolean];
    this.expect(Kind.type);
    const { mems } = module;
    mems.reserve(MEM_WORDS);
    const at = mems.length;
    const { data } = mems;
    data[at] = this.low;
    data.fill(0, at + 1, at + MEM_WORDS);
    data[at + 5] = 1;
    if (hasDisp) {
      this.integer();
      data[at + 1] = this.low;
      data[at + 2] = this.high;
    }
    if (hasBase) {
      this.expect(Kind.reg);
      data[at + 3] = this.registerNumber(func);
    }
    if (hasIndex) {
      this.expect(Kind.reg);
      data[at + 4] = this.registerNumber(func);
      data[at + 5] = this.bounded("scale", 255);
    }
    if (aliased) {
      for (const slot of [6, 7]) {
        this.expect(Kind.name);
        const alias = this.nameText(true);
        data[at + slot] = alias === "" ? 0 : module.alias(alias);
      }
    }
    mems.length = at + MEM_WORDS;
    this.push(Operand.mem, at, 0);
  }
}
