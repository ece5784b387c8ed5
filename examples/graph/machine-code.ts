/** A64 instructions as words: as much of an assembler as the examples need. */

export const add = (d: number, n: number, m: number): number => 0x8b000000 | (m << 16) | (n << 5) | d;
export const mul = (d: number, n: number, m: number): number => 0x9b007c00 | (m << 16) | (n << 5) | d;
export const movz = (d: number, value: number, shift = 0): number =>
  0xd2800000 | ((shift / 16) << 21) | (value << 5) | d;
export const movk = (d: number, value: number, shift = 0): number =>
  0xf2800000 | ((shift / 16) << 21) | (value << 5) | d;
/** Stores the low 32 bits of a register. */
export const strw = (t: number, n: number, offset = 0): number => 0xb9000000 | ((offset / 4) << 10) | (n << 5) | t;
export const mov = (d: number, m: number): number => 0xaa0003e0 | (m << 16) | d;
export const svc = (number: number): number => 0xd4000001 | (number << 5);
export const ret: number = 0xd65f03c0;

/** An instruction, or the address of a text (and its length in the next register) put into a register. */
export type Line = number | { readonly text: string; readonly register: number };

/** Instructions into bytes; texts go behind the code, where `adr` finds them. */
export function machineCode(lines: readonly Line[]): Uint8Array {
  const texts: { at: number; text: string; register: number }[] = [];
  const words: number[] = [];
  for (const line of lines) {
    if (typeof line === "number") words.push(line);
    else {
      texts.push({ at: words.length, text: line.text, register: line.register });
      words.push(0, movz(line.register + 1, line.text.length));
    }
  }
  let end = 4 * words.length;
  const bytes = new Uint8Array(end + texts.reduce((sum, { text }) => sum + text.length, 0) + 3);
  for (const { at, text, register } of texts) {
    const offset = end - 4 * at;
    words[at] = 0x10000000 | ((offset & 3) << 29) | ((offset >> 2) << 5) | register;
    bytes.set(new TextEncoder().encode(text), end);
    end += text.length;
  }
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(4 * i, word >>> 0, true);
  });
  return bytes.subarray(0, (end + 3) & ~3);
}
