/**
 * A complete guest in one file: `mini`, a machine with 64-bit registers in frames, guest calls, memory and host calls.
 * `docs/guests.md` explains it part by part; the tests of the kit run it in every tier.
 */
import { VivError } from "vivarium";
import {
  bind,
  branch,
  Code,
  computedJump,
  exit,
  FIELDS,
  f64,
  fixedReg,
  format,
  type Guest,
  type GuestFunction,
  guestCall,
  guestReturn,
  type HostFunction,
  type HostTable,
  hostCall,
  InstructionSet,
  i32,
  i64,
  imm,
  imm64,
  indexedReg,
  interpreter,
  jit,
  jitEager,
  jitRandom,
  jump,
  Machine,
  type MachineOptions,
  op,
  portable,
  pure,
  reg,
  sha256,
  stateVar,
  target,
  when,
} from "vivarium/kit";

// 1. Operands: registers of the frame, immediates, places in the code.
const r = reg("r", "i64");
const f = reg("r", "f64");
const rr = format("rr", { d: r, a: r });
const rrr = format("rrr", { d: r, a: r, b: r });
const ri = format("ri", { d: r, x: imm });
const memory = format("memory", { d: r, a: r, x: imm });
const jumps = format("jump", { t: target });
const branches = format("branch", { a: r, t: target });
const none = format("none", {});

const zero = stateVar("zero", "i32");
const address = (a: Parameters<typeof i32.wrap_i64>[0], x: Parameters<typeof i32.add>[1]) =>
  i32.add(i32.wrap_i64(a), x);

