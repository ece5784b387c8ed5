/**
 * LMNT archives: bytes to a readable structure, and a structure to bytes.
 *
 * An archive is a 28-byte header and five tables that follow it without gaps: strings, definitions, code, data and
 * constants, little-endian throughout. Nothing here decides whether an archive may run; that is `validate.ts`, which
 * is the only producer of {@link LmntArchive}.
 */
import { LoadError, VivError } from "../../machine/errors.js";
import { DefinitionFlag, type LmntVariant } from "./codes.js";

/** Bytes of the header that opens every archive. */
export const HEADER_SIZE = 28;
/** Bytes of one instruction: four u16, the operation and its three operands. */
export const INSTRUCTION_SIZE = 8;
/** Bytes of a definition entry in `head`, and of its fixed part in `2020-07`. */
export const DEFINITION_SIZE: Readonly<Record<LmntVariant, number>> = { head: 16, "2020-07": 21 };
/** Slots are named by 16 bits. */
export const MAX_SLOTS = 0x10000;

const MAGIC = [0x4c, 0x4d, 0x4e, 0x54];

/** One of the five tables: where it starts in the archive and how long it is, in bytes. */
export interface LmntTable {
  readonly offset: number;
  readonly length: number;
}

/** The header, with the tables' places worked out. */
export interface LmntHeader {
  /** Major, minor and the two reserved bytes. Only the major number is ever looked at, and it must be 0. */
  readonly version: readonly [major: number, minor: number, reserved0: number, reserved1: number];
  readonly strings: LmntTable;
  readonly definitions: LmntTable;
  readonly code: LmntTable;
  readonly data: LmntTable;
  readonly constants: LmntTable;
  /** Bytes the header says the archive has. */
  readonly size: number;
}

/** One entry of the definitions table. Offsets are relative to their tables, as in the file. */
export interface LmntDefinition {
  /** Position in the table, from 0. */
  readonly index: number;
  /** Byte offset of the entry in the definitions table; EXTCALL names its target by it. */
  readonly offset: number;
  /** Text of the name, up to the first NUL. */
  readonly name: string;
  /** Byte offset of the name's entry in the strings table. */
  readonly nameOffset: number;
  readonly flags: number;
  /** Byte offset in the code table. Meaningless for an EXTERN definition. */
  readonly code: number;
  /** Slots the function uses after the constants: arguments, return values and locals. */
  readonly stackCount: number;
  readonly argsCount: number;
  readonly rvalsCount: number;
  /** Data section with the default arguments; only with HAS_DEFAULT_ARGS. */
  readonly defaultArgs: number;
  /** Whether some branch goes backwards. Without one a run executes each instruction at most once. */
  readonly hasBackBranches: boolean;
  /** Fields that only 2020-07 has. */
  readonly july2020?: LmntDefinition2020;
}

/** What a 2020-07 definition says besides; none of it changes how the function runs. */
export interface LmntDefinition2020 {
  /** The entry's own first field; 21 + 4 × bases where it is well formed. */
  readonly entryLength: number;
  readonly stackCountAligned: number;
  readonly baseArgsCount: number;
  /** Byte offsets of other definitions. */
  readonly bases: readonly number[];
}

/** A run of values in the data table. */
export interface LmntSection {
  /** Byte offset in the data table, from its start. */
  readonly offset: number;
  /** Length in values of four bytes. */
  readonly count: number;
}

/** An archive that passed validation. */
export interface LmntArchive {
  readonly variant: LmntVariant;
  readonly bytes: Uint8Array;
  readonly header: LmntHeader;
  readonly definitions: readonly LmntDefinition[];
  readonly sections: readonly LmntSection[];
  /** Number of constants, which are the stack's slots 0 … count − 1. */
  readonly constantsCount: number;
}

