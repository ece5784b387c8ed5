/**
 * Bytes to a validated LMNT archive, or the first rule they break: its original error code, its name and its offset.
 *
 * `strict` rules are what Vivarium loads by. They are the original's with its holes closed: all cursors and sums have
 * 32 bits, bytes and values are not mixed, a host function is named by the start of its definition. `original` rules
 * reproduce the verdict of the C validator, truncations included; they exist to compare verdicts, and nothing that
 * only they accept can be loaded.
 */
import { LoadError } from "../../machine/errors.js";
import {
  DEFINITION_SIZE,
  dataView,
  INSTRUCTION_SIZE,
  type LmntArchive,
  type LmntDefinition,
  type LmntHeader,
  type LmntSection,
  readHeader,
} from "./archive.js";
import { DefinitionFlag, type LmntVariant, type ValidationName, validationCode } from "./codes.js";
import { operationsOf } from "./table.js";

/** Bytes of the smallest memory area a machine may be given. */
export const MIN_MEMORY = 64;
/** Definitions of 2020-07 may build on each other to this depth. */
const MAX_BASE_DEPTH = 16;
/** Code may be shared by definitions; the instructions checked are bounded by this many times the code table. */
const MAX_SHARING = 4;

/** How validation is done. */
export interface ValidationOptions {
  /** Format of the archive; it cannot be told from the bytes. Default `head`. */
  readonly variant?: LmntVariant;
  /** Size in bytes of the memory area it must fit in; left out, the smallest area that fits is assumed. */
  readonly memory?: number;
  /** Keep the archive outside of the memory area and copy only its constants in. Default false. */
  readonly inPlace?: boolean;
}

/** The first rule that is broken. */
export interface LmntProblem {
  readonly name: ValidationName;
  /** The original's number for it in the archive's variant. */
  readonly code: number;
  /** Byte offset in the archive of the field that breaks the rule. */
  readonly offset: number;
  readonly reason: string;
}

/** What validation found. */
export type LmntVerdict =
  | { readonly ok: true; readonly archive: LmntArchive }
  | { readonly ok: false; readonly problem: LmntProblem };

/** Thrown by loading: a {@link LoadError} that also carries the original's numbers. */
export class LmntLoadError extends LoadError {
  override readonly name = "LmntLoadError";

  constructor(
    /** What is wrong, with the original's validation code. */
    readonly problem: LmntProblem,
  ) {
    super(`LMNT_${problem.name}`, problem.reason, { offset: problem.offset });
  }
}

/**
 * Validates an archive by the strict rules.
 *
 * @throws LmntLoadError with code `LMNT_` + the name of the broken rule, e.g. `LMNT_ACCESS_VIOLATION`.
 */
export function validate(bytes: Uint8Array, options: ValidationOptions = {}): LmntArchive {
  const verdict = check(bytes, options);
  if (!verdict.ok) throw new LmntLoadError(verdict.problem);
  return verdict.archive;
}

/** Validates an archive by the strict rules and returns the verdict instead of throwing it. */
export function check(bytes: Uint8Array, options: ValidationOptions = {}): LmntVerdict {
  return run(bytes, options, false) as LmntVerdict;
}

/**
 * The number the C validator returns for these bytes: 0, a negative code, or `"hang"` where its 16-bit cursor wraps
 * and it never returns. `memory` must be given, because the original has no default.
 */
export function originalVerdict(
  bytes: Uint8Array,
  options: ValidationOptions & { readonly memory: number },
): number | "hang" {
  const verdict = run(bytes, options, true);
  if (verdict === "hang") return "hang";
  return verdict.ok ? 0 : verdict.problem.code;
}

/** Bytes from the start of the memory area to the first constant. */
export function stackOffset(header: LmntHeader, inPlace: boolean): number {
  return inPlace ? 0 : header.constants.offset;
}

/** The smallest memory area, in bytes, in which every function of the archive has its stack. */
export function requiredMemory(archive: LmntArchive, inPlace = false): number {
  const stack = archive.definitions.reduce((most, definition) => Math.max(most, definition.stackCount), 0);
  const end = stackOffset(archive.header, inPlace) + 4 * (archive.constantsCount + stack);
  // Loading needs one byte more than the archive.
  return Math.max(MIN_MEMORY, end, inPlace ? 0 : archive.bytes.length + 4);
}

