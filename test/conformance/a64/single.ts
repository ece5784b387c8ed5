/** Single A64 instructions with random states, and what a machine of ours makes of them; in Node and in browsers. */
import { type A64Tier, a64 } from "../../../packages/vivarium/src/a64.js";
import type { Encoding } from "../../../packages/vivarium/src/guests/a64/encodings/encoding.js";
import { decodeWord, ENCODINGS } from "../../../packages/vivarium/src/guests/a64/encodings/index.js";
import { MONITOR } from "../../../packages/vivarium/src/guests/a64/rows/common.js";

const CODE = 0x2000_0000;
const DATA = 0x3000_0000;
const DATA_BYTES = 1024;
/** What literal loads read; within their reach of the code. */
const POOL = 0x1fff_0000;
const POOL_BYTES = 4096;
const POOL_SEED = 0x1234_5678_9abc_def1n;
/** Bytes of a test's code: a place before it, the instruction, a place behind it, each followed by a way out. */
const SLOT = 32;
/** The places to which branches go: they write 1 and 2 to x27. */
const BEFORE = 0xd280003b;
const BEHIND = 0xd280005b;
/** Tests that the harness is given at once; so the pool is within reach of each. */
export const AT_ONCE = 10_000;
/** 64-bit words of a state: x0 to x30, sp, NZCV, memory (seed or hash), v0 to v31. */
export const STATE = 31 + 3 + 64;
const SP = 31;
const NZCV = 32;
const MEMORY = 33;
const V = 34;
/** The harness keeps its state in this register. */
const RESERVED = 28;

