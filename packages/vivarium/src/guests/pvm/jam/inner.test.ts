import { describe, expect, it } from "vitest";
import { pvm } from "../../../pvm.js";
import { encodeBlob } from "../blob.js";
import type { PvmOptions } from "../program.js";
import { blob, call, HALT, type Item, li, spi } from "./assemble.test-support.js";
import { JamHost, type JamHostOptions } from "./host.js";
import { INNER, RESULT } from "./results.js";

const CASES = [
  ...(["072", "080"] as const).flatMap((profile) =>
    (["interpreter", "portable"] as const).map((tier) => ({ profile, tier })),
  ),
  { profile: "080" as const, tier: "jit:eager" as const },
];
/** Read-only data of the outer program: the blob of the inner one. */
const CODE = 0x10000;
const HEAP = 0x30000;
/** Where the tests keep gas and registers of an `invoke`, results, and data. */
const BLOCK = HEAP + 0x1000;
const DATA = HEAP + 0x2000;
const save = (slot: number): Item => ["store_u64", 7, HEAP + 8 * slot];
/** An inner program that ends by returning. */
const END: readonly Item[] = HALT;

describe.each(CASES)("inner machines, profile $profile, tier $tier", ({ profile, tier }) => {
  function start(
    inner: readonly Item[] | Uint8Array,
    items: readonly Item[],
    more: Partial<JamHostOptions & PvmOptions> = {},
  ) {
    const code = inner instanceof Uint8Array ? inner : blob(profile, inner);
    const program = pvm.load(spi(profile, [...items, ...HALT], { readOnly: code }), { profile, format: "spi" });
    const host = new JamHost({ profile, inner: more.inner ?? true });
    const machine = program.instantiate({ tier, gas: 100_000n, ...host.options, ...more });
    const result = (slot: number) => machine.memory.readU64(HEAP + 8 * slot);
    const word = (k: number) => machine.memory.readU64(BLOCK + 8 * k);
    return { program, host, machine, result, word, code, length: code.length };
  }
  function run(inner: readonly Item[] | Uint8Array, items: (length: number) => readonly Item[], more = {}) {
    const code = inner instanceof Uint8Array ? inner : blob(profile, inner);
    const all = start(code, items(code.length), more);
    return { ...all, exit: all.machine.run() };
  }
  /** Makes a machine (handle in slot 0) and gives it gas and a register. */
  const made = (length: number, gas: number | bigint = 1000, r7: number | bigint = 0): Item[] => [
    ...call("machine", CODE, length, 0),
    save(0),
    li(2, gas),
    ["store_u64", 2, BLOCK],
    li(2, 0xffff0000),
    ["store_u64", 2, BLOCK + 8],
    li(2, r7),
    ["store_u64", 2, BLOCK + 8 + 56],
  ];

  it("are made, run to their end and write gas and registers back", () => {
    const { exit, result, word, machine, host } = run([["add_imm_64", 7, 7, 1], ...END], (length) => [
      ...made(length, 1000, 41),
      ...call("invoke", 0, BLOCK),
      save(1),
    ]);
    expect(exit.kind).toBe("halt");
    expect([result(0), result(1)]).toEqual([0n, INNER.HALT]);
    expect(word(8)).toBe(42n);
    const cost =
      profile === "072"
        ? 3n
        : pvm.load(blob(profile, [["add_imm_64", 7, 7, 1], ...END]), { profile, format: "blob" }).code.blockCost(0);
    expect(word(0)).toBe(1000n - BigInt(cost));
    // The gas of the inner machine is not the outer's: 18 instructions and two calls.
    if (profile === "072") expect(100_000n - machine.gas).toBe(BigInt(3 + 1 + 1 + 6 + 2 + 1 + 1 + 2) + 20n);
    host.dispose();
    machine.dispose();
  });

  it("get the smallest handle that is free", () => {
    const { result } = run(END, (length) => [
      ...call("machine", CODE, length, 0),
      ...call("machine", CODE, length, 0),
      ...call("machine", CODE, length, 0),
      save(0),
      ...call("expunge", 1),
      save(1),
      ...call("machine", CODE, length, 0),
      save(2),
      ...call("machine", CODE, length, 0),
      save(3),
    ]);
    expect([result(0), result(1), result(2), result(3)]).toEqual([2n, 0n, 1n, 3n]);
  });

  it("are refused with HUH for what is no program, with a panic for memory that cannot be read", () => {
    const bad = run(Uint8Array.of(1, 2, 3, 4, 5), (length) => [...call("machine", CODE, length, 0), save(0)]);
    expect(bad.result(0)).toBe(RESULT.HUH);
    expect(bad.host.inner?.pool.machines).toBe(0);
    expect(run(END, () => call("machine", 0x8000, 8, 0)).exit.kind).toBe("panic");
    expect(run(END, () => call("machine", CODE, 1n << 33n, 0)).exit.kind).toBe("panic");
  });

  it("begin at the given pc; where no instruction is, profile 072 traps and profile 080 refuses", () => {
    const stray = run(END, (length) => [
      ...made(length),
      ...call("machine", CODE, length, 1n << 40n),
      save(0),
      ...call("expunge", 1),
      save(1),
      ...call("machine", CODE, length, 1n << 40n),
      ...call("invoke", 1, BLOCK),
      save(2),
    ]);
    if (profile === "072") {
      expect([stray.result(0), stray.result(1), stray.result(2)]).toEqual([1n, 1n << 40n, INNER.PANIC]);
      expect(stray.word(0)).toBe(999n);
    } else expect([stray.result(0), stray.result(1)]).toEqual([RESULT.HUH, RESULT.WHO]);
  });

  it("begin in the middle of the code when told so", () => {
    const inner: Item[] = [["trap"], ["add_imm_64", 7, 7, 5], ...END];
    const { result, word } = run(inner, (length) => [
      ...made(length, 1000, 1),
      ...call("machine", CODE, length, 1),
      ...call("invoke", 1, BLOCK),
      save(1),
    ]);
    expect([result(1), word(8)]).toEqual([INNER.HALT, 6n]);
  });

  it("have no memory until pages gives them some; peek and poke copy between the machines", () => {
    const { result, machine } = run(
      [["load_u64", 7, 0x20000], ["add_imm_64", 7, 7, 1], ["store_u64", 7, 0x20008], ...END],
      (length) => [
        ...made(length),
        ...call("poke", 0, BLOCK, 0x20000, 8),
        save(1),
        ...call("pages", 0, 32, 1, 2),
        save(2),
        li(2, 99),
        ["store_u64", 2, DATA],
        ...call("poke", 0, DATA, 0x20000, 8),
        save(3),
        ...call("invoke", 0, BLOCK),
        save(4),
        ...call("peek", 0, DATA + 8, 0x20008, 8),
        save(5),
        ...call("peek", 0, DATA + 8, 0x21000 - 4, 8),
        save(6),
      ],
    );
    const { OK, OOB } = RESULT;
    expect([1, 2, 3, 4, 5, 6].map(result)).toEqual([OOB, OK, OK, INNER.HALT, OK, OOB]);
    expect(machine.memory.readU64(DATA + 8)).toBe(100n);
  });

  it("peek and poke look at the outer memory first, then at the handle, then at the inner memory", () => {
    expect(run(END, () => call("peek", 7, 0x8000, 0, 8)).exit.kind).toBe("panic");
    expect(run(END, () => call("peek", 7, CODE, 0, 8)).exit.kind).toBe("panic");
    expect(run(END, () => call("poke", 7, 0x8000, 0, 8)).exit.kind).toBe("panic");
    const { result } = run(END, (length) => [
      ...call("peek", 7, DATA, 0, 8),
      save(5),
      ...call("poke", 7, DATA, 0, 8),
      save(1),
      ...made(length),
      ...call("pages", 0, 32, 1, 1),
      ...call("poke", 0, DATA, 0x20000, 8),
      save(2),
      // Nothing is copied of a length of 0, wherever it is.
      ...call("peek", 0, 0x8000, 1n << 50n, 0),
      save(3),
      ...call("poke", 0, 0x8000, 1n << 50n, 0),
      save(4),
    ]);
    const { WHO, OOB, OK } = RESULT;
    expect([5, 1, 2, 3, 4].map(result)).toEqual([WHO, WHO, OOB, OK, OK]);
  });

  it("pages zeroes, keeps or takes away, and refuses what it must", () => {
    const { result, machine } = run(END, (length) => [
      ...made(length),
      ...call("pages", 0, 32, 2, 2),
      li(2, 7),
      ["store_u64", 2, DATA],
      ...call("poke", 0, DATA, 0x20000, 8),
      ...call("pages", 0, 32, 2, 3), // read, keep
      ...call("poke", 0, DATA, 0x20000, 8),
      save(0),
      ...call("pages", 0, 32, 1, 4), // write, keep
      ...call("peek", 0, DATA + 8, 0x20000, 8),
      ...call("pages", 0, 32, 1, 1), // read, zero
      ...call("peek", 0, DATA + 16, 0x20000, 8),
      ...call("pages", 0, 32, 1, 0), // take away
      ...call("peek", 0, DATA, 0x20000, 8),
      save(1),
      ...call("pages", 0, 32, 2, 3), // keep what is not there
      save(2),
      ...call("pages", 0, 15, 1, 2),
      save(3),
      ...call("pages", 0, 32, 1, 5),
      save(4),
      ...call("pages", 0, 32, (1 << 20) - 32, 2),
      save(5),
      ...call("pages", 9, 15, 1, 9),
      save(6),
      ...call("pages", 0, 32, 1n << 60n, 2),
      save(7),
    ]);
    const { OOB, HUH, WHO } = RESULT;
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(result)).toEqual([OOB, OOB, HUH, HUH, HUH, HUH, WHO, HUH]);
    expect([machine.memory.readU64(DATA + 8), machine.memory.readU64(DATA + 16)]).toEqual([7n, 0n]);
  });

  it("come back with a panic, and then begin at 0 again", () => {
    const { result, word } = run([["add_imm_64", 7, 7, 1], ["trap"]], (length) => [
      ...made(length),
      ...call("invoke", 0, BLOCK),
      save(1),
      ...call("invoke", 0, BLOCK),
      save(2),
      ...call("expunge", 0),
      save(3),
    ]);
    expect([result(1), result(2), result(3)]).toEqual([INNER.PANIC, INNER.PANIC, 0n]);
    expect(word(8)).toBe(2n);
  });

  it("come back with the page of a fault and repeat the access when they are invoked again", () => {
    const { result, word, machine } = run([["load_u64", 9, 0x2345f8], ...END], (length) => [
      ...made(length),
      ...call("invoke", 0, BLOCK),
      save(1),
      ["store_u64", 8, HEAP + 16],
      ...call("pages", 0, 0x234, 1, 2),
      ...call("invoke", 0, BLOCK),
      save(3),
    ]);
    expect([result(1), result(2), result(3)]).toEqual([INNER.FAULT, 0x234000n, INNER.HALT]);
    expect(word(10)).toBe(0n);
    expect(machine.status).toBe("ended");
  });

  it("come back with the number of a host call, however they call it, and go on behind it", () => {
    const { result, word } = run([["ecalli", 42], ["add_imm_64", 7, 7, 1], ["ecalli", -5], ...END], (length) => [
      ...made(length),
      ...call("invoke", 0, BLOCK),
      save(1),
      ["store_u64", 8, HEAP + 16],
      ...call("invoke", 0, BLOCK),
      save(3),
      ["store_u64", 8, HEAP + 32],
      ...call("expunge", 0),
      save(5),
    ]);
    expect([result(1), result(2)]).toEqual([INNER.HOST, 42n]);
    expect([result(3), result(4)]).toEqual([INNER.HOST, BigInt.asUintN(64, -5n)]);
    expect(word(8)).toBe(1n);
    // Behind the second ecalli: 2 + 3 + 2 bytes.
    expect(result(5)).toBe(7n);
  });

  it("run out of their own gas, keep their place and go on with more", () => {
    const loop: Item[] = [
      li(9, 50),
      "loop:",
      ["add_imm_64", 7, 7, 1],
      ["add_imm_64", 9, 9, -1],
      ["branch_ne_imm", 9, 0, "loop"],
      ...END,
    ];
    const steps = (length: number, gas: number): Item[] => [
      ...made(length, gas),
      "again:",
      ...call("invoke", 0, BLOCK),
      save(1),
      ["load_u64", 2, HEAP + 16],
      ["add_imm_64", 2, 2, 1],
      ["store_u64", 2, HEAP + 16],
      ["load_u64", 2, BLOCK],
      ["add_imm_64", 2, 2, gas],
      ["store_u64", 2, BLOCK],
      ["branch_eq_imm", 7, Number(INNER.OOG), "again"],
    ];
    const whole = run(loop, (length) => steps(length, 50_000));
    const split = run(loop, (length) => steps(length, 61));
    expect([whole.result(1), whole.word(8)]).toEqual([INNER.HALT, 50n]);
    expect([split.result(1), split.word(8)]).toEqual([INNER.HALT, 50n]);
    const invokes = split.result(2) as bigint;
    expect(invokes).toBeGreaterThan(2n);
    // However the gas was split, the same was used. (Gas was added once more behind the last run.)
    const used = (gas: bigint, left: bigint, times: bigint) => gas * (times + 1n) - left;
    if (profile === "080")
      expect(used(61n, split.word(0) as bigint, invokes)).toBe(used(50_000n, whole.word(0) as bigint, 1n));
    else expect(split.word(0)).toBeLessThanOrEqual(122n);
  });

  it("take more gas than a machine can hold and give it back", () => {
    const { result, word } = run([["ecalli", 1], ...END], (length) => [
      ...made(length, (1n << 64n) - 1n),
      ...call("invoke", 0, BLOCK),
      save(1),
    ]);
    expect(result(1)).toBe(INNER.HOST);
    const left = word(0) as bigint;
    expect(left).toBeLessThan((1n << 64n) - 1n);
    expect(left).toBeGreaterThan((1n << 64n) - 1000n);
  });

  it("invoke panics without a block to write, and knows no machine that does not exist", () => {
    expect(run(END, () => call("invoke", 0, CODE)).exit.kind).toBe("panic");
    expect(run(END, () => call("invoke", 0, 1n << 40n)).exit.kind).toBe("panic");
    const { result } = run(END, () => [...call("invoke", 3, BLOCK), save(0), ...call("expunge", 1n << 40n), save(1)]);
    expect([result(0), result(1)]).toEqual([RESULT.WHO, RESULT.WHO]);
  });

  it("every call costs 10 gas, which is charged before anything happens", () => {
    for (const name of ["machine", "peek", "poke", "pages", "invoke", "expunge"] as const) {
      const { machine } = start(END, call(name, 0, 0, 0, 0));
      // Profile 080 pays the block first; the rest is one less than the call costs.
      const before = profile === "072" ? 5n : BigInt(machine.code.blockCost(0));
      machine.gas = before + 9n;
      expect(machine.run()).toMatchObject({ kind: "out-of-gas" });
      expect(machine.gas).toBe(0n);
      expect(machine.registers[7]).toBe(0n);
    }
  });

  it("may not be more than the limit, and neither may their code", () => {
    const many = run(END, (length) => ["loop:", ...call("machine", CODE, length, 0), ["jump", "loop"]], {
      inner: { machines: 5 },
    });
    expect(many.exit).toMatchObject({ kind: "host-error", name: "machine", error: { code: "JAM_INNER_LIMIT" } });
    expect(many.host.inner?.handles.size).toBe(5);
    const large = run(END, (length) => call("machine", CODE, length, 0), { inner: { code: 3 } });
    expect(large.exit).toMatchObject({ kind: "host-error", error: { code: "JAM_INNER_LIMIT" } });
    // The same code is counted once.
    const same = run(END, (length) => [...call("machine", CODE, length, 0), ...call("machine", CODE, length, 0)], {
      inner: { code: 60 },
    });
    expect(same.exit.kind).toBe("halt");
    expect(same.host.inner?.pool.codeBytes).toBe(same.length);
  });

  it("map memory against the limit of the outer machine, all together", () => {
    const max = 64 * 4096;
    const { exit, machine, host } = run(
      END,
      (length) => [
        ...call("machine", CODE, length, 0),
        ...call("machine", CODE, length, 0),
        ...call("pages", 0, 32, 20, 2),
        ...call("pages", 1, 32, 20, 2),
        save(0),
        ...call("pages", 1, 100, 20, 2),
      ],
      { memory: { max } },
    );
    expect(exit).toMatchObject({ kind: "host-error", name: "pages", error: { code: "JAM_INNER_LIMIT" } });
    const inner = [...(host.inner?.handles.values() ?? [])].map((i) => i.machine.memory.mappedBytes);
    expect(inner).toEqual([20 * 4096, 20 * 4096]);
    expect(machine.memory.mappedBytes + 40 * 4096).toBeLessThanOrEqual(max);
    expect(machine.memory.budget?.used).toBe(machine.memory.mappedBytes + 40 * 4096);
    host.dispose();
    expect(machine.memory.budget?.used).toBe(machine.memory.mappedBytes);
  });

  it.runIf(profile === "072")("that grow their own heap do so within the same limit", () => {
    const grow: Item[] = [li(9, 16 * 4096), "loop:", ["sbrk", 7, 9], ["jump", "loop"]];
    const { exit, result, machine } = run(
      grow,
      (length) => [...made(length, 100_000), ...call("invoke", 0, BLOCK), save(1)],
      { memory: { max: 64 * 4096 } },
    );
    expect([exit.kind, result(1)]).toEqual(["halt", INNER.FAULT]);
    expect(machine.memory.budget?.used).toBeLessThanOrEqual(64 * 4096);
    expect(machine.memory.budget?.used).toBeGreaterThan(47 * 4096);
  });

  it("made of much code, over and over, do not hold up a deadline", () => {
    // As many one-byte instructions: hardly any gas for the caller, much work for the host.
    const size = 60_000;
    const code = encodeBlob({ code: new Uint8Array(size), mask: new Uint8Array(size / 8).fill(255) });
    const { machine, host } = start(
      code,
      ["again:", ...call("machine", CODE, code.length, 0), ...call("expunge", 0), ["jump", "again"]],
      { gas: 1n << 60n },
    );
    const began = performance.now();
    expect(machine.run({ timeout: 30 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
    // Without ending slices it would be thousands of decodings until the driver looks at the clock.
    expect(performance.now() - began).toBeLessThan(5000);
    host.dispose();
    machine.dispose();
  });

  it("stop at the deadline and at an interrupt of the outer machine, and go on afterwards", () => {
    const loop: Item[] = [li(9, 0), "loop:", ["add_imm_64", 9, 9, 1], ["branch_ne_imm", 9, -1, "loop"], ...END];
    const { machine, host } = start(loop, [
      ...made(blob(profile, loop).length, 1n << 60n),
      ...call("invoke", 0, BLOCK),
    ]);
    expect(machine.run({ timeout: 15 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
    expect(machine.status).toBe("delegating");
    const inner = host.inner?.handles.get(0)?.machine;
    const counted = () => inner?.registers[9] as bigint;
    const before = counted();
    machine.interrupt();
    expect(machine.run()).toMatchObject({ kind: "interrupted", reason: "interrupt" });
    expect(counted()).toBe(before);
    // A busy test machine may need more than one turn.
    for (let n = 0; n < 50 && counted() === before; n++) {
      expect(machine.run({ timeout: 15 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
    }
    expect(counted()).toBeGreaterThan(before);
    host.dispose();
    machine.dispose();
  });

  it("are saved and restored with the outer machine, in the middle of an invoke too", () => {
    const loop: Item[] = [
      li(9, 0),
      "loop:",
      ["add_imm_64", 9, 9, 1],
      ["store_u64", 9, 0x20000],
      ["branch_ne_imm", 9, 68_000, "loop"],
      ...END,
    ];
    const length = blob(profile, loop).length;
    const items = [
      ...made(length, 1n << 63n),
      ...call("machine", CODE, length, 0),
      ...call("pages", 0, 32, 1, 2),
      ...call("invoke", 0, BLOCK),
      save(1),
      ...call("peek", 0, DATA, 0x20000, 8),
    ];
    const whole = start(loop, items);
    expect(whole.machine.run().kind).toBe("halt");

    const first = start(loop, items);
    // A signal that is raised between the first look at it and the second stops behind the first slice of the inner machine.
    let looks = 0;
    const signal = {
      get aborted() {
        return looks++ > 0;
      },
    } as AbortSignal;
    const exits: string[] = [];
    let { machine, host } = first as Pick<typeof first, "machine" | "host">;
    for (let n = 0; n < 50; n++) {
      looks = 0;
      const exit = machine.run({ signal });
      exits.push(exit.kind);
      if (exit.kind === "halt") break;
      const snapshot = host.snapshot(machine);
      const next = new JamHost({ profile, inner: true });
      const restored = next.restore(first.program, snapshot, { tier: n % 2 === 0 ? "portable" : "interpreter" });
      expect(next.snapshot(restored)).toEqual(snapshot);
      host.dispose();
      machine.dispose();
      ({ machine, host } = { machine: restored, host: next });
    }
    expect(exits.at(-1)).toBe("halt");
    expect(exits.filter((kind) => kind === "interrupted").length).toBeGreaterThan(1);
    expect(machine.gas).toBe(whole.machine.gas);
    expect(machine.memory.readU64(HEAP + 8)).toBe(INNER.HALT);
    expect(machine.memory.readU64(DATA)).toBe(68_000n);
    expect(machine.memory.read(BLOCK, 112)).toEqual(whole.machine.memory.read(BLOCK, 112));
    expect(host.inner?.handles.size).toBe(2);
  });

  it("are refused from snapshots that are damaged, too large or foreign", () => {
    const { machine, host, program } = run(END, (length) => [...made(length), ...call("pages", 0, 32, 4, 2)]);
    const snapshot = host.snapshot(machine);
    const fresh = () => new JamHost({ profile, inner: true });
    expect(() => fresh().restore(program, snapshot.subarray(1))).toThrow(
      expect.objectContaining({ code: "JAM_SNAPSHOT_INVALID" }),
    );
    const other = snapshot.slice();
    other[4] = 9;
    expect(() => fresh().restore(program, other)).toThrow(expect.objectContaining({ code: "JAM_SNAPSHOT_VERSION" }));
    expect(() => fresh().restore(program, snapshot, { memory: { max: machine.memory.mappedBytes } })).toThrow(
      expect.objectContaining({ code: "SNAPSHOT_LIMITS" }),
    );
    expect(() => new JamHost({ profile, inner: { machines: 0 } }).restore(program, snapshot)).toThrow("inner machines");
    expect(() => new JamHost({ profile }).restore(program, snapshot)).toThrow("none are allowed");
    for (let cut = 8; cut < snapshot.length; cut += 97) {
      expect(() => fresh().restore(program, snapshot.subarray(0, cut))).toThrow();
    }
  });

  it("of one host set serve one machine only", () => {
    const { program, host } = run(END, (length) => call("machine", CODE, length, 0));
    const second = program.instantiate({ tier, ...host.options });
    expect(second.run()).toMatchObject({ kind: "host-error", error: { code: "JAM_HOST_SHARED" } });
  });

  describe("that may nest", () => {
    /** A program that makes a machine of the blob at 0x20000 in its own memory and runs it; the blob is given to it. */
    const shell = (inner: Uint8Array): { code: Uint8Array; length: number } => {
      const items: Item[] = [
        // r9 comes with the length of what is at 0x20000.
        ["move_reg", 8, 9],
        li(7, 0x20000),
        li(9, 0),
        ["ecalli", "machine"],
        li(2, 1n << 50n),
        ["store_u64", 2, 0x30000],
        li(2, 0xffff0000),
        ["store_u64", 2, 0x30008],
        ...call("invoke", 0, 0x30000),
        ["load_u64", 10, 0x30000 + 8 + 80],
        ["add_imm_64", 10, 10, 1],
        ...END,
      ];
      return { code: blob(profile, items), length: inner.length };
    };
    const bottom: readonly Item[] = [li(10, 100), ...END];
    const forever: readonly Item[] = ["loop:", ["jump", "loop"]];

    /** Three levels: outer, a shell in a shell, and `last` at the bottom, which the middle shell cannot hold itself. */
    function three(last: readonly Item[], nesting: number) {
      const innermost = blob(profile, last);
      const { code } = shell(innermost);
      const items = [
        ...call("machine", CODE, code.length, 0),
        ...call("pages", 0, 32, 32, 2),
        ...call("poke", 0, CODE + code.length, 0x20000, innermost.length),
        save(0),
        li(2, 1n << 50n),
        ["store_u64", 2, BLOCK] as Item,
        li(2, 0xffff0000),
        ["store_u64", 2, BLOCK + 8] as Item,
        li(2, innermost.length),
        ["store_u64", 2, BLOCK + 8 + 72] as Item,
        ...call("invoke", 0, BLOCK),
        save(1),
        ["store_u64", 8, HEAP + 16] as Item,
      ];
      const data = new Uint8Array(code.length + innermost.length);
      data.set(code);
      data.set(innermost, code.length);
      return start(data, items, { inner: { nesting } });
    }

    it("run three deep, and their results come all the way up", () => {
      const { machine, result, word, host } = three(bottom, 1);
      expect(machine.run().kind).toBe("halt");
      expect([result(0), result(1)]).toEqual([RESULT.OK, INNER.HALT]);
      expect(word(1 + 10)).toBe(101n);
      expect(host.inner?.pool.machines).toBe(2);
      host.dispose();
      expect(host.inner?.pool.machines).toBe(0);
    });

    it("leave every host call to the program outside unless nesting is allowed", () => {
      const { machine, result } = three(bottom, 0);
      expect(machine.run().kind).toBe("halt");
      expect([result(1), result(2)]).toEqual([INNER.HOST, profile === "072" ? 8n : 9n]);
    });

    it("stop at the deadline of the outermost, are saved there and go on", () => {
      const { machine, host, program } = three(forever, 1);
      expect(machine.run({ timeout: 10 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
      const snapshot = host.snapshot(machine);
      const next = new JamHost({ profile, inner: { nesting: 1 } });
      const restored = next.restore(program, snapshot, { tier });
      expect(restored.run({ timeout: 10 })).toMatchObject({ kind: "interrupted" });
      expect(restored.status).toBe("delegating");
      expect(next.inner?.handles.get(0)?.machine.status).toBe("delegating");
      for (const each of [host, next]) each.dispose();
      for (const each of [machine, restored]) each.dispose();
    });
  });
});