/** Internal signal of the first broken rule; never leaves this file. */
class Broken extends Error {
  constructor(
    readonly rule: ValidationName,
    readonly offset: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}
/** Internal signal that the original would never return. */
class Hang extends Error {}

function run(bytes: Uint8Array, options: ValidationOptions, original: boolean): LmntVerdict | "hang" {
  const variant = options.variant ?? "head";
  try {
    return { ok: true, archive: new Validator(bytes, variant, options, original).archive() };
  } catch (thrown) {
    if (thrown instanceof Hang) return "hang";
    if (!(thrown instanceof Broken)) throw thrown;
    const { rule: name, reason } = thrown;
    // A table that reaches past the archive is reported at its end.
    const offset = Math.min(thrown.offset, bytes.length);
    return { ok: false, problem: { name, code: validationCode(name, variant), offset, reason } };
  }
}

// Roles of operands, as the inner loop wants them.
const READ = 1;
const WRITE = 2;
/** What an instruction needs checked besides its slots; 0 is nothing. */
const BRANCH = 1;
const DATA = 2;
const CALL = 3;
/** Per operation: role and width of a, b, c; special check; width of a data index (0 where there is none). */
const CHECK_STRIDE = 8;

function checksOf(variant: LmntVariant): Uint8Array {
  const operations = operationsOf(variant);
  const checks = new Uint8Array(CHECK_STRIDE * operations.length);
  operations.forEach(({ operands }, opcode) => {
    const at = CHECK_STRIDE * opcode;
    operands.forEach(({ role, width }, i) => {
      checks[at + 2 * i] = role === "read" ? READ : role === "write" ? WRITE : 0;
      checks[at + 2 * i + 1] = width;
      if (role === "codeLow") checks[at + 6] = BRANCH;
      if (role === "section") checks[at + 6] = DATA;
      if (role === "frame") checks[at + 6] = CALL;
      if (role === "index") checks[at + 7] = width;
    });
  });
  return checks;
}
const CHECKS: Partial<Record<LmntVariant, Uint8Array>> = {};

/** A code block that passed, and the smallest stack with which it did. */
interface PassedCode {
  readonly stackCount: number;
  readonly hasBackBranches: boolean;
}

class Validator {
  readonly #view: DataView;
  #header!: LmntHeader;
  #constantsCount = 0;
  /** Slots there are after the constants. */
  #writableCount = Number.POSITIVE_INFINITY;
  #sections: LmntSection[] = [];
  readonly #definitions: LmntDefinition[] = [];
  readonly #passed = new Map<number, PassedCode>();
  #checkedInstructions = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly variant: LmntVariant,
    private readonly options: ValidationOptions,
    private readonly original: boolean,
  ) {
    this.#view = dataView(bytes);
  }

  archive(): LmntArchive {
    this.#readHeader();
    this.#measureStack();
    this.#walkStrings();
    this.#walkSections();
    this.#walkDefinitions();
    if (!this.original && this.variant === "2020-07") this.#checkBases();
    const { variant, bytes } = this;
    return {
      variant,
      bytes,
      header: this.#header,
      definitions: this.#definitions,
      sections: this.#sections,
      constantsCount: this.#constantsCount,
    };
  }

