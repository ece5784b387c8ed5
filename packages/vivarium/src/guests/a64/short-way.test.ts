/** The short way into code without memory and host calls: gas, exits and registers are those of the ordinary way. */
import { expect, test } from "vitest";
import { a64, assemble } from "../../a64.js";
import type { Exit } from "../../machine/exits.js";
import { jitProgram } from "../../tiers/jit/program.js";

const TIERS = ["interpreter", "interpreter:tail", "jit", "jit:eager"] as const;

const PROGRAMS = {
  add: "add x0, x0, x1\nret",
  loop: "1: add x2, x2, x0\nsubs x0, x0, #1\nb.ne 1b\nmov x0, x2\nret",
  call: "mov x9, x30\nbl 1f\nadd x0, x0, #1\nmov x30, x9\nret\n1: mul x0, x0, x0\nret",
  breaks: "add x0, x0, #1\nbrk #7\nadd x0, x0, #2\nret",
  "jumps out of the code": "add x0, x0, #1\nadd x0, x0, #2\nbr x1\nret",
  "jumps into a segment": "adr x9, 1f\nadd x9, x9, #4\nbr x9\n1: mov x0, #1\nadd x0, x0, #5\nadd x0, x0, #6\nret",
  "runs off the end": "cbz x0, 1f\nret\n1: add x0, x0, #1",
} as const;

interface Came {
  readonly exit: Exit;
  readonly gas: number;
  readonly registers: readonly bigint[];
}

/** The ordinary way, one machine for each call. */
function ordinary(program: ReturnType<typeof a64.load>, args: bigint[], gas: number): Came {
  using machine = program.instantiate({ gas: BigInt(gas), tier: "portable" });
  const { exit } = machine.call(program.image.entry, args);
  return { exit, gas: Number(machine.gas), registers: [...machine.registers] };
}

for (const tier of TIERS) {
  for (const [name, text] of Object.entries(PROGRAMS)) {
    test(`${tier}: a program that ${name} comes back the same at every amount of gas`, () => {
      const program = a64.load(assemble(text).bytes);
      using machine = program.instantiate({ gas: 0n, tier });
      const index = program.indexOfEntry(program.image.entry);
      machine.prepare(program.image.entry);
      const template = machine.registers.slice();
      for (let round = 0; round < 3; round++) {
        for (let gas = 0; gas < 40; gas++) {
          const args = [BigInt(gas % 7), 3n];
          machine.registers.set(template);
          machine.registers.set(args);
          const exit: Exit = machine.callWithin(index, gas) ?? { kind: "halt", pc: machine.pc };
          const came = { exit, gas: machine.backend.fuel, registers: [...machine.registers] };
          const expected = ordinary(program, args, gas);
          expect({ given: gas, args, ...came }).toEqual({ given: gas, args, ...expected });
          machine.gas = 0n;
        }
      }
    });
  }
}

test("calls that are too short to be sampled one by one are compiled in the end, and gas stays exact", () => {
  const program = a64.load(assemble(PROGRAMS.loop).bytes);
  using machine = program.instantiate({ gas: 0n, tier: "jit" });
  const index = program.indexOfEntry(program.image.entry);
  machine.prepare(program.image.entry);
  const template = machine.registers.slice();
  const spent = new Set<number>();
  for (let call = 0; call < 5_000; call++) {
    machine.registers.set(template);
    machine.registers[0] = 4n;
    expect(machine.callWithin(index, 1_000_000)).toBe(undefined);
    expect(machine.registers[0]).toBe(10n);
    spent.add(1_000_000 - machine.backend.fuel);
  }
  expect([...spent]).toEqual([14]);
  const { compiled } = jitProgram(program.code);
  expect(compiled.modules).toBeGreaterThan(0);
});

test("more gas than the interpreter is given at once is all there afterwards", () => {
  const program = a64.load(assemble(PROGRAMS.loop).bytes);
  for (const tier of TIERS) {
    using machine = program.instantiate({ gas: 0n, tier });
    const index = program.indexOfEntry(program.image.entry);
    machine.prepare(program.image.entry);
    const template = machine.registers.slice();
    for (const n of [1, 10_000, 2, 300_000, 3]) {
      machine.registers.set(template);
      machine.registers[0] = BigInt(n);
      expect(machine.callWithin(index, 2 ** 30)).toBe(undefined);
      expect(2 ** 30 - machine.backend.fuel).toBe(3 * n + 2);
      expect(machine.registers[0]).toBe((BigInt(n) * BigInt(n + 1)) / 2n);
    }
  }
});
