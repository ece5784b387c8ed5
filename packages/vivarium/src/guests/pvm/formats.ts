/** Turns argument bytes into operands and operands into argument bytes, for the thirteen argument formats of the PVM. */

import { VivError } from "../../machine/errors.js";

/**
 * What an operand is. `A`, `B` and `D` are registers (0 to 12), `X` and `Y` immediates, `T` a code offset; `lo` and `hi`
 * are the halves of the one 64-bit immediate.
 */
export type OperandRole = "A" | "B" | "D" | "X" | "Y" | "T" | "lo" | "hi";

/** A format's place in the specification's list, `F0` to `F12`. */
export type FormatName = "F0" | "F1" | "F2" | "F3" | "F4" | "F5" | "F6" | "F7" | "F8" | "F9" | "F10" | "F11" | "F12";

/** Where operands are put: the first `operands.length` places are written. */
export type OperandSink = number[] | Int32Array;

/** How encoders may be told to leave room. */
export interface EncodeOptions {
  /** Bytes that a `T` operand takes at least, so that an assembler can fix sizes before it knows offsets (0 to 4). */
  readonly minOffsetBytes?: number;
}

/** One argument format: the same operands, in the same order, in both directions. */
export interface ArgumentFormat {
  readonly name: FormatName;
  /** Number of the format, 0 to 12. */
  readonly index: number;
  /**
   * The operands in the order in which `decode` writes and `encode` reads them; a result comes first where the format
   * has a register for results only (`D`).
   */
  readonly operands: readonly OperandRole[];
  /**
   * Decodes the arguments of the instruction at `pc`, which has `l` argument bytes (its skip). Never fails: registers
   * above 12 are 12, bytes past the end of the code are 0, as the specification says.
   *
   * Immediates come as signed 32-bit numbers; as 64-bit values they are the sign extension of these. The one 64-bit
   * immediate (`F2`) comes as two of them, low half first. A `T` is the absolute code offset modulo 2^32, signed: one
   * that is negative lies outside every program.
   */
  decode(code: Uint8Array, pc: number, l: number, out: OperandSink): void;
  /**
   * Appends the argument bytes of an instruction at `pc` in their shortest form. Only `T` operands depend on `pc`.
   * @throws VivError `PVM_OPERAND_RANGE`
   */
  encode(bytes: number[], operands: ArrayLike<number>, pc: number, options?: EncodeOptions): void;
}

/** Sign-extends the `n` bytes (0 to 4) at `at`; bytes past the end are 0. */
function signed(code: Uint8Array, at: number, n: number): number {
  if (n === 0) return 0;
  let value = 0;
  for (let i = 0; i < n; i++) {
    if (at + i < code.length) value |= code[at + i] << (8 * i);
  }
  const shift = 32 - 8 * n;
  return (value << shift) >> shift;
}

function byteAt(code: Uint8Array, at: number): number {
  return at < code.length ? code[at] : 0;
}

/** A register field holds 4 bits (or 8, in the third byte of F12); what is above 12 means 12. */
function register(field: number): number {
  return field < 12 ? field : 12;
}

/** How many bytes an immediate has, when `count` are there for it. */
function clamp4(count: number): number {
  return count < 0 ? 0 : count > 4 ? 4 : count;
}

/** Fewest bytes from which sign extension gives `value` back. */
export function immediateLength(value: number): number {
  if (value === 0) return 0;
  if (value >= -0x80 && value < 0x80) return 1;
  if (value >= -0x8000 && value < 0x8000) return 2;
  return value >= -0x800000 && value < 0x800000 ? 3 : 4;
}

function pushSigned(bytes: number[], value: number, n: number): void {
  for (let i = 0; i < n; i++) bytes.push((value >> (8 * i)) & 0xff);
}

/** What an encoder reads its operands from, each checked as it is read. */
class Operands {
  private next = 0;

  constructor(
    private readonly format: FormatName,
    private readonly values: ArrayLike<number>,
    private readonly pc: number,
    private readonly minOffsetBytes: number,
  ) {}

  register(): number {
    const value = this.values[this.next];
    if (!Number.isInteger(value) || value < 0 || value > 12) this.refuse("a register from 0 to 12");
    this.next++;
    return value;
  }