/** One instruction as it stands in the file. */
export interface LmntInstruction {
  /** Number of the operation in the archive's variant. */
  readonly opcode: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A view of `bytes` that does not care where they lie in their buffer. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads the header. The lengths are taken as they are: the caller compares {@link LmntHeader.size} with the real one.
 * Returns `undefined` when there is no header: fewer than 28 bytes, wrong magic, or a major version other than 0 (the
 * original compares the magic as a C string, so byte 4 has to be its NUL).
 */
export function readHeader(bytes: Uint8Array): LmntHeader | undefined {
  if (bytes.length < HEADER_SIZE || MAGIC.some((byte, i) => bytes[i] !== byte) || bytes[4] !== 0) return undefined;
  const view = dataView(bytes);
  // Sums of five 32-bit lengths stay exact in a double.
  let at = HEADER_SIZE;
  const table = (field: number): LmntTable => {
    const length = view.getUint32(field, true);
    const offset = at;
    at += length;
    return { offset, length };
  };
  const strings = table(8);
  const definitions = table(12);
  const code = table(16);
  const data = table(20);
  const constants = table(24);
  return {
    version: [bytes[4] as number, bytes[5] as number, bytes[6] as number, bytes[7] as number],
    strings,
    definitions,
    code,
    data,
    constants,
    size: at,
  };
}

/** Number of instructions in the function whose code starts at byte `code` of the code table. */
export function instructionCount(archive: LmntArchive, code: number): number {
  return dataView(archive.bytes).getUint32(archive.header.code.offset + code, true);
}

/** The instructions of a definition, or none for an EXTERN one. */
export function instructionsOf(archive: LmntArchive, definition: LmntDefinition): LmntInstruction[] {
  if (definition.flags & DefinitionFlag.EXTERN) return [];
  const view = dataView(archive.bytes);
  const start = archive.header.code.offset + definition.code;
  const count = view.getUint32(start, true);
  const instructions: LmntInstruction[] = [];
  for (let i = 0, at = start + 4; i < count; i++, at += INSTRUCTION_SIZE) {
    instructions.push({
      opcode: view.getUint16(at, true),
      a: view.getUint16(at + 2, true),
      b: view.getUint16(at + 4, true),
      c: view.getUint16(at + 6, true),
    });
  }
  return instructions;
}

/** The bits of all constants, slot by slot. */
export function constantBits(archive: LmntArchive): Uint32Array {
  return readWords(archive.bytes, archive.header.constants.offset, archive.constantsCount);
}

/** The bits of the values of a data section. */
export function sectionBits(archive: LmntArchive, section: LmntSection): Uint32Array {
  return readWords(archive.bytes, archive.header.data.offset + section.offset, section.count);
}

function readWords(bytes: Uint8Array, offset: number, count: number): Uint32Array {
  const view = dataView(bytes);
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = view.getUint32(offset + 4 * i, true);
  return words;
}

/** What {@link writeArchive} needs of a definition. */
export interface LmntDefinitionSource {
  readonly name: string;
  readonly flags?: number;
  readonly argsCount: number;
  readonly rvalsCount: number;
  readonly stackCount: number;
  /** Instructions; left out for an EXTERN definition. */
  readonly code?: readonly LmntInstruction[];
  /** Data section with the default arguments. Sets HAS_DEFAULT_ARGS. */
  readonly defaultArgs?: number;
  /** Byte offset of the name, when the strings table is given as bytes. */
  readonly nameOffset?: number;
  /** Byte offset of the code, when the code table is given as bytes, or what an EXTERN definition carries there. */
  readonly codeOffset?: number;
  /** Value of the default-arguments field of a definition that does not have the flag. */
  readonly rawDefaultArgs?: number;
  readonly july2020?: LmntDefinition2020;
}

/**
 * What an archive is made of. A table is either laid out by the writer (names in order of the definitions, each once;
 * code and data sections in order, without gaps) or taken as the bytes that are given.
 */
export interface LmntArchiveSource {
  readonly variant: LmntVariant;
  readonly version?: readonly [number, number, number, number];
  readonly definitions: readonly LmntDefinitionSource[];
  /** Values of each data section, as bits. */
  readonly sections?: readonly Uint32Array[];
  /** Constants, as bits. */
  readonly constants?: Uint32Array;
  readonly strings?: Uint8Array;
  readonly code?: Uint8Array;
  readonly data?: Uint8Array;
}

/**
 * Writes an archive. The result is well formed, not yet proved: load it to have it validated.
 *
 * @throws LoadError `LMNT_TOO_LARGE` when a table outgrows what the format can address.
 */
export function writeArchive(source: LmntArchiveSource): Uint8Array {
  const { variant } = source;
  const strings = source.strings ? { bytes: source.strings, offsets: new Map<string, number>() } : layStrings(source);
  const code = source.code ? { bytes: source.code, offsets: [] } : layCode(source);
  const data = source.data ?? layData(source.sections ?? []);
  const constants = source.constants ?? new Uint32Array(0);

  const definitionsLength = source.definitions.reduce(
    (sum, definition) => sum + DEFINITION_SIZE[variant] + 4 * (definition.july2020?.bases.length ?? 0),
    0,
  );
  // 2020-07 entries have 21 bytes, and its rule is that the data table starts on a multiple of four: the code table,
  // whose tail nobody reads, takes the padding.
  const codeLength =
    variant === "head" || source.code
      ? code.bytes.length
      : code.bytes.length + (-(HEADER_SIZE + strings.bytes.length + definitionsLength + code.bytes.length) & 3);
  const size = HEADER_SIZE + strings.bytes.length + definitionsLength + codeLength + data.length + constants.byteLength;
  if (size > 0x7fffffff) throw new LoadError("LMNT_TOO_LARGE", "the archive would exceed 2 GiB");

  const bytes = new Uint8Array(size);
  const view = dataView(bytes);
  bytes.set(MAGIC, 0);
  bytes.set(source.version ?? [0, 0, 0, 0], 4);
  const lengths = [strings.bytes.length, definitionsLength, codeLength, data.length, constants.byteLength];
  lengths.forEach((length, i) => {
    view.setUint32(8 + 4 * i, length, true);
  });

  let at = HEADER_SIZE;
  bytes.set(strings.bytes, at);
  at += strings.bytes.length;
  source.definitions.forEach((definition, index) => {
    const nameOffset = u16(definition.nameOffset ?? strings.offsets.get(definition.name) ?? 0, "name offset");
    const codeOffset = definition.codeOffset ?? code.offsets[index] ?? 0;
    at = writeDefinition(view, at, variant, definition, nameOffset, codeOffset);
  });
  bytes.set(code.bytes, at);
  at += codeLength;
  bytes.set(data, at);
  at += data.length;
  constants.forEach((bits, i) => {
    view.setUint32(at + 4 * i, bits, true);
  });
  return bytes;
}

function writeDefinition(
  view: DataView,
  at: number,
  variant: LmntVariant,
  definition: LmntDefinitionSource,
  nameOffset: number,
  codeOffset: number,
): number {
  const flags = (definition.flags ?? 0) | (definition.defaultArgs === undefined ? 0 : DefinitionFlag.HAS_DEFAULT_ARGS);
  const put = (offset: number, value: number, what: string) => view.setUint16(at + offset, u16(value, what), true);
  if (variant === "head") {
    put(0, nameOffset, "name offset");
    put(2, flags, "flags");
    view.setUint32(at + 4, codeOffset, true);
    put(8, definition.stackCount, "stack count");
    put(10, definition.argsCount, "argument count");
    put(12, definition.rvalsCount, "return value count");
    put(14, definition.defaultArgs ?? definition.rawDefaultArgs ?? 0, "default arguments section");
    return at + DEFINITION_SIZE.head;
  }
  const bases = definition.july2020?.bases ?? [];
  if (bases.length > 0xff) throw new LoadError("LMNT_TOO_LARGE", `${definition.name} has more than 255 bases`);
  const entryLength = DEFINITION_SIZE["2020-07"] + 4 * bases.length;
  put(0, definition.july2020?.entryLength ?? entryLength, "definition length");
  put(2, nameOffset, "name offset");
  put(4, flags, "flags");
  view.setUint32(at + 6, codeOffset, true);
  put(10, definition.stackCount, "stack count");
  put(12, definition.july2020?.stackCountAligned ?? 0, "aligned stack count");
  put(14, definition.july2020?.baseArgsCount ?? 0, "base argument count");
  put(16, definition.argsCount, "argument count");
  put(18, definition.rvalsCount, "return value count");
  view.setUint8(at + 20, bases.length);
  bases.forEach((base, i) => {
    view.setUint32(at + 21 + 4 * i, base, true);
  });
  return at + entryLength;
}

function u16(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
    throw new LoadError("LMNT_TOO_LARGE", `${what} ${value} does not fit in 16 bits`);
  }
  return value;
}

