/** Random MIR programs that are well-formed and end, and a comparison of the ways to run them. */

import type { MirModule } from "../../packages/vivarium/src/guests/mir/module.js";
import { OPS } from "../../packages/vivarium/src/guests/mir/ops.js";
import { createMir, type MirLoadOptions, type MirProgram } from "../../packages/vivarium/src/guests/mir/program.js";
import { parseText } from "../../packages/vivarium/src/guests/mir/text/parser.js";
import { interpreter } from "../../packages/vivarium/src/tiers/interpreter/backend.js";
import { jitEager } from "../../packages/vivarium/src/tiers/jit/backend.js";
import { jitRandom } from "../../packages/vivarium/src/tiers/jit/random.js";
import { portable } from "../../packages/vivarium/src/tiers/portable/portable.js";

/** A small deterministic generator of random numbers (xorshift32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995 || 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const LITERALS = [
  "0",
  "1",
  "-1",
  "7",
  "31",
  "63",
  "-128",
  "255",
  "65535",
  "2147483647",
  "-2147483648",
  "4294967295",
  "0x7fffffffffffffff",
  "-9223372036854775808",
  "1311768467463790320",
];
const DOUBLES = ["0.0", "-0.0", "1.0", "-2.5", "1e300", "5e-324", "inf", "nan", "-nan", "9.3e18", "0.1"];
const MEMORY = ["i8", "u8", "i16", "u16", "i32", "u32", "i64"];

/** Instructions by the letters of their operands. */
function named(modes: string): string[] {
  return OPS.filter(
    (op) => op.modes === modes && !op.internal && !/^(addr|laddr|alloca|mov$|.*o(s?)$)/.test(op.name),
  ).map((op) => op.name);
}
const BY_MODES = new Map(
  [
    "Iii",
    "Ii",
    "Fff",
    "Ddd",
    "Ff",
    "Dd",
    "Iff",
    "Idd",
    "Fi",
    "Di",
    "If",
    "Id",
    "Df",
    "Fd",
    "Lii",
    "Li",
    "Lff",
    "Ldd",
  ].map((m) => [m, named(m)]),
);
const OVERFLOW: readonly (readonly [string, readonly string[]])[] = [
  ["addo", ["bo", "bno", "ubo", "ubno"]],
  ["addos", ["bo", "ubo"]],
  ["subo", ["bo", "ubno"]],
  ["subos", ["bno", "ubo"]],
  ["mulo", ["bo", "bno"]],
  ["mulos", ["bo"]],
  ["umulo", ["ubo"]],
  ["umulos", ["ubno"]],
];

/** Writes one function. Only functions with smaller numbers are called, and loops count down: every program ends. */
class FunctionWriter {
  private readonly lines: string[] = [];
  private labels = 0;
  private loops = 0;

  constructor(
    private readonly r: Random,
    private readonly number: number,
  ) {}

  private label(): string {
    return `L${this.number}_${this.labels++}`;
  }

  private int(): string {
    return this.r.pick(["a", "b", "c", "e", "g", "h", "m"]);
  }

  private memory(type: string): string {
    // The index is masked first, so that it stays within the buffer.
    this.lines.push(`and x, ${this.int()}, 31`);
    return this.r.chance(60)
      ? `${type}:${this.r.below(4) * 8}(p, x, ${this.r.pick([1, 2, 4])})`
      : `${type}:${this.r.below(120)}(p)`;
  }

  private operand(cls: string): string {
    const { r } = this;
    if (cls === "i") {
      if (r.chance(60)) return this.int();
      return r.chance(70) ? r.pick(LITERALS) : this.memory(r.pick(MEMORY));
    }
    if (cls === "f") return r.chance(85) ? r.pick(["s", "t"]) : this.memory("f");
    return r.chance(70) ? r.pick(["u", "v"]) : r.chance(60) ? r.pick(DOUBLES) : this.memory("d");
  }

  private output(cls: string): string {
    const { r } = this;
    if (cls === "I") return r.chance(85) ? this.int() : this.memory(r.pick(MEMORY));
    return cls === "F" ? r.pick(["s", "t"]) : r.pick(["u", "v"]);
  }

  private emit(line: string): void {
    this.lines.push(line);
  }

  private plain(): void {
    const { r } = this;
    const modes = r.pick([
      "Iii",
      "Iii",
      "Iii",
      "Ii",
      "Ii",
      "Fff",
      "Ddd",
      "Ff",
      "Dd",
      "Iff",
      "Idd",
      "Fi",
      "Di",
      "If",
      "Id",
      "Df",
      "Fd",
      "mov",
      "mov",
    ]);
    if (modes === "mov") {
      const from = this.operand("i");
      this.emit(`mov ${this.output("I")}, ${from}`);
      return;
    }
    const name = r.pick(BY_MODES.get(modes) as string[]);
    const inputs = [...modes.slice(1)].map((m) => this.operand(m));
    this.emit(`${name} ${[this.output(modes[0] as string), ...inputs].join(", ")}`);
  }

