/** Variadic arguments of host functions, from the call's slots or from a `va_list` in guest memory. */
import { GuestFault, type MirContext } from "../context.js";
import type { ArgumentCursor, FormatMemory } from "./printf.js";

/** The arguments of the call itself, from number `next` on. */
export class SlotArguments implements ArgumentCursor {
  constructor(
    private readonly context: MirContext,
    private next: number,
  ) {}

  integer(): bigint {
    return this.context.i64(this.next++);
  }
  double(): number {
    return this.context.f64(this.next++);
  }
  longDouble(): number {
    return this.context.f64(this.next++);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** The arguments of a `va_list`: its first word is the address of the next one. */
export class ListArguments implements ArgumentCursor {
  private at: number;

  constructor(
    private readonly context: MirContext,
    list: number,
  ) {
    this.at = Number(BigInt.asUintN(32, this.word(list)));
  }

  private word(address: number): bigint {
    const value = this.context.memory.readU64(address);
    if (value === undefined) throw new GuestFault(address);
    return value;
  }

  private take(bytes: number): bigint {
    const value = this.word(this.at);
    this.at = (this.at + bytes) >>> 0;
    return value;
  }

  integer(): bigint {
    return BigInt.asIntN(64, this.take(8));
  }
  double(): number {
    scratch.setBigUint64(0, this.take(8));
    return scratch.getFloat64(0);
  }
  longDouble(): number {
    scratch.setBigUint64(0, this.take(16));
    return scratch.getFloat64(0);
  }
}

/** Guest memory as formatting sees it. */
export function formatMemory(context: MirContext): FormatMemory {
  return {
    string: (address, most) => context.bytes(address, most),
    wideString: (address, most) => wideString(context, address, most),
    storeCount: (address, bytes, count) => {
      const cell = new Uint8Array(8);
      new DataView(cell.buffer).setBigInt64(0, BigInt(count), true);
      context.write(address, cell.subarray(0, bytes));
    },
  };
}

/** A string of 32-bit characters as UTF-8, whole characters of at most `most` bytes. */
function wideString(context: MirContext, address: number, most: number): Uint8Array {
  const out: number[] = [];
  const encoder = new TextEncoder();
  for (let at = address; ; at += 4) {
    const code = context.memory.readU32(at);
    if (code === undefined) throw new GuestFault(at);
    if (code === 0) break;
    const bytes = encoder.encode(String.fromCodePoint(code < 0x110000 ? code : 0xfffd));
    if (out.length + bytes.length > most) break;
    out.push(...bytes);
  }
  return Uint8Array.from(out);
}
