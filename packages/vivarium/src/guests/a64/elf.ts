/** Static ELF64 executables for AArch64 into images (System V ABI, chapters 4 and 5). */
import { LoadError } from "../../machine/errors.js";
import { PAGE } from "../../machine/memory.js";
import { CODE_LIMIT, entriesOf, type Image, type LoadOptions, type Segment, STACK_TOP } from "./image.js";

const HEADER = 64;
const PROGRAM_HEADER = 56;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const EM_AARCH64 = 183;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PF_X = 1;
const PF_W = 2;
const SHT_SYMTAB = 2;
const STT_FUNC = 2;
const MAX_PROGRAM_HEADERS = 64;
const MAX_SYMBOLS = 1 << 20;

/** Begins with the magic number. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

class Elf {
  readonly view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #need(at: number, length: number, what: string): void {
    if (at + length > this.bytes.length) {
      throw new LoadError("A64_ELF_TRUNCATED", `${what} ends behind the file`, {
        offset: Math.min(at, this.bytes.length),
      });
    }
  }
  u16(at: number, what: string): number {
    this.#need(at, 2, what);
    return this.view.getUint16(at, true);
  }
  u32(at: number, what: string): number {
    this.#need(at, 4, what);
    return this.view.getUint32(at, true);
  }
  /** A 64-bit field that has to be below 2^32: addresses here are 32 bits wide. */
  u64(at: number, what: string): number {
    this.#need(at, 8, what);
    if (this.view.getUint32(at + 4, true) !== 0) {
      throw new LoadError("A64_ELF_RANGE", `${what} does not fit into 32 bits`, { offset: at });
    }
    return this.view.getUint32(at, true);
  }
  slice(at: number, length: number, what: string): Uint8Array {
    this.#need(at, length, what);
    return this.bytes.subarray(at, at + length);
  }
}

const refuse = (reason: string, offset: number, expected?: string): never => {
  throw new LoadError("A64_ELF_UNSUPPORTED", reason, expected === undefined ? { offset } : { offset, expected });
};

/**
 * Reads a statically linked executable: one executable segment, and any number with data.
 * @throws LoadError `A64_ELF_TRUNCATED`, `A64_ELF_RANGE`, `A64_ELF_UNSUPPORTED`, `A64_ELF_OVERLAP`, `A64_CODE_LIMIT`,
 *   `A64_SYMBOL`, `A64_ENTRY`
 */
export function elfImage(bytes: Uint8Array, options: LoadOptions): Image {
  const elf = new Elf(bytes);
  elf.slice(0, HEADER, "the header");
  if (!isElf(bytes)) refuse("no ELF file", 0, "7f 45 4c 46");
  if (bytes[4] !== 2) refuse("not of 64 bits", 4, "class 2");
  if (bytes[5] !== 1) refuse("not little-endian", 5, "data 1");
  const type = elf.u16(16, "the type");
  if (type !== ET_EXEC && type !== ET_DYN) refuse(`type ${type}`, 16, "an executable, linked statically");
  const machine = elf.u16(18, "the machine");
  if (machine !== EM_AARCH64) refuse(`machine ${machine}`, 18, "183, AArch64");
  const headers = elf.u64(32, "the place of the program headers");
  const headerSize = elf.u16(54, "the size of program headers");
  const headerCount = elf.u16(56, "the number of program headers");
  if (headerSize !== PROGRAM_HEADER) refuse(`program headers of ${headerSize} bytes`, 54, `${PROGRAM_HEADER}`);
  if (headerCount === 0 || headerCount > MAX_PROGRAM_HEADERS) {
    refuse(`${headerCount} program headers`, 56, `1 to ${MAX_PROGRAM_HEADERS}`);
  }
  const data: Segment[] = [];
  let code: Image["code"] | undefined;
  for (let k = 0; k < headerCount; k++) {
    const at = headers + k * PROGRAM_HEADER;
    const kind = elf.u32(at, "a program header");
    if (kind === PT_INTERP || kind === PT_DYNAMIC)
      refuse("linked dynamically", at, "an executable linked with -static");
    if (kind !== PT_LOAD) continue;
    const flags = elf.u32(at + 4, "a program header");
    const offset = elf.u64(at + 8, "the place of a segment");
    const address = elf.u64(at + 16, "the address of a segment");
    const fileSize = elf.u64(at + 32, "the size of a segment");
    const size = elf.u64(at + 40, "the size of a segment");
    const contents = elf.slice(offset, fileSize, "a segment");
    if (size < fileSize || address + size > STACK_TOP / 2) {
      throw new LoadError("A64_ELF_RANGE", `a segment of ${size} bytes at ${address}`, { offset: at });
    }
    if (size === 0) continue;
    if ((flags & PF_X) === 0) {
      data.push({ address, bytes: contents, size, access: (flags & PF_W) !== 0 ? "write" : "read" });
      continue;
    }
    if ((flags & PF_W) !== 0) refuse("a segment that is writable and executable", at);
    if (code !== undefined) refuse("a second executable segment", at);
    if (fileSize > CODE_LIMIT || fileSize < 4) {
      throw new LoadError("A64_CODE_LIMIT", `${fileSize} bytes of code`, {
        offset: at,
        expected: `4 to ${CODE_LIMIT}`,
      });
    }
    // Code is counted in words from the start of the segment.
    if (address % 4 !== 0) refuse(`an executable segment at ${address}`, at, "a multiple of 4");
    code = { address, bytes: contents, offset };
  }
  if (code === undefined) return refuse("no executable segment", headers);
  overlaps([{ address: code.address, size: code.bytes.length }, ...data]);
  const { symbols, functions } = readSymbols(elf, code);
  const entry = elf.u64(24, "the entry");
  const image = { code, data, symbols };
  // Without an entry every function that has a name is one.
  const fallback = entry !== 0 ? entry : (functions[0] ?? code.address);
  return { ...image, ...entriesOf(image, options, fallback, entry === 0 ? functions : []) };
}