  immediate(): number {
    const value = this.values[this.next];
    if (value !== (value | 0)) this.refuse("a signed 32-bit number");
    this.next++;
    return value;
  }

  /** A code offset, as the distance from this instruction. */
  distance(): number {
    const value = this.values[this.next];
    const distance = value - this.pc;
    if (distance !== (distance | 0)) this.refuse("a code offset within 2 GiB");
    this.next++;
    return distance;
  }

  distanceLength(distance: number): number {
    return Math.max(immediateLength(distance), this.minOffsetBytes);
  }

  private refuse(expected: string): never {
    const found = this.values[this.next];
    throw new VivError("PVM_OPERAND_RANGE", `operand ${this.next} of a ${this.format} is ${found}, not ${expected}`);
  }
}

type Decode = ArgumentFormat["decode"];
type Encode = (bytes: number[], operands: Operands) => void;

function format(index: number, operands: readonly OperandRole[], decode: Decode, encode: Encode): ArgumentFormat {
  const name = `F${index}` as FormatName;
  return {
    name,
    index,
    operands,
    decode,
    encode: (bytes, values, pc, options) => {
      const room = options?.minOffsetBytes ?? 0;
      if (!Number.isInteger(room) || room < 0 || room > 4) {
        throw new VivError("PVM_OPERAND_RANGE", `minOffsetBytes is ${room}, not 0 to 4`);
      }
      encode(bytes, new Operands(name, values, pc, room));
    },
  };
}

/**
 * A byte with the length of `x` at bit `shift` and `low` below it, then `x` and `y`: how the formats with two variable
 * operands end.
 */
function pushPair(bytes: number[], low: number, shift: 0 | 4, x: number, y: number, yLength: number): void {
  const xLength = immediateLength(x);
  bytes.push(low | (xLength << shift));
  pushSigned(bytes, x, xLength);
  pushSigned(bytes, y, yLength);
}

/** No arguments: `trap`. */
export const F0 = format(
  0,
  [],
  () => {},
  () => {},
);

/** One immediate: `ecalli`. */
export const F1 = format(
  1,
  ["X"],
  (code, pc, l, out) => {
    out[0] = signed(code, pc + 1, clamp4(l));
  },
  (bytes, o) => {
    const x = o.immediate();
    pushSigned(bytes, x, immediateLength(x));
  },
);

/** A register and a 64-bit immediate, always 9 bytes: `load_imm_64`. */
export const F2 = format(
  2,
  ["A", "lo", "hi"],
  (code, pc, _l, out) => {
    out[0] = register(byteAt(code, pc + 1) & 15);
    out[1] = signed(code, pc + 2, 4);
    out[2] = signed(code, pc + 6, 4);
  },
  (bytes, o) => {
    bytes.push(o.register());
    pushSigned(bytes, o.immediate(), 4);
    pushSigned(bytes, o.immediate(), 4);
  },
);

/** Two immediates: `store_imm_u8`. */
export const F3 = format(
  3,
  ["X", "Y"],
  (code, pc, l, out) => {
    const lx = clamp4(byteAt(code, pc + 1) & 7);
    out[0] = signed(code, pc + 2, lx);
    out[1] = signed(code, pc + 2 + lx, clamp4(l - lx - 1));
  },
  (bytes, o) => {
    const x = o.immediate();
    const y = o.immediate();
    pushPair(bytes, 0, 0, x, y, immediateLength(y));
  },
);

/** A code offset: `jump`. */
export const F4 = format(
  4,
  ["T"],
  (code, pc, l, out) => {
    out[0] = (pc + signed(code, pc + 1, clamp4(l))) | 0;
  },
  (bytes, o) => {
    const t = o.distance();
    pushSigned(bytes, t, o.distanceLength(t));
  },
);

/** A register and an immediate: `load_imm`, `load_u8`, `jump_ind`. */
export const F5 = format(
  5,
  ["A", "X"],
  (code, pc, l, out) => {
    out[0] = register(byteAt(code, pc + 1) & 15);
    out[1] = signed(code, pc + 2, clamp4(l - 1));
  },
  (bytes, o) => {
    bytes.push(o.register());
    const x = o.immediate();
    pushSigned(bytes, x, immediateLength(x));
  },
);