// 2. One row per instruction: number, mnemonic, operands, documentation, meaning.
export const ROWS = [
  op(0, "nop", none, "does nothing", () => []),
  op(1, "const", ri, "d ← x", ({ d, x }) => d.set(x.i64)),
  op(2, "const64", format("wide", { d: r, x: imm64 }), "d ← x, 64 bits", ({ d, x }) => d.set(x.i64)),
  op(3, "mov", rr, "d ← a", ({ d, a }) => d.set(a)),
  op(4, "add", rrr, "d ← a + b", ({ d, a, b }) => d.set(i64.add(a, b))),
  op(5, "sub", rrr, "d ← a − b", ({ d, a, b }) => d.set(i64.sub(a, b))),
  op(6, "mul", rrr, "d ← a · b", ({ d, a, b }) => d.set(i64.mul(a, b)), { cost: 3 }),
  op(
    7,
    "div",
    rrr,
    "d ← a / b, signed; traps with 1 where b is 0, with 2 where the result does not fit",
    ({ d, a, b }) => [
      when(i64.eqz(b), exit("trap", i32.const(1))),
      when(
        i32.and(i64.eq(a, i64.const(-(2n ** 63n))), i64.eq(b, i64.const(-1n))),
        exit("trap", i32.const(2)),
        d.set(i64.choose(i64.eqz(b), i64.const(0), i64.div_s(a, b))),
      ),
    ],
    { cost: 10 },
  ),
  op(8, "and", rrr, "d ← a and b", ({ d, a, b }) => d.set(i64.and(a, b))),
  op(9, "xor", rrr, "d ← a xor b", ({ d, a, b }) => d.set(i64.xor(a, b))),
  op(10, "shl", rrr, "d ← a shifted left by b", ({ d, a, b }) => d.set(i64.shl(a, b))),
  op(11, "shr", rrr, "d ← a shifted right by b", ({ d, a, b }) => d.set(i64.shr_u(a, b))),
  op(12, "addi", memory, "d ← a + x", ({ d, a, x }) => d.set(i64.add(a, x.i64))),
  op(13, "lt", rrr, "d ← 1 if a < b, signed, else 0", ({ d, a, b }) => d.set(i64.extend_i32_u(i64.lt_s(a, b)))),
  op(14, "test", rr, "notes whether a is zero; d ← 1 if it was noted so before", ({ d, a }) => [
    bind(i64.eqz(a), (now) => [d.set(i64.extend_i32_u(zero)), zero.set(now)]),
  ]),
  op(15, "load8", memory, "d ← memory[a + x], 1 byte", ({ d, a, x }) => d.set(i64.load8_u(address(a, x.i32)))),
  op(16, "load32", memory, "d ← memory[a + x], 4 bytes, sign-extended", ({ d, a, x }) =>
    d.set(i64.load32_s(address(a, x.i32))),
  ),
  op(17, "load64", memory, "d ← memory[a + x], 8 bytes", ({ d, a, x }) => d.set(i64.load(address(a, x.i32)))),
  op(18, "store8", memory, "memory[a + x] ← d, 1 byte", ({ d, a, x }) => i64.store8(address(a, x.i32), d)),
  op(19, "store32", memory, "memory[a + x] ← d, 4 bytes", ({ d, a, x }) => i64.store32(address(a, x.i32), d)),
  op(20, "store64", memory, "memory[a + x] ← d, 8 bytes", ({ d, a, x }) => i64.store(address(a, x.i32), d)),
  op(21, "jmp", jumps, "continues at t", ({ t }) => jump(t)),
  op(22, "jnz", branches, "continues at t if a ≠ 0", ({ a, t }) => branch(i64.ne(a, i64.const(0)), t)),
  op(23, "jz", branches, "continues at t if a = 0", ({ a, t }) => branch(i64.eqz(a), t)),
  op(24, "switch", format("r", { a: r }), "continues at entry a of the code table", ({ a }) =>
    computedJump(i32.wrap_i64(a)),
  ),
  op(25, "call", format("call", { fn: imm, window: imm }), "calls fn; its frame starts at register window", (o) =>
    guestCall(o.fn.i32, o.window.i32),
  ),
  op(26, "calli", format("calli", { a: r, window: imm }), "calls the function whose number is in a", ({ a, window }) =>
    guestCall(i32.wrap_i64(a), window.i32),
  ),
  op(27, "ret", none, "returns; results are where the parameters were", () => guestReturn()),
  op(28, "host", format("i", { x: imm }), "calls host function x", ({ x }) => hostCall(x.i32)),
  op(29, "halt", none, "ends the program", () => exit("halt")),
  op(30, "getg", ri, "d ← global x mod 4", ({ d, x }) => d.set(indexedReg("g", i32.and(x.i32, i32.const(3)), "i64"))),
  op(31, "setg", ri, "global x mod 4 ← d", ({ d, x }) => indexedReg("g", i32.and(x.i32, i32.const(3)), "i64").set(d)),
  op(32, "count", none, "global 0 ← global 0 + 1", () =>
    fixedReg("g", 0, "i64").set(i64.add(fixedReg("g", 0, "i64"), i64.const(1))),
  ),
  op(33, "fadd", format("fff", { d: f, a: f, b: f }), "d ← a + b, floats", ({ d, a, b }) => d.set(f64.add(a, b))),
  op(34, "fsin", format("ff", { d: f, a: f }), "d ← sine of a", ({ d, a }) => d.set(pure("f64", "sin", a))),
  op(35, "tof", format("fr", { d: f, a: r }), "d ← a as float", ({ d, a }) => d.set(f64.convert_i64_s(a))),
];

// 3. The instruction set: rows, registers, state, gas.
export const mini = new InstructionSet({
  name: "mini",
  profile: "1",
  banks: [
    { name: "r", scope: "frame", slotBytes: 8, count: 0 },
    { name: "g", scope: "machine", slotBytes: 8, count: 4 },
  ],
  vars: [{ name: "zero", type: "i32", doc: "the last test met a zero" }],
  pure: { sin: { args: ["f64"], result: "f64", call: (x: number) => Math.sin(x) } },
  rows: ROWS,
  gas: "instruction",
  fusions: [
    ["add", "addi"],
    ["lt", "jnz"],
  ],
});

// 4. Programs. A real guest reads bytes; this one takes instructions as arrays, with labels as strings.
export type Line = readonly [mnemonic: string, ...operands: (number | bigint | string)[]] | string;

export interface MiniFunction {
  readonly name: string;
  readonly params: number;
  readonly results: number;
  readonly slots: number;
  readonly body: readonly Line[];
}