/** Segments must not share pages: their rights could not be kept apart. */
function overlaps(segments: readonly { address: number; size: number }[]): void {
  const pages = segments
    .map(({ address, size }) => [Math.floor(address / PAGE), Math.ceil((address + size) / PAGE)] as const)
    .sort((a, b) => a[0] - b[0]);
  for (let k = 1; k < pages.length; k++) {
    if ((pages[k] as readonly [number, number])[0] < (pages[k - 1] as readonly [number, number])[1]) {
      throw new LoadError("A64_ELF_OVERLAP", "two segments share a page", {
        expected: "an executable linked with -z separate-code",
      });
    }
  }
}

/** Names from the symbol table, if there is one. */
function readSymbols(elf: Elf, code: Image["code"]): { symbols: Map<string, number>; functions: number[] } {
  const symbols = new Map<string, number>();
  const functions: number[] = [];
  const sections = elf.u64(40, "the place of the section headers");
  const size = elf.u16(58, "the size of section headers");
  const count = elf.u16(60, "the number of section headers");
  if (sections === 0 || count === 0) return { symbols, functions };
  if (size !== SECTION_HEADER) refuse(`section headers of ${size} bytes`, 58, `${SECTION_HEADER}`);
  for (let k = 0; k < count; k++) {
    const at = sections + k * SECTION_HEADER;
    if (elf.u32(at + 4, "a section header") !== SHT_SYMTAB) continue;
    const offset = elf.u64(at + 24, "the place of the symbols");
    const length = elf.u64(at + 32, "the size of the symbols");
    const strings = elf.u32(at + 40, "the section of the names");
    if (strings >= count) refuse(`names in section ${strings}`, at + 40, `below ${count}`);
    const text = sections + strings * SECTION_HEADER;
    const names = elf.slice(elf.u64(text + 24, "the names"), elf.u64(text + 32, "the size of the names"), "the names");
    const number = Math.floor(length / SYMBOL);
    if (number > MAX_SYMBOLS) refuse(`${number} symbols`, at + 32, `at most ${MAX_SYMBOLS}`);
    elf.slice(offset, length, "the symbols");
    for (let s = 0; s < number; s++) {
      const entry = offset + s * SYMBOL;
      const info = elf.bytes[entry + 4] as number;
      const section = elf.u16(entry + 6, "a symbol");
      const kind = info & 15;
      // Sections, files and undefined symbols are no places; `$x` and `$d` mark code and data.
      if (kind > STT_FUNC || section === 0 || section >= 0xff00) continue;
      const name = stringAt(names, elf.u32(entry, "a symbol"));
      if (name === "" || name.startsWith("$")) continue;
      const address = elf.u64(entry + 8, "a symbol");
      const global = info >> 4 !== 0;
      if (!symbols.has(name) || global) symbols.set(name, address);
      const inside = address >= code.address && address + 4 <= code.address + code.bytes.length;
      if (kind === STT_FUNC && global && inside && address % 4 === 0) functions.push(address);
    }
  }
  return { symbols, functions };
}

const decoder = new TextDecoder();
function stringAt(names: Uint8Array, at: number): string {
  const end = names.indexOf(0, at);
  return end < 0 ? "" : decoder.decode(names.subarray(at, Math.min(end, at + 4096)));
}
