import { describe, expect, it } from "vitest";
import { type A64Tier, a64, LoadError } from "../../a64.js";

const TIERS: readonly A64Tier[] = ["interpreter", "interpreter:tail", "jit", "jit:eager", "portable"];
const words = (...list: number[]): Uint8Array => new Uint8Array(Uint32Array.from(list).buffer);
const RET = 0xd65f03c0;
/** `add x0, x0, x1` and `ret`. */
const ADD = Uint8Array.of(0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6);

describe.each(TIERS)("A64 programs (%s)", (tier) => {
  it("add two numbers", () => {
    const machine = a64.load(ADD).instantiate({ tier, gas: 100 });
    const sum = (a: bigint, b: bigint): bigint => machine.call(0x10000, [a, b]).value;
    expect(sum(5n, 3n)).toBe(8n);
    expect(sum(0n, 0n)).toBe(0n);
    expect(sum(2n ** 64n - 1n, 1n)).toBe(0n);
    expect(sum(12n, 34n)).toBe(46n);
    // Two instructions a call.
    expect(machine.gas).toBe(92n);
    machine.dispose();
  });

  it("go on after they ran out of gas", () => {
    const machine = a64.load(ADD).instantiate({ tier, gas: 1 });
    expect(machine.call(0x10000, [5n, 3n]).exit).toEqual({ kind: "out-of-gas", pc: 0x10004, needed: 1 });
    machine.gas = 5n;
    expect(machine.run().kind).toBe("halt");
    expect(machine.value).toBe(8n);
    expect(machine.gas).toBe(4n);
    machine.dispose();
  });

  it("call the host by svc", () => {
    // svc #7; add x0, x0, #1; ret
    const program = a64.load(words(0xd40000e1, 0x91000400, RET));
    const machine = program.instantiate({ tier, host: { 7: ({ registers }) => (registers[0] as bigint) * 10n } });
    expect(machine.call(0x10000, [4n]).value).toBe(41n);
    const bare = program.instantiate({ tier });
    expect(bare.call(0x10000, [4n]).exit).toEqual({ kind: "host", id: 7, pc: 0x10000 });
    expect(bare.run().kind).toBe("halt");
    expect(bare.value).toBe(5n);
    machine.dispose();
    bare.dispose();
  });

  it("jump into the middle of a block, gas being exact", () => {
    // add x1, x0, #8; br x1; add x2, x2, #1 (twice); ret — the second addition is no target of any branch
    const program = a64.load(words(0x91000c01, 0xd61f0020, 0x91000442, 0x91000442, RET));
    const machine = program.instantiate({ tier, gas: 100 });
    expect(machine.call(0x10000, [0x10009n]).exit.kind).toBe("halt");
    expect(machine.registers[2]).toBe(1n);
    expect(machine.gas).toBe(96n);
    expect(machine.call(0x10000, [0x10007n]).exit).toEqual({
      kind: "panic",
      pc: 0x10004,
      reason: "jump to 0x1000a, which is not a multiple of 4",
      illegal: true,
    });
    expect(machine.call(0x10000, [0x20001n]).exit).toMatchObject({
      kind: "panic",
      reason: "jump to 0x20004, which is outside the code",
    });
    machine.dispose();
  });

  it("say which word a computed jump has reached", () => {
    // br x0; (Advanced SIMD)
    const machine = a64.load(words(0xd61f0000, 0x4e200400)).instantiate({ tier });
    expect(machine.call(0x10000, [0x10004]).exit).toEqual({
      kind: "panic",
      pc: 0x10004,
      reason: "word 0x4e200400 (Advanced SIMD data processing) at offset 4 is not implemented",
      illegal: true,
    });
    machine.dispose();
  });

  it("cannot write to their code", () => {
    // adr x1, .; str x0, [x1]; ret
    const machine = a64.load(words(0x10000001, 0xf9000020, RET)).instantiate({ tier });
    expect(machine.call(0x10000).exit).toMatchObject({ kind: "fault", address: 0x10000, access: "write" });
    machine.dispose();
  });

  it("call and return", () => {
    // f: stp x29, x30, [sp, #-16]!; bl g; bl g; ldp x29, x30, [sp], #16; ret; g: add x0, x0, #1; ret
    const code = words(0xa9bf7bfd, 0x94000004, 0x94000003, 0xa8c17bfd, RET, 0x91000400, RET);
    const machine = a64.load(code).instantiate({ tier });
    for (let i = 0; i < 100; i++) expect(machine.call(0x10000, [BigInt(i)]).value).toBe(BigInt(i + 2));
    expect(machine.registers[31]).toBe(0x8000_0000n);
    machine.dispose();
  });

  it("keep the sign of zeros in fused operations", () => {
    // fmadd, fmsub, fnmadd, fnmsub d0, d0, d1, d2; ret: each a function of its own
    const program = a64.load(words(0x1f410800, RET, 0x1f418800, RET, 0x1f610800, RET, 0x1f618800, RET));
    using machine = program.instantiate({ tier });
    const results = [0, 8, 16, 24].map((at) =>
      [
        [2.7e196, 0, 0],
        [2.7e196, 0, -0],
        [-2.7e196, 0, 0],
        [-2.7e196, 0, -0],
        [1.5, 2, -3],
      ].map((floats) => {
        machine.call(0x10000 + at, [], { floats });
        return Object.is(machine.float, -0) ? "-0" : String(machine.float);
      }),
    );
    expect(results).toEqual([
      ["0", "0", "0", "-0", "0"],
      ["0", "-0", "0", "0", "-6"],
      ["-0", "0", "0", "0", "0"],
      ["0", "0", "-0", "0", "6"],
    ]);
  });

  it("go on from a snapshot", () => {
    // subs x0, x0, #1; b.ne .-4; cset x0, eq; ret
    const program = a64.load(words(0xf1000400, 0x54ffffe1, 0x9a9f17e0, RET));
    const machine = program.instantiate({ tier, gas: 51 });
    expect(machine.call(0x10000, [100]).exit.kind).toBe("out-of-gas");
    const again = program.restore(machine.snapshot(), { tier });
    machine.dispose();
    again.gas = 1000n;
    expect(again.run().kind).toBe("halt");
    expect(again.value).toBe(1n);
    expect(again.gas).toBe(1000n - 151n);
    expect(again.nzcv).toBe(0b0110);
    again.dispose();
  });
});

