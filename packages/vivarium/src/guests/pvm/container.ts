/** Turns a `.polkavm` container, what the public linker writes, into a program, its memory, imports and exports. */

import { LoadError, VivError } from "../../machine/errors.js";
import { decodeBlob, isInstructionStart, type ProgramBlob, skipAt } from "./blob.js";
import { ByteReader, concatBytes, littleEndian } from "./natural.js";
import { fitsAddressSpace, type LayoutSizes, PAGE, roundToPage } from "./spi.js";

/** The first bytes of every container: "PVM" and a 0. */
const MAGIC = [0x50, 0x56, 0x4d, 0x00] as const;

/** The profile in which a container of one of the two runnable instruction sets runs. */
export type ContainerProfile = "072" | "080";

/** An instruction set of the public toolchain. */
interface InstructionSet {
  readonly name: string;
  /** Absent for the instruction sets that are no JAM profile. */
  readonly profile?: ContainerProfile;
  /** Opcodes that the profile does not have, by number. */
  readonly foreign?: Readonly<Record<number, string>>;
}

/** By the version byte behind the magic. */
const INSTRUCTION_SETS: readonly InstructionSet[] = [
  { name: "revive_v1" },
  { name: "latest32" },
  { name: "latest64", profile: "072", foreign: { 2: "memset", 3: "unlikely" } },
  { name: "jam_v1", profile: "080" },
];

/** The sections in the order in which they have to stand; all may be absent but the code. */
const SECTION = {
  end: 0,
  memory: 1,
  readOnly: 2,
  readWrite: 3,
  imports: 4,
  exports: 5,
  code: 6,
  /** This and all above may be skipped by who does not know them. */
  optional: 128,
} as const;

/** The toolchain's own limit. */
const MAX_IMPORTS = 1024;

/** A name in a container: any bytes, in practice text. */
export interface ContainerSymbol {
  readonly bytes: Uint8Array;
  /** The bytes as text, or as `0x…` where they are no UTF-8. */
  readonly name: string;
}

/** An entry point. */
export interface ContainerExport extends ContainerSymbol {
  /** Code offset of the first instruction. */
  readonly pc: number;
}

/** What a container holds. The byte arrays are views of the input. */
export interface Container extends LayoutSizes {
  /** Name of the instruction set. */
  readonly instructionSet: "latest64" | "jam_v1";
  readonly profile: ContainerProfile;
  readonly readOnlySize: number;
  /** Bytes of the read-write region; its initial data may be shorter. */
  readonly readWriteSize: number;
  /** `ecalli n` calls import n. Numbers that the program does not use have an empty name. */
  readonly imports: readonly ContainerSymbol[];
  readonly exports: readonly ContainerExport[];
  readonly blob: ProgramBlob;
  /** The encoded program. */
  readonly blobBytes: Uint8Array;
  /** Sections for debuggers and others that may be ignored, as they stand there. */
  readonly optional: readonly { readonly id: number; readonly bytes: Uint8Array }[];
}

