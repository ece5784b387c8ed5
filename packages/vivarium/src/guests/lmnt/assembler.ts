/**
 * LMNT assembly text to an archive.
 *
 * ```
 * .lmnt head                              ; variant; optionally the four version bytes
 * .constants 0.5, inf, 0x7fc00001         ; slots k0, k1, …
 * .data curve: 0, 0.25, 1                 ; a data section with a name
 * .extern noise (1) -> (1)                ; a host function: arguments and return values
 * .function ease (t, lo) -> (r) default=curve
 *     MULSS  t, t, t0                     ; slots: names, a0… r0… t0… k0…, s7 (absolute), =1.5 (a pooled constant)
 *   again:
 *     CMP    t0, =0.5
 *     BRANCHCLT again
 *     EXTCALL noise, t0
 * .end
 * ```
 *
 * `stack=` is the highest slot used unless it is stated, flags follow from the text unless `flags=` states them.
 */
import { LoadError } from "../../machine/errors.js";
import {
  DEFINITION_SIZE,
  INSTRUCTION_SIZE,
  type LmntDefinition2020,
  type LmntDefinitionSource,
  type LmntInstruction,
  MAX_SLOTS,
  readHeader,
  writeArchive,
} from "./archive.js";
import { DefinitionFlag, type LmntVariant, VARIANTS } from "./codes.js";
import { parseFloat32 } from "./floats.js";
import { type LmntOperation, numberIn, operationNamed } from "./table.js";
import { check, LmntLoadError } from "./validate.js";

/** How text is assembled. */
export interface AssembleOptions {
  /** Variant of text that does not begin with `.lmnt`. Default `head`. */
  readonly variant?: LmntVariant;
  /** Return the archive without validating it (for tests of validators). Default false. */
  readonly unchecked?: boolean;
}

/**
 * Assembles text to an archive.
 *
 * @throws LoadError `LMNT_ASM_SYNTAX`, `LMNT_ASM_NAME`, `LMNT_ASM_RANGE` with line and column; code that is well
 *   written but not valid throws the validator's code, with the line of the instruction.
 */
export function assemble(text: string, options: AssembleOptions = {}): Uint8Array {
  const assembler = new Assembler(options.variant ?? "head");
  assembler.read(text);
  const { bytes, lines } = assembler.finish();
  if (!options.unchecked) {
    const verdict = check(bytes, { variant: assembler.variant });
    if (!verdict.ok) {
      const line = lines(verdict.problem.offset);
      if (line === undefined) throw new LmntLoadError(verdict.problem);
      throw new LoadError(`LMNT_${verdict.problem.name}`, verdict.problem.reason, { line, column: 1 });
    }
  }
  return bytes;
}

/** A piece of a line. */
interface Token {
  readonly kind: "word" | "string" | "punctuation" | "end";
  readonly text: string;
  readonly column: number;
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(->|[(),:={}])|([^\s(),:={}"]+))/y;

function tokenize(line: string, number: number): Token[] {
  const code = stripComment(line);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < code.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(code);
    if (match === null) {
      const column = start + 1 + (/^\s*/.exec(code.slice(start))?.[0].length ?? 0);
      throw new LoadError("LMNT_ASM_SYNTAX", "unreadable text", { line: number, column });
    }
    const [whole, quoted, punctuation, word] = match;
    const column = start + whole.length - (quoted ?? punctuation ?? word).length + 1;
    if (quoted !== undefined) tokens.push({ kind: "string", text: unquote(quoted, number, column), column });
    else if (punctuation !== undefined) tokens.push({ kind: "punctuation", text: punctuation, column });
    else tokens.push({ kind: "word", text: word, column });
  }
  tokens.push({ kind: "end", text: "end of line", column: code.trimEnd().length + 1 });
  return tokens;
}

/** Removes `; …`, which quotes protect. */
function stripComment(line: string): string {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\" && quoted) i++;
    else if (line[i] === '"') quoted = !quoted;
    else if (line[i] === ";" && !quoted) return line.slice(0, i);
  }
  return line;
}

function unquote(quoted: string, line: number, column: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new LoadError("LMNT_ASM_SYNTAX", "not a string", { line, column, expected: "a JSON string" });
  }
}

/** A slot that is known once the number of constants is. */
type Slot =
  | { readonly at: "absolute"; readonly slot: number }
  | { readonly at: "constant"; readonly slot: number }
  | { readonly at: "writable"; readonly slot: number };