/** A strings-table entry: length, bytes, NUL, and in `head` padding to a multiple of four. */
export function encodeString(text: string, variant: LmntVariant): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  let length = utf8.length + 1;
  if (variant === "head") length += -(2 + length) & 3;
  if (length > 0xffff) throw new LoadError("LMNT_TOO_LARGE", "a name is longer than 65,535 bytes");
  const entry = new Uint8Array(2 + length);
  dataView(entry).setUint16(0, length, true);
  entry.set(utf8, 2);
  return entry;
}

function layStrings(source: LmntArchiveSource): { bytes: Uint8Array; offsets: Map<string, number> } {
  const offsets = new Map<string, number>();
  const entries: Uint8Array[] = [];
  let at = 0;
  for (const { name } of source.definitions) {
    if (offsets.has(name)) continue;
    if (name.includes("\0")) throw new VivError("LMNT_NAME", "the name of a definition contains a NUL");
    const entry = encodeString(name, source.variant);
    offsets.set(name, at);
    entries.push(entry);
    at += entry.length;
  }
  return { bytes: concatenate(entries), offsets };
}

function layCode(source: LmntArchiveSource): { bytes: Uint8Array; offsets: (number | undefined)[] } {
  let length = 0;
  const offsets = source.definitions.map(({ code }) => {
    if (code === undefined) return undefined;
    const at = length;
    length += 4 + INSTRUCTION_SIZE * code.length;
    return at;
  });
  const bytes = new Uint8Array(length);
  const view = dataView(bytes);
  source.definitions.forEach(({ code }, i) => {
    if (code === undefined) return;
    let at = offsets[i] as number;
    view.setUint32(at, code.length, true);
    at += 4;
    for (const { opcode, a, b, c } of code) {
      view.setUint16(at, opcode, true);
      view.setUint16(at + 2, u16(a, "operand a"), true);
      view.setUint16(at + 4, u16(b, "operand b"), true);
      view.setUint16(at + 6, u16(c, "operand c"), true);
      at += INSTRUCTION_SIZE;
    }
  });
  return { bytes, offsets };
}

function layData(sections: readonly Uint32Array[]): Uint8Array {
  const start = 4 + 8 * sections.length;
  const values = sections.reduce((sum, section) => sum + section.length, 0);
  // The original refuses an empty section that ends the table, so one value of padding follows it.
  const padding = sections.length > 0 && sections[sections.length - 1].length === 0 ? 4 : 0;
  const bytes = new Uint8Array(start + 4 * values + padding);
  const view = dataView(bytes);
  view.setUint32(0, sections.length, true);
  let at = start;
  sections.forEach((section, i) => {
    view.setUint32(4 + 8 * i, at, true);
    view.setUint32(8 + 8 * i, section.length, true);
    for (const bits of section) {
      view.setUint32(at, bits, true);
      at += 4;
    }
  });
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