/** Whether `bytes` begin like a container. */
export function looksLikeContainer(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Decodes a container whose instruction set is one of the two that are JAM profiles. Its memory is laid out as that of a
 * standard program, which is what the toolchain does when it makes one of it.
 *
 * @param base offset of `bytes` in its file, for errors
 * @throws LoadError `PVM_CONTAINER_MAGIC`, `PVM_CONTAINER_VERSION`, `PVM_CONTAINER_INSTRUCTION_SET`,
 *   `PVM_CONTAINER_LENGTH`, `PVM_CONTAINER_SECTION`, `PVM_CONTAINER_MEMORY`, `PVM_CONTAINER_IMPORTS`,
 *   `PVM_CONTAINER_EXPORTS`, `PVM_CONTAINER_OPCODE`, `PVM_VARINT`, `PVM_TRUNCATED`, `PVM_TRAILING_BYTES` and what
 *   `decodeBlob` throws
 */
export function decodeContainer(bytes: Uint8Array, base = 0): Container {
  const reader = new ByteReader(bytes, base);
  const instructionSet = readHeader(reader);
  const sections = readSections(reader);
  const section = (id: number): ByteReader | undefined => sections.find((each) => each.id === id)?.reader;

  const memory = readMemory(section(SECTION.memory), base);
  const readOnly = section(SECTION.readOnly)?.bytes ?? new Uint8Array(0);
  const readWrite = section(SECTION.readWrite)?.bytes ?? new Uint8Array(0);
  checkData("read-only", readOnly, memory.readOnlySize, section(SECTION.readOnly));
  checkData("read-write", readWrite, memory.readWriteSize, section(SECTION.readWrite));
  const heapPages = (roundToPage(memory.readWriteSize) - roundToPage(readWrite.length)) / PAGE;
  const layout = { readOnly, readWrite, heapPages, readOnlySize: memory.readOnlySize, stackSize: memory.stackSize };
  if (!fitsAddressSpace(layout)) {
    throw new LoadError("PVM_CONTAINER_MEMORY", "the memory regions do not fit into the address space", {
      offset: memory.offset,
      expected: "regions of less than 2^32 - 2^24 - 5 * 2^16 bytes together",
    });
  }

  const code = section(SECTION.code);
  if (code === undefined) {
    throw new LoadError("PVM_CONTAINER_SECTION", "there is no code", { offset: reader.offset, expected: "section 6" });
  }
  const blob = decodeBlob(code.bytes, code.base);
  refuseForeign(blob, instructionSet);
  return {
    ...layout,
    instructionSet: instructionSet.name as Container["instructionSet"],
    profile: instructionSet.profile,
    readWriteSize: memory.readWriteSize,
    imports: readImports(section(SECTION.imports)),
    exports: readExports(section(SECTION.exports), blob),
    blob,
    blobBytes: code.bytes,
    optional: sections.filter(({ id }) => id >= SECTION.optional).map(({ id, reader: { bytes } }) => ({ id, bytes })),
  };
}

type RunnableSet = InstructionSet & { readonly profile: ContainerProfile };

function readHeader(reader: ByteReader): RunnableSet {
  if (!looksLikeContainer(reader.bytes)) {
    throw new LoadError("PVM_CONTAINER_MAGIC", "this is no container", {
      offset: reader.offset,
      expected: 'the bytes "PVM" and 0',
    });
  }
  reader.take(MAGIC.length, "the magic");
  const versionOffset = reader.offset;
  const version = reader.unsigned(1, "the version");
  const set = INSTRUCTION_SETS[version];
  const runnable = INSTRUCTION_SETS.filter(isRunnable).map(({ name }) => name);
  if (set === undefined) {
    throw new LoadError("PVM_CONTAINER_VERSION", `containers of version ${version} are unknown`, {
      offset: versionOffset,
      expected: `0 to ${INSTRUCTION_SETS.length - 1}`,
    });
  }
  if (!isRunnable(set)) {
    throw new LoadError("PVM_CONTAINER_INSTRUCTION_SET", `the instruction set ${set.name} is no JAM profile`, {
      offset: versionOffset,
      expected: runnable.join(" or "),
    });
  }
  const lengthOffset = reader.offset;
  const length = reader.u64("the length of the container");
  if (length !== BigInt(reader.bytes.length)) {
    throw new LoadError("PVM_CONTAINER_LENGTH", `the container says it has ${length} bytes`, {
      offset: lengthOffset,
      expected: `${reader.bytes.length}, the length of the input`,
    });
  }
  return set;
}

function isRunnable(set: InstructionSet): set is RunnableSet {
  return set.profile !== undefined;
}

interface Section {
  readonly id: number;
  readonly reader: ByteReader;
}

function readSections(reader: ByteReader): Section[] {
  const sections: Section[] = [];
  let last = 0;
  for (;;) {
    const { offset } = reader;
    const id = reader.unsigned(1, "the number of a section");
    if (id === SECTION.end) break;
    // The sections that have to be understood stand in ascending order; the others follow in any.
    if (id < SECTION.optional ? id <= last || id > SECTION.code : false) {
      throw new LoadError("PVM_CONTAINER_SECTION", `section ${id} may not stand here`, {
        offset,
        expected:
          last < SECTION.code ? `a section from ${last + 1} to 6, one from 128 on, or 0` : "a section from 128 on or 0",
      });
    }
    last = id;
    const length = readVarint(reader, `the length of section ${id}`);
    const start = reader.offset;
    sections.push({ id, reader: new ByteReader(reader.take(length, `section ${id}`), start) });
  }
  reader.end("the container");
  return sections;
}

/**
 * The toolchain's variable-length number below 2^32: leading ones of the first byte count the bytes that follow. Like
 * the toolchain's own reader it need not be the shortest.
 */
function readVarint(reader: ByteReader, what: string): number {
  const { offset } = reader;
  const first = reader.unsigned(1, what);
  const extra = Math.clz32(~(first << 24));
  if (extra > 4 || first > 0xf0) {
    throw new LoadError("PVM_VARINT", `${what} is no number of 32 bits`, {
      offset,
      expected: "a first byte up to 240",
    });
  }
  if (extra === 0) return first;
  return (first & (0x7f >> extra)) * 2 ** (8 * extra) + reader.unsigned(extra as 1 | 2 | 3 | 4, what);
}

interface MemorySizes {
  readonly readOnlySize: number;
  readonly readWriteSize: number;
  readonly stackSize: number;
  readonly offset: number;
}

function readMemory(reader: ByteReader | undefined, base: number): MemorySizes {
  if (reader === undefined) return { readOnlySize: 0, readWriteSize: 0, stackSize: 0, offset: base };
  const { offset } = reader;
  const readOnlySize = readVarint(reader, "the size of the read-only data");
  const readWriteSize = readVarint(reader, "the size of the read-write data");
  const stackSize = readVarint(reader, "the size of the stack");
  reader.end("the memory section");
  return { readOnlySize, readWriteSize, stackSize, offset };
}

function checkData(name: string, data: Uint8Array, size: number, reader: ByteReader | undefined): void {
  if (data.length <= size) return;
  throw new LoadError(
    "PVM_CONTAINER_MEMORY",
    `there are ${data.length} bytes of ${name} data for a region of ${size}`,
    {
      offset: reader?.base,
      expected: `at most ${size}`,
    },
  );
}

function readImports(reader: ByteReader | undefined): ContainerSymbol[] {
  if (reader === undefined) return [];
  const { offset } = reader;
  const count = readVarint(reader, "the number of imports");
  if (count > MAX_IMPORTS) {
    throw new LoadError("PVM_CONTAINER_IMPORTS", `${count} imports`, { offset, expected: `at most ${MAX_IMPORTS}` });
  }
  const tableOffset = reader.offset;
  const offsets: number[] = [];
  for (let i = 0; i < count; i++) offsets.push(reader.unsigned(4, "the table of imports"));
  const symbols = reader.take(reader.remaining, "the names of imports");
  offsets.push(symbols.length);
  return offsets.slice(0, count).map((start, i) => {
    const end = offsets[i + 1];
    // Ascending offsets also keep all names together from being longer than what they are cut from.
    if (start <= end && end <= symbols.length) return symbol(symbols.subarray(start, end));
    throw new LoadError("PVM_CONTAINER_IMPORTS", `the name of import ${i} lies at ${start} to ${end}`, {
      offset: tableOffset + 4 * i,
      expected: `ascending offsets up to ${symbols.length}`,
    });
  });
}

function readExports(reader: ByteReader | undefined, blob: ProgramBlob): ContainerExport[] {
  if (reader === undefined || reader.remaining === 0) return [];
  const exports: ContainerExport[] = [];
  // An export takes two bytes at least, so the input bounds their number.
  for (let count = readVarint(reader, "the number of exports"); count > 0; count--) {
    const { offset } = reader;
    const pc = readVarint(reader, "the code offset of an export");
    const length = readVarint(reader, "the length of a name");
    const name = symbol(reader.take(length, "the name of an export"));
    if (!isInstructionStart(blob, pc)) {
      throw new LoadError("PVM_CONTAINER_EXPORTS", `no instruction starts at pc ${pc}, where ${name.name} is`, {
        offset,
        expected: "the code offset of an instruction",
      });
    }
    exports.push({ ...name, pc });
  }
  reader.end("the exports");
  return exports;
}

function symbol(bytes: Uint8Array): ContainerSymbol {
  try {
    return { bytes, name: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes, name: `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}` };
  }
}

/** Refuses instructions that the toolchain's instruction set has and the profile does not. */
function refuseForeign(blob: ProgramBlob, { name, profile, foreign }: RunnableSet): void {
  if (foreign === undefined) return;
  for (let pc = 0; pc < blob.code.length; pc += 1 + skipAt(blob, pc)) {
    const mnemonic = foreign[blob.code[pc]];
    if (mnemonic === undefined || !isInstructionStart(blob, pc)) continue;
    throw new LoadError("PVM_CONTAINER_OPCODE", `${mnemonic} at pc ${pc} is an instruction of ${name} only`, {
      offset: blob.codeOffset + pc,
      expected: `an instruction of profile ${profile}`,
    });
  }
}

/** The parts from which {@link encodeContainer} makes a container. */
export interface ContainerParts {
  readonly instructionSet: Container["instructionSet"];
  readonly readOnly?: Uint8Array;
  readonly readWrite?: Uint8Array;
  /** By default the length of the data. */
  readonly readOnlySize?: number;
  readonly readWriteSize?: number;
  readonly stackSize?: number;
  readonly imports?: readonly (string | Uint8Array)[];
  readonly exports?: readonly { readonly name: string | Uint8Array; readonly pc: number }[];
  readonly blobBytes: Uint8Array;
  readonly optional?: Container["optional"];
}

/**
 * Encodes a container. Sections without content are left out.
 * @throws VivError `PVM_CONTAINER_PARTS` when a part does not fit its field
 */
export function encodeContainer(parts: ContainerParts): Uint8Array<ArrayBuffer> {
  const {
    readOnly = new Uint8Array(0),
    readWrite = new Uint8Array(0),
    imports = [],
    exports = [],
    optional = [],
  } = parts;
  const memory = [parts.readOnlySize ?? readOnly.length, parts.readWriteSize ?? readWrite.length, parts.stackSize ?? 0];
  if (imports.length > MAX_IMPORTS) throw new VivError("PVM_CONTAINER_PARTS", `more than ${MAX_IMPORTS} imports`);
  const importNames = imports.map(nameBytes);
  let end = 0;
  const starts = importNames.map(({ length }) => (end += length) - length);
  const exported = exports.flatMap(({ name, pc }) => [varint(pc), varint(nameBytes(name).length), nameBytes(name)]);
  const body = concatBytes(
    section(SECTION.memory, memory.some((size) => size !== 0) ? memory.map(varint) : []),
    section(SECTION.readOnly, [readOnly]),
    section(SECTION.readWrite, [readWrite]),
    section(
      SECTION.imports,
      imports.length === 0 ? [] : [varint(imports.length), ...starts.map((at) => littleEndian(at, 4)), ...importNames],
    ),
    section(SECTION.exports, exports.length === 0 ? [] : [varint(exports.length), ...exported]),
    section(SECTION.code, [parts.blobBytes]),
    ...optional.map(({ id, bytes }) => concatBytes(Uint8Array.of(id), varint(bytes.length), bytes)),
    Uint8Array.of(SECTION.end),
  );
  const version = INSTRUCTION_SETS.findIndex(({ name }) => name === parts.instructionSet);
  const head = Uint8Array.of(...MAGIC, version);
  return concatBytes(head, littleEndian(head.length + 8 + body.length, 8), body);
}

function nameBytes(name: string | Uint8Array): Uint8Array {
  return typeof name === "string" ? new TextEncoder().encode(name) : name;
}

function section(id: number, content: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes(...content);
  return bytes.length === 0 ? bytes : concatBytes(Uint8Array.of(id), varint(bytes.length), bytes);
}

/** The shortest encoding of a number below 2^32. */
function varint(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new VivError("PVM_CONTAINER_PARTS", `${value} is no number of 32 bits`);
  }
  let extra = 0;
  while (extra < 4 && value >= 2 ** (7 * (extra + 1))) extra++;
  const high = Math.floor(value / 2 ** (8 * extra));
  const low = littleEndian(value % 2 ** (8 * extra), extra);
  return concatBytes(Uint8Array.of(((0xff00 >> extra) & 0xff) | high), low);
}
