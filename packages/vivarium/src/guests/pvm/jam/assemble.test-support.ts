/** Turns lists of mnemonics and operands into program blobs and standard programs, for the tests of the host calls. */
import { encodeBlob, maskOf } from "../blob.js";
import { FORMATS } from "../formats.js";
import { HOST_CALLS, type HostCallName } from "../host-calls.js";
import { type Profile, rulesOf } from "../profiles.js";
import { encodeSpi } from "../spi.js";

/** A label (`"name:"`) or an instruction: mnemonic, then operands in the order of its format; targets are label names. */
export type Item = string | readonly [string, ...(number | bigint | string)[]];

/** Loads a 64-bit value. */
export function li(register: number, value: number | bigint): Item {
  const v = BigInt.asIntN(64, BigInt(value));
  if (v === BigInt.asIntN(32, v)) return ["load_imm", register, Number(v)];
  return ["load_imm_64", register, Number(BigInt.asIntN(32, v)), Number(v >> 32n)];
}

/** A host call by name, with registers from r7 loaded first. */
export function call(name: HostCallName | number, ...args: (number | bigint)[]): Item[] {
  return [...args.map((value, k) => li(7 + k, value)), ["ecalli", name]];
}

export const HALT: readonly Item[] = [li(0, 0xffff0000), ["jump_ind", 0, 0]];

/** Assembles a program blob. */
export function blob(profile: Profile, items: readonly Item[]): Uint8Array<ArrayBuffer> {
  const { isa } = rulesOf(profile);
  const labels = new Map<string, number>();
  let code: number[] = [];
  let starts: number[] = [];
  for (const pass of [1, 2]) {
    code = [];
    starts = [];
    let open = false;
    for (const item of items) {
      if (typeof item === "string") {
        // A jump may only go to where a block starts, which is behind a terminator.
        if (open) {
          starts.push(code.length);
          code.push(isa.numberOf(isa.indexOf("fallthrough")));
          open = false;
        }
        labels.set(item.slice(0, -1), code.length);
        continue;
      }
      const [mnemonic, ...operands] = item;
      const index = isa.indexOf(mnemonic);
      const row = isa.rows[index];
      const format = FORMATS.find((f) => f.name === row?.format);
      if (row === undefined || format === undefined) throw new TypeError(`no instruction ${mnemonic}`);
      const values = operands.map((o) => {
        if (typeof o === "bigint") return Number(o);
        if (typeof o === "number") return o;
        if (mnemonic === "ecalli") return HOST_CALLS[profile][o as HostCallName] as number;
        const at = labels.get(o);
        if (at === undefined && pass === 2) throw new TypeError(`no label ${o}`);
        return at ?? 0;
      });
      const pc = code.length;
      starts.push(pc);
      code.push(isa.numberOf(index));
      const bytes: number[] = [];
      format.encode(bytes, values, pc, { minOffsetBytes: 4 });
      code.push(...bytes);
      open = !row.effects.endsBlock;
    }
  }
  return encodeBlob({ code: Uint8Array.from(code), mask: maskOf(code.length, starts) });
}

export interface SpiOptions {
  readonly readOnly?: Uint8Array;
  readonly readWrite?: Uint8Array;
  readonly heapPages?: number;
  readonly stackSize?: number;
}

/** Where the heap of a program without read-only data, or with less than a zone of it, starts. */
export const heapOf = (options: SpiOptions = {}): number =>
  0x20000 + ((options.readOnly?.length ?? 0) > 0 ? 0x10000 : 0);

/** Assembles a standard program; it has 16 heap pages unless something else is said. */
export function spi(profile: Profile, items: readonly Item[], options: SpiOptions = {}): Uint8Array<ArrayBuffer> {
  return encodeSpi({
    readOnly: options.readOnly ?? new Uint8Array(0),
    readWrite: options.readWrite ?? new Uint8Array(0),
    heapPages: options.heapPages ?? 16,
    stackSize: options.stackSize ?? 4096,
    blobBytes: blob(profile, items),
  });
}