/** A generator of numbers (xorshift64*), the same everywhere. */
export class Random {
  #state: bigint;
  constructor(seed: number) {
    this.#state = BigInt(seed) * 2n + 0x9e3779b97f4a7c15n;
    for (let i = 0; i < 8; i++) this.next();
  }
  /** 64 random bits. */
  next(): bigint {
    let s = this.#state;
    s ^= s >> 12n;
    s = BigInt.asUintN(64, s ^ (s << 25n));
    s ^= s >> 27n;
    this.#state = s;
    return BigInt.asUintN(64, s * 0x2545f4914f6cdd1dn);
  }
  below(n: number): number {
    return Number(this.next() % BigInt(n));
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Integers at the edges of every width. */
const EDGES: readonly bigint[] = [8n, 16n, 31n, 32n, 63n, 64n].flatMap((w) => [
  0n,
  1n,
  (1n << w) - 1n,
  1n << (w - 1n),
  (1n << (w - 1n)) - 1n,
  BigInt.asUintN(64, -1n << (w - 1n)),
  BigInt.asUintN(64, -(1n << (w - 1n)) - 1n),
]);
/** Doubles and singles of every kind. */
const DOUBLES: readonly bigint[] = [
  0x0000000000000000n,
  0x0000000000000001n,
  0x000fffffffffffffn,
  0x0010000000000000n,
  0x3fe0000000000000n,
  0x3ff0000000000000n,
  0x3ff8000000000000n,
  0x4000000000000000n,
  0x4004000000000000n,
  0x41dfffffffc00000n,
  0x41e0000000000000n,
  0x41efffffffe00000n,
  0x41f0000000000000n,
  0x43dfffffffffffffn,
  0x43e0000000000000n,
  0x43efffffffffffffn,
  0x43f0000000000000n,
  0x47efffffe0000000n,
  0x47effffff0000000n,
  0x36a0000000000000n,
  0x3690000000000000n,
  0x7fefffffffffffffn,
  0x7ff0000000000000n,
  0x7ff0000000000001n,
  0x7ff4123456789abcn,
  0x7ff8000000000000n,
  0x7ffc123456789abcn,
];
const SINGLES: readonly bigint[] = [
  0x00000000n,
  0x00000001n,
  0x007fffffn,
  0x00800000n,
  0x3f000000n,
  0x3f800000n,
  0x3fc00000n,
  0x40000000n,
  0x40200000n,
  0x4effffffn,
  0x4f000000n,
  0x4f7fffffn,
  0x4f800000n,
  0x5effffffn,
  0x5f000000n,
  0x5f7fffffn,
  0x5f800000n,
  0x7f7fffffn,
  0x7f800000n,
  0x7f800001n,
  0x7fa12345n,
  0x7fc00000n,
  0x7fe12345n,
];

function integer(r: Random): bigint {
  switch (r.below(4)) {
    case 0:
      return r.pick(EDGES);
    case 1:
      return BigInt(r.below(256));
    case 2:
      return r.next() >> BigInt(r.below(64));
    default:
      return r.next();
  }
}
function float(r: Random): bigint {
  switch (r.below(8)) {
    case 0:
    case 1:
      return r.pick(DOUBLES) | (BigInt(r.below(2)) << 63n);
    case 2:
    case 3:
      return r.pick(SINGLES) | (BigInt(r.below(2)) << 31n) | ((r.below(4) === 0 ? r.next() << 32n : 0n) % 2n ** 64n);
    // Near one: sums cancel, products and quotients round.
    case 4:
      return 0x3ff0000000000000n + (r.next() >> 12n) - (BigInt(r.below(3)) << 52n) + (BigInt(r.below(2)) << 63n);
    case 5:
      return BigInt.asUintN(
        32,
        0x3f800000n + (r.next() >> 41n) - (BigInt(r.below(3)) << 23n) + (BigInt(r.below(2)) << 31n),
      );
    default:
      return r.next();
  }
}

/** Address of the instruction of a test. */
const addressOf = (index: number): number => CODE + SLOT * index + 8;

export interface SingleTest {
  readonly word: number;
  readonly encoding: Encoding;
  readonly before: BigUint64Array;
}

/** What an instruction of these groups does depends on where it is. */
const BY_PLACE = /branch|Load register \(literal\)|PC-rel/i;
/** Groups that another operating system, or pointer authentication, is needed for. */
const EXCLUDED = /Exception|Reserved|System instructions|Hints/i;
const THREAD_REGISTER = /1101 0000 010/;

const tested = ENCODINGS.filter((e) => !EXCLUDED.test(e.group) && !THREAD_REGISTER.test(e.pattern.text));
/** Instructions that do the same everywhere. */
export const TESTABLE: readonly Encoding[] = tested.filter((e) => !BY_PLACE.test(e.group));
/** Branches, addresses relative to the instruction, loads from there. */
export const PLACED: readonly Encoding[] = tested.filter((e) => BY_PLACE.test(e.group));

/**
 * A random word of an encoding, in a state in which its accesses stay within the data, and its branches within its slot.
 *
 * @param index position among the tests that are executed together
 */
export function randomTest(encoding: Encoding, r: Random, index = 0): SingleTest {
  const { pattern } = encoding;
  for (;;) {
    let word = (Number(r.next() & 0xffffffffn) & ~pattern.mask) | pattern.value;
    for (const { name, shift, width } of pattern.fields) {
      if (/^R[a-z]2?$/.test(name)) {
        let n = (word >>> shift) & 31;
        if (n === RESERVED) n = 27;
        // The same register twice, and register 31, more often than chance has it.
        if (r.below(6) === 0) n = r.below(3);
        if (r.below(12) === 0) n = 31;
        word = (word & ~(31 << shift)) | (n << shift);
      } else if (r.below(4) === 0) word &= ~((2 ** width - 1) << shift);
    }
    const target = targetFor(encoding, r, addressOf(index));
    if (target !== undefined) word = towards(encoding, word, target, addressOf(index));
    word >>>= 0;
    const decoded = decodeWord(word);
    if (decoded === undefined || decoded.encoding !== encoding) continue;
    const before = new BigUint64Array(STATE);
    for (let i = 0; i < 31; i++) before[i] = integer(r);
    // The stack pointer of the kernel's signal frames is none of this test's: it only has to be somewhere.
    before[SP] = integer(r) & ~15n;
    before[NZCV] = BigInt(r.below(16)) << 28n;
    before[MEMORY] = r.next();
    for (let i = 0; i < 64; i++) before[V + i] = float(r);
    if (/\(register\)/.test(encoding.group) && BY_PLACE.test(encoding.group)) {
      const { Rn } = decoded.fields;
      if (Rn === 31) continue;
      before[Rn as number] = BigInt(target as number);
    } else if (/Compare and branch/.test(encoding.group) && r.below(2) === 0) {
      before[decoded.fields.Rt as number] = r.below(2) === 0 ? 0n : 1n << 32n;
    }
    if (accessesMemory(encoding) && !aim(decoded.encoding, decoded.fields, before, r)) continue;
    return { word, encoding, before };
  }
}

const accessesMemory = (e: Encoding): boolean =>
  /load|store|atomic|Compare and swap/i.test(e.group) && !BY_PLACE.test(e.group);

/** Where an instruction that depends on its place goes, reads or points to. */
function targetFor({ group, pattern }: Encoding, r: Random, at: number): number | undefined {
  if (!BY_PLACE.test(group)) return undefined;
  if (/literal/.test(group)) return POOL + 4 * r.below(POOL_BYTES / 4 - 3);
  if (/PC-rel/.test(group)) {
    // adr reaches a megabyte; adrp pages of the whole address space, of which ours has the lower 4 GiB.
    if (pattern.text.startsWith("0")) return at + r.below(2 ** 21) - 2 ** 20;
    return r.pick([0, 2 ** 20 - 1, at >>> 12, r.below(2 ** 20)]) * 4096 + (at & 4095);
  }
  return at + r.pick([-8, 4, 8]);
}

/** The word with the field that holds the way to its target. */
function towards({ pattern }: Encoding, word: number, target: number, at: number): number {
  const set = (name: string, value: number): void => {
    const field = pattern.fields.find((f) => f.name === name);
    if (field === undefined) return;
    const mask = 2 ** field.width - 1;
    word = (word & ~(mask << field.shift)) | ((value & mask) << field.shift);
  };
  for (const name of ["imm14", "imm19", "imm26"]) set(name, (target - at) / 4);
  const distance = pattern.text.startsWith("1") ? (target - at) / 4096 : target - at;
  set("immlo", distance);
  set("immhi", distance >> 2);
  return word;
}

/** Puts the base register where the access hits the middle of the data. */
function aim(encoding: Encoding, f: Record<string, number>, state: BigUint64Array, r: Random): boolean {
  const lowered = encoding.lower(f, 0);
  if (lowered[0] === "nop") return true;
  const mode = lowered[0].split(".").pop();
  let offset = 0n;
  if (mode === "reg") {
    if (f.Rm === f.Rn || f.Rm === 31) return false;
    const index = BigInt.asUintN(64, BigInt(r.below(2) === 0 ? r.below(32) : -r.below(32)));
    state[f.Rm as number] = index;
    const option = f.option as number;
    const extended =
      option === 2 ? BigInt.asUintN(32, index) : option === 6 ? BigInt.asIntN(32, index) : BigInt.asIntN(64, index);
    offset = extended << BigInt(lowered[4] as number);
  } else if (mode === "off" || mode === "pre") offset = BigInt(lowered[lowered.length - 1] as number);
  // Exclusive and atomic accesses have to be aligned.
  const aligned = /exclusive|atomic|swap/i.test(encoding.group) ? 15 : 0;
  const address = BigInt((DATA + DATA_BYTES / 2 + r.below(256)) & ~aligned);
  const base = BigInt.asUintN(64, address - offset);
  if (base >= 2n ** 32n) return false;
  state[f.Rn === 31 ? SP : (f.Rn as number)] = base;
  return f.Rn !== 31 || base % 16n === 0n || true;
}

/** What data memory holds before a test, and the pool always. */
function fill(seed: bigint, length = DATA_BYTES): Uint8Array {
  const data = new Uint8Array(length);
  let r = seed;
  for (let k = 0; k < length; k++) {
    r = BigInt.asUintN(64, r * 6364136223846793005n + 1442695040888963407n);
    data[k] = Number(r >> 56n);
  }
  return data;
}
function hash(data: Uint8Array): bigint {
  let h = 14695981039346656037n;
  for (const byte of data) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 1099511628211n);
  return h;
}

/** States after the tests in a machine of ours. */
export function underVivarium(tests: readonly SingleTest[], tier: A64Tier): BigUint64Array[] {
  const words = new Uint32Array((SLOT / 4) * tests.length).fill(0xd4200000); // brk #0
  tests.forEach((t, i) => {
    const at = (SLOT / 4) * i;
    words[at] = BEFORE;
    words[at + 2] = t.word;
    words[at + 4] = BEHIND;
  });
  const program = a64.load(new Uint8Array(words.buffer), { base: CODE });
  const machine = program.instantiate({
    tier,
    stack: 0,
    regions: [
      { start: DATA, length: DATA_BYTES, access: "write" },
      { start: POOL, length: POOL_BYTES, access: "read", contents: fill(POOL_SEED, POOL_BYTES) },
    ],
  });
  try {
    return tests.map((t, i) => {
      machine.memory.write(DATA, fill(t.before[MEMORY] as bigint));
      machine.registers.set(t.before.subarray(0, 32));
      machine.registersOf("x")[MONITOR] = 0n;
      machine.nzcv = Number((t.before[NZCV] as bigint) >> 28n);
      new BigUint64Array(machine.vectors.buffer, machine.vectors.byteOffset, 64).set(t.before.subarray(V));
      machine.pc = addressOf(i);
      const exit = machine.run();
      if (exit.kind !== "trap") throw new Error(`0x${t.word.toString(16)} ended with ${JSON.stringify(exit)}`);
      const after = new BigUint64Array(STATE);
      after.set(machine.registers);
      after[NZCV] = BigInt(machine.nzcv) << 28n;
      after[MEMORY] = hash(machine.memory.read(DATA, DATA_BYTES) as Uint8Array);
      after.set(new BigUint64Array(machine.vectors.buffer, machine.vectors.byteOffset, 64), V);
      return after;
    });
  } finally {
    machine.dispose();
  }
}

const PLACES = Array.from({ length: STATE }, (_, i) =>
  i < 31 ? `x${i}` : i === SP ? "sp" : i === NZCV ? "nzcv" : i === MEMORY ? "memory" : `v${(i - V) >> 1}.d[${i % 2}]`,
);

/** Where two states differ; nothing where they do not. */
export function differences(a: BigUint64Array, b: BigUint64Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < STATE; i++) {
    if (i !== RESERVED && a[i] !== b[i]) {
      out.push(`${PLACES[i]}: 0x${(a[i] as bigint).toString(16)} and 0x${(b[i] as bigint).toString(16)}`);
    }
  }
  return out;
}