  private condition(target: string): void {
    const { r } = this;
    const modes = r.pick(["Lii", "Lii", "Li", "Lff", "Ldd"]);
    const inputs = [...modes.slice(1)].map((m) => this.operand(m));
    this.emit(`${r.pick(BY_MODES.get(modes) as string[])} ${[target, ...inputs].join(", ")}`);
  }

  private block(depth: number): void {
    for (let n = 2 + this.r.below(6); n > 0; n--) this.statement(depth);
  }

  private statement(depth: number): void {
    const { r } = this;
    const kind = r.below(depth > 0 ? 16 : 10);
    if (kind < 7) return this.plain();
    switch (kind) {
      case 7: {
        const [op, branches] = r.pick(OVERFLOW);
        const over = this.label();
        const [x, y] = [this.int(), this.int()];
        this.emit(`${op} ${x}, ${x}, ${y}`);
        if (r.chance(40)) this.emit(`mov ${this.int()}, ${x}`);
        this.emit(`${r.pick(branches)} ${over}`);
        this.plain();
        this.emit(`${over}: xor c, c, 1`);
        return;
      }
      case 8:
        if (this.number === 0) return this.plain();
        this.emit(
          `call p${r.below(2)}, f${r.below(this.number)}, ${this.int()}, ${this.operand("i")}, ${this.operand("d")}, p`,
        );
        return;
      case 9:
        this.emit(`addr${r.pick(["", "8", "16", "32"])} y, m`);
        this.emit(`mov ${r.pick(["i8", "i16", "i32", "u8"])}:(y), ${this.int()}`);
        return;
      case 10:
      case 11: {
        const skip = this.label();
        this.condition(skip);
        this.block(depth - 1);
        this.emit(`${skip}: add b, b, 3`);
        return;
      }
      case 12:
      case 13: {
        const [again, counter] = [this.label(), `n${Math.min(3, this.loops++)}`];
        if (this.loops > 4) return this.plain();
        this.emit(`mov ${counter}, ${1 + r.below(4)}`);
        this.emit(`${again}: sub ${counter}, ${counter}, 1`);
        this.block(depth - 1);
        this.emit(`bgt ${again}, ${counter}, 0`);
        return;
      }
      case 14: {
        const arms = [this.label(), this.label(), this.label()];
        const end = this.label();
        this.emit(`umod x, ${this.int()}, ${arms.length}`);
        if (r.chance(50)) {
          this.emit(`switch x, ${arms.join(", ")}`);
        } else {
          this.emit(`laddr y, ${arms[0]}`);
          this.emit(`laddr z, ${arms[1]}`);
          this.emit(`beqs ${arms[2]}, x, 1`);
          this.emit("jmpi y");
        }
        for (const arm of arms) {
          this.emit(`${arm}: xor e, e, ${r.below(100)}`);
          this.plain();
          this.emit(`jmp ${end}`);
        }
        this.emit(`${end}: mov y, 0`);
        this.emit("mov z, 0");
        return;
      }
      default:
        this.emit(`bstart z`);
        this.emit(`alloca y, ${r.pick(["8", "16", "100"])}`);
        this.emit(`mov i64:(y), ${this.int()}`);
        this.emit(`add h, h, u16:2(y)`);
        this.emit("bend z");
    }
  }

  write(): string {
    const { r } = this;
    const head = `f${this.number}: func i64, ${r.pick(["i64", "i32", "u8"])}:a, d:u, i64:p`;
    this.block(r.pick([1, 1, 1, 2, 3]));
    this.emit("dmov d:200(p), u");
    this.emit("dmov d:208(p), v");
    this.emit("fmov f:216(p), s");
    this.emit("fmov f:220(p), t");
    for (const name of ["b", "c", "e", "g", "h", "m"]) this.emit(`add a, a, ${name}`);
    return [
      head,
      "local i64:b, i64:c, i64:e, i64:g, i64:h, i64:m, i64:x, i64:y, i64:z",
      "local i64:n0, i64:n1, i64:n2, i64:n3, d:v, f:s, f:t",
      `mov b, ${r.pick(LITERALS)}`,
      "mov c, a",
      `mov e, ${r.pick(LITERALS)}`,
      `mov g, 5`,
      "ext16 h, a",
      "mov m, 3",
      "dmov v, 2.5",
      "d2f s, u",
      "fmov t, 0.25f",
      ...this.lines,
      "ret a",
      "endfunc",
    ].join("\n");
  }
}