const decodeRegisterPair: Decode = (code, pc, l, out) => {
  const b1 = byteAt(code, pc + 1);
  const lx = clamp4((b1 >> 4) & 7);
  out[0] = register(b1 & 15);
  out[1] = signed(code, pc + 2, lx);
  out[2] = signed(code, pc + 2 + lx, clamp4(l - lx - 1));
};

/** A register and two immediates: `store_imm_ind_u8`. */
export const F6 = format(6, ["A", "X", "Y"], decodeRegisterPair, (bytes, o) => {
  const a = o.register();
  const x = o.immediate();
  const y = o.immediate();
  pushPair(bytes, a, 4, x, y, immediateLength(y));
});

/** A register, an immediate and a code offset: `load_imm_jump`, `branch_eq_imm`. */
export const F7 = format(
  7,
  ["A", "X", "T"],
  (code, pc, l, out) => {
    decodeRegisterPair(code, pc, l, out);
    out[2] = (pc + out[2]) | 0;
  },
  (bytes, o) => {
    const a = o.register();
    const x = o.immediate();
    const t = o.distance();
    pushPair(bytes, a, 4, x, t, o.distanceLength(t));
  },
);

/** A result register and a source register: `move_reg`. */
export const F8 = format(
  8,
  ["D", "A"],
  (code, pc, _l, out) => {
    const b1 = byteAt(code, pc + 1);
    out[0] = register(b1 & 15);
    out[1] = register(b1 >> 4);
  },
  (bytes, o) => {
    const d = o.register();
    bytes.push(d | (o.register() << 4));
  },
);

/** Two registers and an immediate: `add_imm_64`, `load_ind_u8`, `store_ind_u8`. */
export const F9 = format(
  9,
  ["A", "B", "X"],
  (code, pc, l, out) => {
    const b1 = byteAt(code, pc + 1);
    out[0] = register(b1 & 15);
    out[1] = register(b1 >> 4);
    out[2] = signed(code, pc + 2, clamp4(l - 1));
  },
  (bytes, o) => {
    const a = o.register();
    bytes.push(a | (o.register() << 4));
    const x = o.immediate();
    pushSigned(bytes, x, immediateLength(x));
  },
);

/** Two registers and a code offset: `branch_eq`. */
export const F10 = format(
  10,
  ["A", "B", "T"],
  (code, pc, l, out) => {
    F9.decode(code, pc, l, out);
    out[2] = (pc + out[2]) | 0;
  },
  (bytes, o) => {
    const a = o.register();
    bytes.push(a | (o.register() << 4));
    const t = o.distance();
    pushSigned(bytes, t, o.distanceLength(t));
  },
);

/** Two registers and two immediates: `load_imm_jump_ind`. */
export const F11 = format(
  11,
  ["A", "B", "X", "Y"],
  (code, pc, l, out) => {
    const b1 = byteAt(code, pc + 1);
    const lx = clamp4(byteAt(code, pc + 2) & 7);
    out[0] = register(b1 & 15);
    out[1] = register(b1 >> 4);
    out[2] = signed(code, pc + 3, lx);
    out[3] = signed(code, pc + 3 + lx, clamp4(l - lx - 2));
  },
  (bytes, o) => {
    const a = o.register();
    bytes.push(a | (o.register() << 4));
    const x = o.immediate();
    const y = o.immediate();
    pushPair(bytes, 0, 0, x, y, immediateLength(y));
  },
);

/** A result register and two source registers: `add_64`. */
export const F12 = format(
  12,
  ["D", "A", "B"],
  (code, pc, _l, out) => {
    const b1 = byteAt(code, pc + 1);
    out[0] = register(byteAt(code, pc + 2));
    out[1] = register(b1 & 15);
    out[2] = register(b1 >> 4);
  },
  (bytes, o) => {
    const d = o.register();
    const a = o.register();
    bytes.push(a | (o.register() << 4), d);
  },
);

/** All formats, by number. */
export const FORMATS: readonly ArgumentFormat[] = [F0, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12];