  /** 16-bit arithmetic where the original has it, plain numbers otherwise. */
  #narrow(value: number): number {
    return this.original ? value & 0xffff : value;
  }

  // The original may read past the archive, into memory that is zero at first; strict rules never get there.
  #u16(at: number): number {
    return at + 2 <= this.bytes.length ? this.#view.getUint16(at, true) : 0;
  }

  #u32(at: number): number {
    return at + 4 <= this.bytes.length ? this.#view.getUint32(at, true) : 0;
  }

  #readHeader(): void {
    const header = readHeader(this.bytes);
    if (header === undefined) throw new Broken("HEADER_MAGIC", 0, "not an LMNT archive of major version 0");
    if (header.size !== this.bytes.length) {
      throw new Broken(
        "SEGMENTS_SIZE",
        8,
        `the header describes ${header.size} bytes, the archive has ${this.bytes.length}`,
      );
    }
    const tables = [header.strings, header.definitions, header.code, header.data, header.constants];
    if (this.variant === "head") {
      const odd = tables.findIndex((table) => table.length % 4 !== 0);
      if (odd >= 0) throw new Broken("SEGMENTS_ALIGN", 8 + 4 * odd, "the length of a table is not a multiple of 4");
    } else if (header.data.offset % 4 !== 0 || header.constants.offset % 4 !== 0) {
      throw new Broken("SEGMENTS_ALIGN", 8, "the data or constants table does not start on a multiple of 4");
    }
    this.#header = header;
  }

  #measureStack(): void {
    const header = this.#header;
    this.#constantsCount = Math.floor(header.constants.length / 4);
    const { memory } = this.options;
    if (memory === undefined) return;
    // The original subtracts the constants table's offset even when the archive stays outside.
    const start = this.original ? header.constants.offset : stackOffset(header, this.options.inPlace ?? false);
    this.#writableCount = Math.floor((memory - start) / 4) - this.#constantsCount;
    if (this.#writableCount < 0) {
      throw new Broken("STACK_SIZE", header.constants.offset, `${memory} bytes of memory cannot hold the constants`);
    }
  }

  #walkStrings(): void {
    const { length } = this.#header.strings;
    // The original's cursor has 16 bits and may start over; the same place twice means for ever.
    const seen = this.original && length > 0xffff ? new Set<number>() : undefined;
    for (let at = 0; at < length; ) {
      if (seen?.has(at)) throw new Hang();
      seen?.add(at);
      at = this.#narrow(at + this.#checkString(at));
    }
  }

  /** Checks the entry at byte `offset` of the strings table and returns its length in bytes. */
  #checkString(offset: number): number {
    const { strings } = this.#header;
    const at = strings.offset + offset;
    if (offset + 2 > strings.length) throw new Broken("STRING_HEADER", at, "a string starts past the strings table");
    const length = this.#u16(at);
    const body = this.#narrow(offset + 2);
    if (length === 0 && (this.variant === "head" || !this.original)) {
      throw new Broken("STRING_SIZE", at, "a string has length 0");
    }
    if (length > strings.length - body) {
      throw new Broken("STRING_SIZE", at, `a string of ${length} bytes reaches past the strings table`);
    }
    if (this.variant === "head" && (2 + length) % 4 !== 0) {
      throw new Broken("STRING_ALIGN", at, `a string entry of ${2 + length} bytes is not a multiple of 4`);
    }
    const last = strings.offset + body + length - 1;
    if (this.bytes[last] !== 0) throw new Broken("STRING_DATA", last, "a string does not end with NUL");
    return 2 + length;
  }

  #walkSections(): void {
    const { data } = this.#header;
    if (data.length < 4 && (this.variant === "head" || !this.original)) {
      throw new Broken("DATA_HEADER", data.offset, "the data table has no section count");
    }
    const count = this.#narrow(this.#u32(data.offset));
    const start = 4 + 8 * count;
    if (start > data.length) {
      throw new Broken("DATA_HEADER", data.offset, `${count} sections do not fit in the data table`);
    }
    const sections: LmntSection[] = [];
    for (let i = 0; i < count; i++) {
      const at = data.offset + 4 + 8 * i;
      const section = { offset: this.#u32(at), count: this.#u32(at + 4) };
      if (section.offset < start) {
        throw new Broken("DATA_SIZE", at, `data section ${i} starts inside the section list`);
      }
      // The original adds a count of values to an offset in bytes, and does not ask for alignment.
      const bad = this.original
        ? section.offset + section.count >= data.length
        : section.offset % 4 !== 0 || section.offset + 4 * section.count > data.length;
      if (bad) throw new Broken("DATA_SIZE", at, `data section ${i} is misaligned or reaches past the data table`);
      sections.push(section);
    }
    this.#sections = sections;
  }

  #walkDefinitions(): void {
    const { length } = this.#header.definitions;
    const seen = this.original && length > 0xffff ? new Set<number>() : undefined;
    for (let at = 0; at < length; ) {
      if (seen?.has(at)) throw new Hang();
      seen?.add(at);
      const definition = this.variant === "head" ? this.#readDefinition(at) : this.#readDefinition2020(at);
      this.#definitions.push(definition);
      at = this.#narrow(at + DEFINITION_SIZE[this.variant] + 4 * (definition.july2020?.bases.length ?? 0));
    }
  }

  #readDefinition(offset: number): LmntDefinition {
    const at = this.#header.definitions.offset + offset;
    this.#checkEntry(offset, at);
    const fields = {
      nameOffset: this.#u16(at),
      flags: this.#u16(at + 2),
      code: this.#u32(at + 4),
      stackCount: this.#u16(at + 8),
      argsCount: this.#u16(at + 10),
      rvalsCount: this.#u16(at + 12),
      defaultArgs: this.#u16(at + 14),
    };
    this.#checkSignature(fields, at);
    let hasBackBranches = false;
    if (!(fields.flags & DefinitionFlag.EXTERN)) {
      hasBackBranches = this.#checkCode(fields.code, fields.stackCount);
      if (hasBackBranches !== ((fields.flags & DefinitionFlag.HAS_BACKBRANCHES) !== 0)) {
        const says = hasBackBranches
          ? "branches backwards without the flag"
          : "has the flag without branching backwards";
        throw new Broken("DEF_FLAGS", at + 2, `a function ${says}`);
      }
    }
    return {
      index: this.#definitions.length,
      offset,
      name: this.#nameAt(fields.nameOffset),
      ...fields,
      hasBackBranches,
    };
  }

  #checkEntry(offset: number, at: number): void {
    if (offset + DEFINITION_SIZE[this.variant] > this.#header.definitions.length) {
      throw new Broken("DEF_SIZE", at, "a definition reaches past the definitions table");
    }
  }

  /** Rules on a `head` definition that do not concern its code. */
  #checkSignature(
    fields: Pick<LmntDefinition, "nameOffset" | "flags" | "stackCount" | "argsCount" | "rvalsCount" | "defaultArgs">,
    at: number,
  ): void {
    this.#checkString(fields.nameOffset);
    this.#checkStack(fields.stackCount, at + 8);
    const inOut = this.#narrow(fields.argsCount + fields.rvalsCount);
    if (fields.stackCount < inOut) {
      throw new Broken("DEF_HEADER", at + 8, "the stack is smaller than arguments and return values together");
    }
    if (fields.flags & (DefinitionFlag.EXTERN | DefinitionFlag.INTERFACE) && fields.stackCount !== inOut) {
      throw new Broken("DEF_HEADER", at + 8, "an interface or host function has locals");
    }
    if (fields.flags & DefinitionFlag.HAS_DEFAULT_ARGS && fields.defaultArgs >= this.#sections.length) {
      throw new Broken("DEF_DEFAULT_ARGS", at + 14, `the default arguments are in section ${fields.defaultArgs}`);
    }
  }

  #checkStack(stackCount: number, at: number): void {
    if (stackCount > this.#writableCount) {
      throw new Broken(
        "STACK_SIZE",
        at,
        `a function needs ${stackCount} slots, the memory area has ${this.#writableCount} after the constants`,
      );
    }
  }

  #readDefinition2020(offset: number): LmntDefinition {
    const at = this.#header.definitions.offset + offset;
    this.#checkEntry(offset, at);
    const fields = {
      nameOffset: this.#u16(at + 2),
      flags: this.#u16(at + 4),
      code: this.#u32(at + 6),
      stackCount: this.#u16(at + 10),
      argsCount: this.#u16(at + 16),
      rvalsCount: this.#u16(at + 18),
      defaultArgs: 0,
    };
    const basesCount = this.bytes[at + 20];
    this.#checkString(fields.nameOffset);
    this.#checkStack(fields.stackCount, at + 10);
    const hasBackBranches =
      fields.flags & DefinitionFlag.EXTERN ? false : this.#checkCode(fields.code, fields.stackCount);
    const computed = this.#narrow(basesCount + fields.argsCount + fields.rvalsCount);
    if (this.original) {
      // A slip of operators in the original makes any flag at all demand this.
      if (fields.flags !== 0 && fields.stackCount !== computed) throw new Broken("DEF_HEADER", at + 10, "has locals");
    } else {
      const exact = (fields.flags & (DefinitionFlag.EXTERN | DefinitionFlag.INTERFACE)) !== 0;
      if (exact ? fields.stackCount !== computed : fields.stackCount < fields.argsCount + fields.rvalsCount) {
        throw new Broken("DEF_HEADER", at + 10, "the stack does not match arguments and return values");
      }
    }
    const entryLength = DEFINITION_SIZE["2020-07"] + 4 * basesCount;
    if (offset + entryLength > this.#header.definitions.length) {
      throw new Broken("DEF_SIZE", at + 20, "the bases of a definition reach past the definitions table");
    }
    if (!this.original && this.#u16(at) !== entryLength) {
      throw new Broken("DEF_SIZE", at, `a definition says it has ${this.#u16(at)} bytes and has ${entryLength}`);
    }
    const bases = Array.from({ length: basesCount }, (_, i) => this.#u32(at + 21 + 4 * i));
    return {
      index: this.#definitions.length,
      offset,
      name: this.#nameAt(fields.nameOffset),
      ...fields,
      hasBackBranches,
      july2020: {
        entryLength: this.#u16(at),
        stackCountAligned: this.#u16(at + 12),
        baseArgsCount: this.#u16(at + 14),
        bases,
      },
    };
  }

  /** Bases are definitions, without cycles and not nested deeper than the original's limit; each is looked at once. */
  #checkBases(): void {
    const byOffset = new Map(this.#definitions.map((definition) => [definition.offset, definition]));
    const depths = new Map<number, number | "open">();
    const depthOf = (definition: LmntDefinition, level: number): number => {
      const at = this.#header.definitions.offset + definition.offset;
      const known = depths.get(definition.offset);
      if (known === "open") throw new Broken("DEF_CYCLIC", at, `the bases of ${definition.name} form a cycle`);
      if (known !== undefined) return known;
      if (level >= MAX_BASE_DEPTH) throw new Broken("STACK_DEPTH", at, "definitions build on each other too deeply");
      depths.set(definition.offset, "open");
      let depth = 1;
      for (const base of definition.july2020?.bases ?? []) {
        const target = byOffset.get(base);
        if (target === undefined) throw new Broken("DEF_SIZE", at, `a base of ${definition.name} is not a definition`);
        depth = Math.max(depth, 1 + depthOf(target, level + 1));
      }
      if (depth > MAX_BASE_DEPTH) throw new Broken("STACK_DEPTH", at, "definitions build on each other too deeply");
      depths.set(definition.offset, depth);
      return depth;
    };
    for (const definition of this.#definitions) depthOf(definition, 0);
  }

  /** Checks a function's code and tells whether it branches backwards. */
  #checkCode(code: number, stackCount: number): boolean {
    const table = this.#header.code;
    const start = this.#narrow(code);
    const at = table.offset + start;
    if (start + 4 > table.length) throw new Broken("CODE_HEADER", at, "code starts past the code table");
    const count = this.#u32(at);
    if (this.#narrow(start + 4) + count * INSTRUCTION_SIZE > table.length) {
      throw new Broken("CODE_SIZE", at, `${count} instructions reach past the code table`);
    }
    // What passed with a smaller stack passes with a larger one.
    const before = this.#passed.get(code);
    if (!this.original && before !== undefined && before.stackCount <= stackCount) return before.hasBackBranches;
    this.#checkedInstructions += count;
    if (!this.original && this.#checkedInstructions > MAX_SHARING * (table.length / INSTRUCTION_SIZE) + 0x10000) {
      throw new Broken("CODE_SIZE", at, "functions overlap in the code table too often");
    }
    const first = table.offset + this.#narrow(start + 4);
    const targets = this.original ? this.#u32(table.offset + code) : count;
    this.#checkInstructions(first, count, targets, this.#constantsCount + stackCount);
    const hasBackBranches = this.#findBackBranches(first, count);
    this.#passed.set(code, { stackCount, hasBackBranches });
    return hasBackBranches;
  }

  /** Checks `count` instructions from byte `at`; branches may go to 0 … `targets`, slots are below `slots`. */
  #checkInstructions(at: number, count: number, targets: number, slots: number): void {
    const view = this.#view;
    const { original } = this;
    CHECKS[this.variant] ??= checksOf(this.variant);
    const checks = CHECKS[this.variant] as Uint8Array;
    const opcodes = checks.length / CHECK_STRIDE;
    // One past the last instruction means "return" in head and is out of range before it.
    const lastTarget = this.variant === "head" ? targets : targets - 1;
    // In 2020-07 the constants are also the persistent variables.
    const firstWritable = this.variant === "head" ? this.#constantsCount : 0;
    const denies = (role: number, slot: number, width: number): boolean =>
      role === READ ? slot + width > slots : role === WRITE ? slot < firstWritable || slot + width > slots : false;
    for (let i = 0; i < count; i++, at += INSTRUCTION_SIZE) {
      const opcode = view.getUint16(at, true);
      if (opcode >= opcodes) throw new Broken("BAD_INSTRUCTION", at, `there is no operation ${opcode}`);
      const a = view.getUint16(at + 2, true);
      const b = view.getUint16(at + 4, true);
      const c = view.getUint16(at + 6, true);
      const row = CHECK_STRIDE * opcode;
      const special = checks[row + 6];
      if (special === DATA) this.#checkData(at, a, b, checks[row + 7]);
      if (special === CALL) this.#checkCall(at, a, b, c, slots);
      if (denies(checks[row], a, checks[row + 1])) this.#deny(at, opcode, 0);
      if (denies(checks[row + 2], b, checks[row + 3])) this.#deny(at, opcode, 1);
      // The original takes INDEXRIS's offset for the number of slots it writes.
      const width = original && this.#isIndexToSlot(opcode) ? b : checks[row + 5];
      if (denies(checks[row + 4], c, width)) this.#deny(at, opcode, 2);
      if (special === BRANCH && (b | (c << 16)) >>> 0 > lastTarget) {
        throw new Broken("ACCESS_VIOLATION", at + 4, `a branch goes to ${(b | (c << 16)) >>> 0}, past the function`);
      }
    }
  }

  #isIndexToSlot(opcode: number): boolean {
    return operationsOf(this.variant)[opcode].mnemonic === "INDEXRIS";
  }

  #deny(at: number, opcode: number, operand: number): never {
    const { mnemonic, operands } = operationsOf(this.variant)[opcode];
    const { role, width } = operands[operand];
    throw new Broken(
      "ACCESS_VIOLATION",
      at + 2 + 2 * operand,
      `${mnemonic} may not ${role} ${width === 1 ? "the slot" : `${width} slots`} its operand ${"abc"[operand]} names`,
    );
  }

  #checkData(at: number, section: number, index: number, width: number): void {
    const found = this.#sections[section];
    if (found === undefined) throw new Broken("ACCESS_VIOLATION", at + 2, `there is no data section ${section}`);
    if (width > 0 && index + width > found.count) {
      throw new Broken("ACCESS_VIOLATION", at + 4, `data section ${section} ends before value ${index + width - 1}`);
    }
  }

  /** Checks an EXTCALL: the definition it names, then the slots of arguments and return values. */
  #checkCall(at: number, low: number, high: number, frame: number, slots: number): void {
    const { definitions } = this.#header;
    const full = (low | (high << 16)) >>> 0;
    const target = this.#narrow(full);
    if (target + DEFINITION_SIZE[this.variant] > definitions.length) {
      throw new Broken("DEF_SIZE", at + 2, `EXTCALL names a definition at ${full}, past the definitions table`);
    }
    if (!this.original && this.variant === "head" && target % DEFINITION_SIZE.head !== 0) {
      throw new Broken("DEF_SIZE", at + 2, `no definition starts at ${full}`);
    }
    const { args, rvals } =
      this.variant === "head" ? this.#checkTarget(at, target, full) : this.#checkTarget2020(at, target, full);
    const results = this.#narrow(frame + args);
    if (frame + args > slots) throw new Broken("ACCESS_VIOLATION", at + 6, "EXTCALL's arguments leave the stack");
    const firstWritable = this.variant === "head" ? this.#constantsCount : 0;
    if (results < firstWritable || results + rvals > slots) {
      throw new Broken("ACCESS_VIOLATION", at + 6, "EXTCALL's return values leave the writable stack");
    }
  }

  #checkTarget(at: number, target: number, full: number): { args: number; rvals: number } {
    const entry = this.#header.definitions.offset + target;
    const fields = {
      nameOffset: this.#u16(entry),
      flags: this.#u16(entry + 2),
      stackCount: this.#u16(entry + 8),
      argsCount: this.#u16(entry + 10),
      rvalsCount: this.#u16(entry + 12),
      defaultArgs: this.#u16(entry + 14),
    };
    this.#checkSignature({ ...fields, flags: fields.flags & ~DefinitionFlag.HAS_DEFAULT_ARGS }, entry);
    if (!(fields.flags & DefinitionFlag.EXTERN)) {
      throw new Broken("DEF_FLAGS", at + 2, "EXTCALL names a definition that is not EXTERN");
    }
    this.#checkSignature(fields, entry);
    const real = this.#header.definitions.offset + full;
    if (this.#u16(real + 2) & DefinitionFlag.INTERFACE) {
      throw new Broken("DEF_FLAGS", at + 2, "EXTCALL names an interface");
    }
    return { args: this.#u16(real + 10), rvals: this.#u16(real + 12) };
  }

  #checkTarget2020(at: number, target: number, full: number): { args: number; rvals: number } {
    const entry = this.#header.definitions.offset + target;
    const flags = this.#u16(entry + 4);
    this.#checkString(this.#u16(entry + 2));
    this.#checkStack(this.#u16(entry + 10), entry + 10);
    if (flags & DefinitionFlag.INTERFACE) throw new Broken("DEF_FLAGS", at + 2, "EXTCALL names an interface");
    // The original lets any definition through here and uses its code offset as a table index when it is called.
    if (!(flags & DefinitionFlag.EXTERN) && !this.original) {
      throw new Broken("DEF_FLAGS", at + 2, "EXTCALL names a definition that is not EXTERN");
    }
    if (!this.original && !this.#isEntry2020(target)) {
      throw new Broken("DEF_SIZE", at + 2, `no definition starts at ${full}`);
    }
    return { args: this.#u16(entry + 16), rvals: this.#u16(entry + 18) };
  }

  #entries2020: Set<number> | undefined;

  /** Whether a 2020-07 definition starts at this byte of the table; entries have different lengths. */
  #isEntry2020(target: number): boolean {
    if (this.#entries2020 === undefined) {
      const { offset, length } = this.#header.definitions;
      this.#entries2020 = new Set();
      for (let at = 0; at + DEFINITION_SIZE["2020-07"] <= length; ) {
        this.#entries2020.add(at);
        at += DEFINITION_SIZE["2020-07"] + 4 * this.bytes[offset + at + 20];
      }
    }
    return this.#entries2020.has(target);
  }

  /** Whether a branch goes backwards. In `head` a branch to itself is an error of its own. */
  #findBackBranches(first: number, count: number): boolean {
    const view = this.#view;
    const checks = CHECKS[this.variant] as Uint8Array;
    let found = false;
    for (let i = 0, at = first; i < count; i++, at += INSTRUCTION_SIZE) {
      const opcode = view.getUint16(at, true);
      if (checks[CHECK_STRIDE * opcode + 6] !== BRANCH) continue;
      const target = (view.getUint16(at + 4, true) | (view.getUint16(at + 6, true) << 16)) >>> 0;
      if (target > i) continue;
      if (target === i && this.variant === "head") {
        throw new Broken("DEF_CYCLIC", at, "an instruction branches to itself");
      }
      found = true;
    }
    return found;
  }

  #nameAt(offset: number): string {
    const start = this.#header.strings.offset + offset + 2;
    const limit = Math.min(this.bytes.length, start + this.#u16(start - 2));
    let end = start;
    let ascii = true;
    while (end < limit && this.bytes[end] !== 0) ascii = this.bytes[end++] < 0x80 && ascii;
    const text = this.bytes.subarray(start, end);
    return ascii && text.length < 1024 ? String.fromCharCode(...text) : new TextDecoder().decode(text);
  }
}