describe("loading A64 code", () => {
  it("refuses reachable words that are not implemented, with word, offset and class", () => {
    const load = (): unknown => a64.load(words(0x14000002, 0xffffffff, 0x4e200400));
    expect(load).toThrow(LoadError);
    expect(load).toThrow(
      expect.objectContaining({
        code: "A64_UNIMPLEMENTED",
        offset: 8,
        message: "word 0x4e200400 (Advanced SIMD data processing) is not implemented at offset 8",
      }),
    );
  });

  it("takes what is not reachable as data", () => {
    // ldr w0, .+8; ret; .word 0xffffffff
    const program = a64.load(words(0x18000040, RET, 0xffffffff));
    expect(program.invoke(undefined, []).value).toBe(0xffffffffn);
  });

  it("refuses entries that are no instructions", () => {
    expect(() => a64.load(ADD, { entry: 0x10002 })).toThrow(expect.objectContaining({ code: "A64_ENTRY" }));
    expect(() => a64.load(ADD, { entry: "main" })).toThrow(expect.objectContaining({ code: "A64_SYMBOL" }));
    expect(() => a64.load(ADD, { base: 5 })).toThrow(expect.objectContaining({ code: "A64_BASE" }));
    expect(() => a64.load(new Uint8Array(3))).toThrow(expect.objectContaining({ code: "A64_EMPTY" }));
  });
});