interface PendingInstruction {
  readonly operation: LmntOperation;
  readonly line: number;
  /** Values that are known at once; slots and label are filled in at the end. */
  readonly values: [number, number, number];
  readonly slots: (Slot | undefined)[];
  readonly column: number;
  readonly label?: { readonly name: string; readonly column: number };
  readonly callee?: { readonly name: string; readonly column: number };
}

interface PendingFunction {
  readonly name: string;
  readonly line: number;
  readonly isExtern: boolean;
  readonly args: readonly string[];
  readonly rvals: readonly string[];
  readonly attributes: ReadonlyMap<string, { readonly value: string; readonly column: number }>;
  readonly instructions: PendingInstruction[];
  readonly labels: Map<string, number>;
}

class Assembler {
  private readonly constants: number[] = [];
  private readonly pool = new Map<number, number>();
  private readonly sections: { readonly name: string | undefined; readonly bits: number[] }[] = [];
  private readonly functions: PendingFunction[] = [];
  private readonly raw = new Map<string, number[]>();
  private version: [number, number, number, number] | undefined;
  private started = false;

  private tokens: Token[] = [];
  private position = 0;
  private line = 0;
  /** What a line that starts with neither directive nor label continues. */
  private list: number[] | undefined;
  private bytes: number[] | undefined;
  private fn: PendingFunction | undefined;

  constructor(public variant: LmntVariant) {}

  read(text: string): void {
    text.split(/\r\n?|\n/).forEach((line, i) => {
      this.line = i + 1;
      this.tokens = tokenize(line, this.line);
      this.position = 0;
      if (this.peek().kind !== "end") this.readLine();
    });
    if (this.fn !== undefined || this.bytes !== undefined)
      this.fail("LMNT_ASM_SYNTAX", "the text ends before .end", ".end");
  }

  private peek(): Token {
    return this.tokens[this.position];
  }

  private next(): Token {
    const token = this.tokens[this.position];
    if (token.kind !== "end") this.position++;
    return token;
  }

  private fail(code: string, reason: string, expected?: string, column = this.peek().column): never {
    throw new LoadError(code, reason, { line: this.line, column, expected });
  }

  private accept(punctuation: string): boolean {
    const token = this.peek();
    if (token.kind !== "punctuation" || token.text !== punctuation) return false;
    this.position++;
    return true;
  }

  private expect(punctuation: string): void {
    if (!this.accept(punctuation)) this.fail("LMNT_ASM_SYNTAX", `found ${this.peek().text}`, `'${punctuation}'`);
  }

  private expectEnd(): void {
    if (this.peek().kind !== "end") this.fail("LMNT_ASM_SYNTAX", `found ${this.peek().text}`, "end of line");
  }