/** A program of a few functions; the last, `main`, calls the others on a buffer. */
export function randomProgram(seed: number): string {
  const r = new Random(seed);
  const count = 1 + r.below(3);
  const functions = Array.from({ length: count }, (_, k) => new FunctionWriter(r, k).write());
  return [
    "m: module",
    "p0: proto i64, i64:a, d:u, i64:p",
    "p1: proto i32, i32:a, d:u, i64:p",
    "buffer: bss 512",
    ...functions,
    "main: func i64",
    "local i64:r, i64:p",
    "mov p, buffer",
    `call p0, f${count - 1}, r, ${r.pick(LITERALS)}, ${r.pick(["1.5", "-0.0", "nan", "1e18"])}, p`,
    "mov i64:(p), r",
    "ret r",
    "endfunc",
    "export main",
    "export buffer",
    "endmodule",
    "",
  ].join("\n");
}

const mir = createMir({
  interpreter: interpreter(),
  "interpreter:tail": interpreter("tail"),
  "jit:eager": jitEager,
  "jit:random": jitRandom,
  portable,
});

/** How a program is loaded and run. */
interface Way {
  readonly tier: "interpreter" | "interpreter:tail" | "jit:eager" | "jit:random" | "portable";
  readonly load?: MirLoadOptions;
}

/**
 * Ways to run a program. The first is what the others are compared with; code that is loaded alike uses the same gas in
 * every tier.
 */
export const WAYS: Readonly<Record<string, Way>> = {
  interpreter: { tier: "interpreter" },
  "interpreter, not optimised": { tier: "interpreter", load: { optimize: false } },
  "jit:eager": { tier: "jit:eager" },
  "interpreter, not inlined": { tier: "interpreter", load: { inline: false } },
  "jit:eager, not inlined": { tier: "jit:eager", load: { inline: false } },
  "jit:random": { tier: "jit:random" },
  "jit:random, not inlined": { tier: "jit:random", load: { inline: false } },
  "interpreter:tail": { tier: "interpreter:tail" },
  portable: { tier: "portable" },
};

/** Ways that every program goes; the others take turns, two for each program. */
const ALWAYS = ["interpreter, not optimised", "jit:eager"] as const;
const IN_TURNS = Object.keys(WAYS).slice(1 + ALWAYS.length);

/** What running a program came to, as text that can be compared. */
function outcome(program: MirProgram, tier: Way["tier"], gas: bigint): { seen: string; used: bigint } {
  const machine = program.instantiate({ tier, gas, memory: { max: 16 << 20 }, stack: 1 << 16 });
  try {
    const exit = machine.run();
    const memory = machine.memory.read(machine.address("buffer") as number, 512);
    const result = exit.kind === "halt" ? machine.result() : "code" in exit ? exit.code : "";
    return { seen: `${exit.kind} ${result} ${memory?.join()}`, used: gas - machine.gas };
  } finally {
    machine.dispose();
  }
}

/**
 * Runs the program of a seed in some of the ways and says how they differ.
 *
 * Allowed differences: gas between code that has been loaded differently, which are different instructions.
 *
 * @param runs counts the runs of each way
 * @returns null if they agree.
 */
export function difference(seed: number, runs = new Map<string, number>()): string | null {
  const text = randomProgram(seed);
  const [module] = parseText(text);
  const gas = 2_000_000n;
  const programs = new Map<string, MirProgram>();
  const run = (name: string): { seen: string; used: bigint } => {
    const { tier, load = {} } = WAYS[name] as Way;
    const key = JSON.stringify(load);
    let program = programs.get(key);
    if (program === undefined) {
      program = mir.load(module as MirModule, load);
      programs.set(key, program);
    }
    runs.set(name, (runs.get(name) ?? 0) + 1);
    return outcome(program, tier, gas);
  };
  const first = run("interpreter");
  const turns = [0, 1].map((k) => IN_TURNS[(2 * seed + k) % IN_TURNS.length] as string);
  for (const name of [...ALWAYS, ...turns]) {
    // The portable tier is slow: it runs what is short.
    if (name === "portable" && first.used > 20_000n) continue;
    const { seen, used } = run(name);
    const alike = (WAYS[name] as Way).load === undefined;
    if (seen !== first.seen || (alike && used !== first.used)) {
      return `${name} differs\n${first.seen} ${first.used}\n${seen} ${used}\n${text}`;
    }
  }
  return null;
}
