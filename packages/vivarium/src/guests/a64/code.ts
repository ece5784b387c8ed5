/** Turns words into decoded code: what is reachable has to be implemented, what is not may be data. */
import { Code, FIELDS, type LinkedCall } from "../../isa/code.js";
import type { Row } from "../../isa/table.js";
import { LoadError } from "../../machine/errors.js";
import { classOf, decodeWord } from "./encodings/index.js";
import type { Image } from "./image.js";
import { A64_ISA } from "./isa.js";

const row = (mnemonic: string): number => A64_ISA.indexOf(mnemonic);
export const ROW = {
  b: row("b"),
  bl: row("bl"),
  br: row("br"),
  blr: row("blr"),
  blrLink: row("blr.lr"),
  ret: row("ret"),
  svc: row("svc"),
  brk: row("brk"),
  nop: row("nop"),
  illegal: row("illegal"),
  halt: row("return"),
} as const;

const rowIndex = new Map(A64_ISA.rows.map((r, i) => [r.mnemonic, i]));
/** Operands that are places in the code, by row; -1 for rows without. */
const targetOperand = A64_ISA.rows.map((r) => r.operands.findIndex((o) => o.kind === "target"));
const ends = A64_ISA.rows.map((r) => r.effects.endsBlock);

/** `0x1e602820`. */
export const wordText = (word: number): string => `0x${word.toString(16).padStart(8, "0")}`;

/** The word at an instruction. */
export function wordAt(bytes: Uint8Array, index: number): number {
  const at = 4 * index;
  const byte = (k: number): number => bytes[at + k] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}

/** Number of words: bytes behind the last whole one are filled up with zeros. */
export const wordCount = (bytes: Uint8Array): number => Math.ceil(bytes.length / 4);

export interface DecodedCode {
  readonly code: Code;
  /** Address to which the outermost function returns. */
  readonly returnAddress: number;
}

/**
 * Decodes all words. Behind them stand two more instructions: what running off the end meets, and where the outermost
 * function returns to.
 *
 * @throws LoadError `A64_UNIMPLEMENTED` for a word that can be reached from the roots without a computed jump
 */
export function decodeCode(image: Image): DecodedCode {
  const { address: base, bytes } = image.code;
  const words = wordCount(bytes);
  const count = words + 2;
  const op = new Uint16Array(count).fill(ROW.illegal);
  const args = new Int32Array(count * FIELDS);
  const leader = new Uint8Array(count);
  const known = new Uint8Array(count);
  op[words + 1] = ROW.halt;
  leader[0] = leader[words] = leader[words + 1] = 1;
  const indexOf = (address: number): number => {
    const offset = address - base;
    return offset >= 0 && offset < 4 * words && offset % 4 === 0 ? offset / 4 : -1;
  };
  for (let i = 0; i < words; i++) {
    const decoded = decodeWord(wordAt(bytes, i));
    if (decoded === undefined) {
      leader[i + 1] = 1;
      continue;
    }
    known[i] = 1;
    const lowered = decoded.encoding.lower(decoded.fields, base + 4 * i);
    const found = rowIndex.get(lowered[0]) as number;
    op[i] = found;
    for (let k = 1; k < lowered.length; k++) args[FIELDS * i + k - 1] = lowered[k] as number;
    if (found === ROW.br || found === ROW.ret) args[FIELDS * i + 1] = base;
    if (found === ROW.blr || found === ROW.blrLink) args[FIELDS * i + 2] = base;
    const target = targetOperand[found] as number;
    if (target >= 0) {
      const at = FIELDS * i + target;
      const to = indexOf((args[at] as number) >>> 0);
      args[at] = to;
      if (to >= 0) leader[to] = 1;
    }
    // What follows an instruction that never goes on may be a function, or a case of a switch; so may what follows the
    // padding there.
    if (ends[found] || (found === ROW.nop && leader[i] === 1)) leader[i + 1] = 1;
  }
  const roots = image.roots.map(indexOf);
  for (const i of roots) leader[i] = 1;
  for (const address of image.symbols.values()) {
    const i = indexOf(address);
    if (i >= 0) leader[i] = 1;
  }
  check(image, op, args, known, roots);

  const pc = new Uint32Array(count);
  for (let i = 0; i < count; i++) pc[i] = base + 4 * i;
  const table = new Int32Array(count);
  for (let i = 0; i < count; i++) table[i] = leader[i] === 1 ? i : -1;
  table[words] = -1;
  const code = new Code({
    isa: A64_ISA,
    count,
    op,
    pc,
    args,
    leader,
    table,
    addressTaken: roots,
    indexOf: (address) => {
      const offset = address - base;
      return offset >= 0 && offset < 4 * count && offset % 4 === 0 ? offset / 4 : -1;
    },
    linkOf: (i): LinkedCall | undefined => {
      const call = op[i] === ROW.bl || op[i] === ROW.blr || op[i] === ROW.blrLink;
      return call && i + 1 < words ? { index: i + 1, next: i + 1 } : undefined;
    },
  });
  return { code, returnAddress: base + 4 * (words + 1) };
}

/** Follows the code from its roots; refuses what is not implemented. */
function check(image: Image, op: Uint16Array, args: Int32Array, known: Uint8Array, roots: readonly number[]): void {
  const words = op.length - 2;
  const seen = new Uint8Array(words);
  const stack = [...roots];
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    for (; i < words && seen[i] === 0; i++) {
      seen[i] = 1;
      if (known[i] === 0) {
        const word = wordAt(image.code.bytes, i);
        throw new LoadError("A64_UNIMPLEMENTED", `word ${wordText(word)} (${classOf(word)}) is not implemented`, {
          offset: image.code.offset + 4 * i,
        });
      }
      const found = op[i] as number;
      const target = targetOperand[found] as number;
      if (target >= 0) {
        const to = args[FIELDS * i + target] as number;
        if (to >= 0) stack.push(to);
      }
      if (found === ROW.b || found === ROW.br || found === ROW.ret || found === ROW.brk || found === ROW.illegal) break;
    }
  }
}

/** The row of an instruction. */
export const rowOf = (code: Code, index: number): Row => code.isa.rows[code.op[index] as number] as Row;