  private word(expected: string): Token {
    const token = this.next();
    if (token.kind !== "word") this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, expected, token.column);
    return token;
  }

  private name(expected: string): string {
    const token = this.next();
    if (token.kind !== "word" && token.kind !== "string") {
      this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, expected, token.column);
    }
    return token.text;
  }

  private number(limit: number, expected: string, token = this.word(expected)): number {
    if (!/^(\d+|0x[0-9a-f]+)$/i.test(token.text)) {
      this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, expected, token.column);
    }
    const value = Number(token.text);
    if (value >= limit) this.fail("LMNT_ASM_RANGE", `${token.text} is too large`, `below ${limit}`, token.column);
    return value;
  }

  private float(): number {
    const token = this.word("a number");
    const bits = parseFloat32(token.text);
    if (bits === undefined) this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, "a number", token.column);
    return bits;
  }

  private readLine(): void {
    const first = this.peek();
    if (this.bytes !== undefined) return this.readBytes(this.bytes);
    if (first.kind === "word" && first.text.startsWith(".")) {
      if (first.text === ".end") return this.readEnd();
      if (this.fn !== undefined) this.fail("LMNT_ASM_SYNTAX", `${first.text} inside a function`, ".end");
      this.list = undefined;
      return this.readDirective();
    }
    if (this.fn !== undefined) return this.readCode(this.fn);
    if (this.list !== undefined) return this.readList(this.list);
    this.fail("LMNT_ASM_SYNTAX", `found ${first.text}`, "a directive");
  }

  private readEnd(): void {
    this.next();
    if (this.fn === undefined) this.fail("LMNT_ASM_SYNTAX", ".end without a function", undefined, 1);
    this.expectEnd();
    this.fn = undefined;
  }

  private readDirective(): void {
    const directive = this.next();
    const readers: Record<string, () => void> = {
      ".lmnt": () => this.readVariant(directive),
      ".constants": () => this.beginList(this.constants),
      ".data": () => this.readData(),
      ".function": () => this.readHead(false),
      ".extern": () => this.readHead(true),
      ".strings": () => this.beginBytes("strings"),
      ".code": () => this.beginBytes("code"),
      ".data-bytes": () => this.beginBytes("data"),
    };
    const reader = Object.hasOwn(readers, directive.text) ? readers[directive.text] : undefined;
    if (reader === undefined) {
      this.fail("LMNT_ASM_SYNTAX", `no directive ${directive.text}`, Object.keys(readers).join(" "), directive.column);
    }
    reader();
    this.started = true;
  }

  private readVariant(directive: Token): void {
    if (this.started) this.fail("LMNT_ASM_SYNTAX", ".lmnt has to come first", undefined, directive.column);
    const token = this.word("a variant");
    const variant = VARIANTS.find((known) => known === token.text);
    if (variant === undefined) {
      this.fail("LMNT_ASM_SYNTAX", `no variant ${token.text}`, VARIANTS.join(" or "), token.column);
    }
    this.variant = variant;
    if (this.peek().kind !== "end") {
      this.version = [0, 0, 0, 0];
      for (let i = 0; i < 4; i++) this.version[i] = this.number(0x100, "a byte");
    }
    this.expectEnd();
  }

  private beginList(list: number[]): void {
    this.list = list;
    if (this.peek().kind !== "end") this.readList(list);
  }

  private readList(list: number[]): void {
    while (this.peek().kind !== "end") {
      const bits = this.float();
      if (list === this.constants && !this.pool.has(bits)) this.pool.set(bits, list.length);
      list.push(bits);
      if (!this.accept(",")) this.expectEnd();
    }
    if (list === this.constants && list.length > MAX_SLOTS) this.fail("LMNT_ASM_RANGE", "too many constants");
  }

  private readData(): void {
    let name: string | undefined;
    if (this.tokens[this.position + 1]?.text === ":") {
      const token = this.peek();
      name = this.name("a name");
      if (this.sections.some((section) => section.name === name)) {
        this.fail("LMNT_ASM_NAME", `there already is a section ${name}`, undefined, token.column);
      }
      this.next();
    }
    const bits: number[] = [];
    this.sections.push({ name, bits });
    this.beginList(bits);
  }

  private beginBytes(table: string): void {
    this.expectEnd();
    if (this.raw.has(table)) this.fail("LMNT_ASM_NAME", `the bytes of ${table} are given twice`, undefined, 1);
    this.bytes = [];
    this.raw.set(table, this.bytes);
  }

  private readBytes(bytes: number[]): void {
    if (this.peek().text === ".end") {
      this.next();
      this.expectEnd();
      this.bytes = undefined;
      return;
    }
    while (this.peek().kind !== "end") {
      const token = this.word("hexadecimal bytes");
      if (!/^([0-9a-f]{2})+$/i.test(token.text)) {
        this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, "hexadecimal bytes", token.column);
      }
      for (let i = 0; i < token.text.length; i += 2) bytes.push(Number.parseInt(token.text.slice(i, i + 2), 16));
    }
  }

  private readHead(isExtern: boolean): void {
    const name = this.name("the name of a function");
    const args = this.readSignature("a");
    this.expect("->");
    const rvals = this.readSignature("r");
    const names = new Set([...args, ...rvals]);
    if (names.size !== args.length + rvals.length) this.fail("LMNT_ASM_NAME", "two slots have the same name");
    const attributes = new Map<string, { value: string; column: number }>();
    while (this.peek().kind !== "end") {
      const key = this.word("an attribute");
      if (!ATTRIBUTES.includes(key.text) || attributes.has(key.text)) {
        this.fail("LMNT_ASM_SYNTAX", `found ${key.text}`, `one of ${ATTRIBUTES.join(" ")}, once`, key.column);
      }
      this.expect("=");
      const { column } = this.peek();
      let value = this.name("a value");
      while (this.accept(",")) value += `,${this.name("a value")}`;
      attributes.set(key.text, { value, column });
    }
    const fn: PendingFunction = {
      name,
      line: this.line,
      isExtern,
      args,
      rvals,
      attributes,
      instructions: [],
      labels: new Map(),
    };
    this.functions.push(fn);
    if (!isExtern && !attributes.has("code")) this.fn = fn;
  }

  /** `(x, y)` or `(2)`: names of slots. */
  private readSignature(prefix: string): string[] {
    this.expect("(");
    const names: string[] = [];
    if (/^\d+$/.test(this.peek().text)) {
      const count = this.number(MAX_SLOTS, "a count");
      for (let i = 0; i < count; i++) names.push(`${prefix}${i}`);
      this.expect(")");
      return names;
    }
    while (!this.accept(")")) {
      if (names.length > 0) this.expect(",");
      const token = this.word("a name");
      if (!/^[A-Za-z_][\w.$]*$/.test(token.text)) {
        this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, "a name", token.column);
      }
      names.push(token.text);
    }
    return names;
  }

  private readCode(fn: PendingFunction): void {
    const first = this.word("an instruction or a label");
    if (this.accept(":")) {
      if (fn.labels.has(first.text)) {
        this.fail("LMNT_ASM_NAME", `label ${first.text} is set twice`, undefined, first.column);
      }
      fn.labels.set(first.text, fn.instructions.length);
      if (this.peek().kind !== "end") this.readCode(fn);
      return;
    }
    const operation = operationNamed(first.text, this.variant);
    if (operation === undefined) {
      this.fail("LMNT_ASM_NAME", `${this.variant} has no instruction ${first.text}`, undefined, first.column);
    }
    fn.instructions.push(this.readInstruction(fn, operation, first.column));
  }

  private readInstruction(fn: PendingFunction, operation: LmntOperation, column: number): PendingInstruction {
    const values: [number, number, number] = [0, 0, 0];
    const slots: (Slot | undefined)[] = [undefined, undefined, undefined];
    let label: PendingInstruction["label"];
    let callee: PendingInstruction["callee"];
    let first = true;
    operation.operands.forEach(({ role }, i) => {
      // The high half of a pair comes with its low half.
      if (role === "ignored" || role.endsWith("High")) return;
      if (!first) this.expect(",");
      first = false;
      const token = this.peek();
      if (role === "read" || role === "write" || role === "frame") slots[i] = this.readSlot(fn);
      else if (role === "section") values[i] = this.readSection();
      else if (role === "index" || role === "offset") values[i] = this.number(MAX_SLOTS, "an index");
      else if (role === "codeLow") label = { name: this.name("a label"), column: token.column };
      else if (role === "definitionLow") callee = { name: this.name("a host function"), column: token.column };
      else this.setPair(values, i, role === "integerLow" ? this.integer() : this.float());
    });
    if (this.accept("{")) this.readIgnored(operation, values);
    this.expectEnd();
    return { operation, line: this.line, values, slots, column, label, callee };
  }

  private setPair(values: [number, number, number], low: number, bits: number): void {
    values[low] = bits & 0xffff;
    values[low + 1] = bits >>> 16;
  }

  private integer(): number {
    const token = this.word("an integer");
    const value = Number(token.text);
    if (!/^-?\d+$/.test(token.text) || value !== (value | 0)) {
      this.fail("LMNT_ASM_SYNTAX", `found ${token.text}`, "a signed 32-bit integer", token.column);
    }
    return value >>> 0;
  }

  /** `{b=7}`: values of operands that the instruction ignores, kept so that nothing is lost. */
  private readIgnored(operation: LmntOperation, values: [number, number, number]): void {
    while (!this.accept("}")) {
      const token = this.word("a, b or c");
      const i = "abc".indexOf(token.text);
      if (i < 0 || token.text.length !== 1 || operation.operands[i].role !== "ignored") {
        this.fail(
          "LMNT_ASM_SYNTAX",
          `${operation.mnemonic} has no ignored operand ${token.text}`,
          undefined,
          token.column,
        );
      }
      this.expect("=");
      values[i] = this.number(MAX_SLOTS, "a number");
    }
  }

  private readSlot(fn: PendingFunction): Slot {
    if (this.accept("=")) {
      const bits = this.float();
      let slot = this.pool.get(bits);
      if (slot === undefined) {
        slot = this.constants.length;
        this.pool.set(bits, slot);
        this.constants.push(bits);
      }
      return { at: "constant", slot };
    }
    const token = this.word("a slot");
    const arg = fn.args.indexOf(token.text);
    if (arg >= 0) return { at: "writable", slot: arg };
    const rval = fn.rvals.indexOf(token.text);
    if (rval >= 0) return { at: "writable", slot: fn.args.length + rval };
    const match = /^([karts])(\d{1,5})$/.exec(token.text);
    if (match === null || Number(match[2]) >= MAX_SLOTS) {
      this.fail("LMNT_ASM_NAME", `no slot ${token.text}`, "a name, a0, r0, t0, k0, s0 or =number", token.column);
    }
    const index = Number(match[2]);
    if (match[1] === "k") return { at: "constant", slot: index };
    if (match[1] === "s") return { at: "absolute", slot: index };
    if (match[1] === "a") return { at: "writable", slot: index };
    if (match[1] === "r") return { at: "writable", slot: fn.args.length + index };
    return { at: "writable", slot: fn.args.length + fn.rvals.length + index };
  }

  private readSection(): number {
    const token = this.peek();
    const name = this.name("a data section");
    const index = this.sections.findIndex((section) => section.name === name);
    if (index >= 0) return index;
    if (!/^\d+$/.test(name)) this.fail("LMNT_ASM_NAME", `no data section ${name}`, undefined, token.column);
    return this.number(MAX_SLOTS, "a data section", token);
  }

  /** Resolves what had to wait and writes the archive; `lines` finds the line of a byte of the code table. */
  finish(): { bytes: Uint8Array; lines: (offset: number) => number | undefined } {
    const { variant } = this;
    const table = (name: string) => {
      const bytes = this.raw.get(name);
      return bytes && Uint8Array.from(bytes);
    };
    const definitions = this.functions.map((fn) => this.finishFunction(fn));
    const bytes = writeArchive({
      variant,
      version: this.version,
      definitions,
      sections: this.sections.map((section) => Uint32Array.from(section.bits)),
      constants: Uint32Array.from(this.constants),
      strings: table("strings"),
      code: table("code"),
      data: table("data"),
    });
    return { bytes, lines: (offset) => this.lineOf(bytes, offset) };
  }

  private lineOf(bytes: Uint8Array, offset: number): number | undefined {
    const header = readHeader(bytes);
    if (header === undefined) return undefined;
    let entry = header.definitions.offset;
    let code = header.code.offset;
    for (const fn of this.functions) {
      const bases = fn.attributes.get("bases")?.value.split(",").length ?? 0;
      const size = DEFINITION_SIZE[this.variant] + (this.variant === "head" ? 0 : 4 * bases);
      if (offset >= entry && offset < entry + size) return fn.line;
      entry += size;
      if (fn.isExtern || this.raw.has("code")) continue;
      const index = Math.floor((offset - code - 4) / INSTRUCTION_SIZE);
      if (offset >= code && index < fn.instructions.length) return fn.instructions[Math.max(0, index)]?.line ?? fn.line;
      code += 4 + INSTRUCTION_SIZE * fn.instructions.length;
    }
    return undefined;
  }

  private finishFunction(fn: PendingFunction): LmntDefinitionSource {
    this.line = fn.line;
    const attribute = (key: string, limit: number, prefix = ""): number | undefined => {
      const found = fn.attributes.get(key);
      if (found === undefined) return undefined;
      const text = found.value.startsWith(prefix) ? found.value.slice(prefix.length) : "";
      return this.number(limit, "a number", { kind: "word", text, column: found.column });
    };
    const hasBody = !fn.isExtern && !fn.attributes.has("code");
    const code = hasBody
      ? fn.instructions.map((instruction, i) => this.finishInstruction(fn, instruction, i))
      : undefined;
    this.line = fn.line;
    const defaultArgs = this.defaultSection(fn);
    const loops =
      code?.some(({ b, c }, i) => fn.instructions[i].label !== undefined && (b | (c << 16)) >>> 0 <= i) ?? false;
    const flags =
      attribute("flags", 0x10000) ??
      (fn.isExtern ? DefinitionFlag.EXTERN : 0) |
        (loops && this.variant === "head" ? DefinitionFlag.HAS_BACKBRANCHES : 0);
    return {
      name: fn.name,
      flags,
      argsCount: fn.args.length,
      rvalsCount: fn.rvals.length,
      stackCount: attribute("stack", 0x10000) ?? this.stackUsed(fn, code ?? []),
      code,
      codeOffset: attribute("code", 2 ** 32, "@"),
      nameOffset: attribute("name", 0x10000, "@"),
      defaultArgs,
      rawDefaultArgs: attribute("default-field", 0x10000),
      july2020: this.variant === "2020-07" ? this.extras2020(fn, attribute) : undefined,
    };
  }

  private defaultSection(fn: PendingFunction): number | undefined {
    const found = fn.attributes.get("default");
    if (found === undefined) return undefined;
    const index = this.sections.findIndex((section) => section.name === found.value);
    if (index >= 0) return index;
    return this.number(0x10000, "a data section", { kind: "word", text: found.value, column: found.column });
  }

  private extras2020(
    fn: PendingFunction,
    attribute: (key: string, limit: number) => number | undefined,
  ): LmntDefinition2020 {
    const bases = fn.attributes.get("bases");
    const offsets = (bases?.value.split(",") ?? []).map((text) =>
      this.number(2 ** 32, "an offset", { kind: "word", text: text.replace(/^@/, ""), column: bases?.column ?? 1 }),
    );
    return {
      entryLength: DEFINITION_SIZE["2020-07"] + 4 * offsets.length,
      stackCountAligned: attribute("aligned", 0x10000) ?? 0,
      baseArgsCount: attribute("base-args", 0x10000) ?? 0,
      bases: offsets,
    };
  }

  /** Slots after the constants that a function touches: one more than the highest. */
  private stackUsed(fn: PendingFunction, code: readonly LmntInstruction[]): number {
    let used = fn.args.length + fn.rvals.length;
    code.forEach(({ a, b, c }, i) => {
      const { operation, callee } = fn.instructions[i];
      [a, b, c].forEach((value, operand) => {
        const { role, width } = operation.operands[operand];
        if (role === "read" || role === "write") used = Math.max(used, value + width - this.constants.length);
      });
      const target = callee && this.functions.find((candidate) => candidate.name === callee.name);
      if (target !== undefined) {
        used = Math.max(used, c + target.args.length + target.rvals.length - this.constants.length);
      }
    });
    return used;
  }

  private finishInstruction(fn: PendingFunction, instruction: PendingInstruction, index: number): LmntInstruction {
    this.line = instruction.line;
    const { operation, column } = instruction;
    const values = [...instruction.values] as [number, number, number];
    instruction.slots.forEach((slot, i) => {
      if (slot === undefined) return;
      values[i] = slot.at === "writable" ? slot.slot + this.constants.length : slot.slot;
      if (values[i] >= MAX_SLOTS) this.fail("LMNT_ASM_RANGE", `slot ${values[i]} does not exist`, undefined, column);
    });
    if (instruction.label !== undefined) this.setPair(values, 1, this.labelOf(fn, instruction.label, index));
    if (instruction.callee !== undefined) this.setPair(values, 0, this.calleeOf(instruction.callee));
    const opcode = numberIn(operation, this.variant) as number;
    return { opcode, a: values[0], b: values[1], c: values[2] };
  }

  private labelOf(fn: PendingFunction, label: { name: string; column: number }, index: number): number {
    const target = fn.labels.get(label.name) ?? (/^@\d+$/.test(label.name) ? Number(label.name.slice(1)) : undefined);
    if (target === undefined || target > 0xffffffff) {
      this.fail(
        "LMNT_ASM_NAME",
        `no label ${label.name} in ${fn.name} (instruction ${index})`,
        undefined,
        label.column,
      );
    }
    return target;
  }

  /** Byte offset of the definition a call names, by name or as `@offset`. */
  private calleeOf(callee: { name: string; column: number }): number {
    if (/^@\d+$/.test(callee.name)) return Number(callee.name.slice(1)) >>> 0;
    let offset = 0;
    for (const fn of this.functions) {
      if (fn.name === callee.name) return offset;
      const bases = fn.attributes.get("bases")?.value.split(",").length ?? 0;
      offset += DEFINITION_SIZE[this.variant] + (this.variant === "head" ? 0 : 4 * bases);
    }
    this.fail("LMNT_ASM_NAME", `no function ${callee.name}`, undefined, callee.column);
  }
}

const ATTRIBUTES = ["stack", "name", "code", "default", "default-field", "flags", "aligned", "base-args", "bases"];