const guest: Guest = {
  name: "mini",
  fault: () => "fault",
  result: (machine, value) => {
    const { frame } = (machine as MiniMachine).window(1);
    frame[0] = BigInt.asUintN(64, BigInt(value));
  },
  registers: (machine) => [...machine.registersOf("g")],
};

/** Puts functions into decoded code: the part of a guest that a format reader usually is. */
export function assemble(functions: readonly MiniFunction[], table: readonly string[] = []): Code {
  const lines: { mnemonic: string; operands: readonly (number | bigint | string)[] }[] = [];
  const labels = new Map<string, number>();
  const declared: GuestFunction[] = [];
  for (const fn of functions) {
    declared.push({ name: fn.name, entry: lines.length, params: fn.params, results: fn.results, slots: fn.slots });
    for (const line of fn.body) {
      if (typeof line === "string") labels.set(line, lines.length);
      else lines.push({ mnemonic: line[0], operands: line.slice(1) });
    }
  }
  const count = lines.length;
  const op = new Uint16Array(count);
  const pc = Uint32Array.from({ length: count }, (_, i) => i);
  const args = new Int32Array(count * FIELDS);
  const leader = new Uint8Array(count);
  const find = (name: string): number => {
    const at = labels.get(name);
    if (at === undefined) throw new VivError("MINI_LABEL", `no label ${name}`);
    leader[at] = 1;
    return at;
  };
  lines.forEach(({ mnemonic, operands }, i) => {
    const row = mini.indexOf(mnemonic);
    if (row < 0) throw new VivError("MINI_MNEMONIC", `no instruction ${mnemonic}`);
    op[i] = row;
    operands.forEach((value, k) => {
      const at = i * FIELDS + k;
      if (typeof value === "bigint") {
        args[at] = Number(BigInt.asIntN(32, value));
        args[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
      } else args[at] = typeof value === "string" ? functionOr(functions, value, find) : value;
    });
    if (mini.rows[row]?.effects.endsBlock && i + 1 < count) leader[i + 1] = 1;
  });
  for (const fn of declared) leader[fn.entry] = 1;
  return new Code({
    isa: mini,
    count,
    op,
    pc,
    args,
    leader,
    table: Int32Array.from(table, find),
    functions: declared,
    indexOf: (at) => (at >= 0 && at < count ? at : -1),
  });
}

function functionOr(functions: readonly MiniFunction[], name: string, find: (name: string) => number): number {
  const fn = functions.findIndex((f) => f.name === name);
  return fn >= 0 ? fn : find(name);
}

// 5. Machines: what all guests share, with this guest's convenience on top.
export const TIERS = {
  interpreter: interpreter("br_table"),
  "interpreter:tail": interpreter("tail"),
  jit,
  "jit:eager": jitEager,
  "jit:random": jitRandom,
  portable,
};

export class MiniMachine extends Machine {
  /** Registers of the innermost frame, in place. */
  window(slots: number): { frame: BigUint64Array } {
    const bytes = this.backend.frame(slots);
    return { frame: new BigUint64Array(bytes.buffer, bytes.byteOffset, slots) };
  }
  /** Puts the machine at a function's start, with its parameters. */
  prepare(fn: number, ...args: readonly bigint[]): void {
    this.enter(fn);
    this.window(args.length).frame.set(args.map((a) => BigInt.asUintN(64, a)));
  }
  get result(): bigint {
    return BigInt.asIntN(64, this.window(1).frame[0] as bigint);
  }
}

export interface MiniOptions extends MachineOptions {
  readonly host?: Readonly<Record<number, HostFunction>>;
}

/** A machine for a program; call `prepare` before `run`. */
export function instantiate(code: Code, options: MiniOptions = {}): MiniMachine {
  const host: HostTable = new Map(
    Object.entries(options.host ?? {}).map(([id, call]) => [Number(id), { name: `host ${id}`, call }]),
  );
  const program = { guest, code, hash: sha256(new Uint8Array(code.args.buffer as ArrayBuffer)) };
  return new MiniMachine(program, TIERS, host, options);
}
