import { describe, expect, it } from "vitest";
import { pvm } from "../../../pvm.js";
import { HOST_CALLS, hostCallName } from "../host-calls.js";
import type { PvmOptions } from "../program.js";
import { call, HALT, type Item, li, type SpiOptions, spi } from "./assemble.test-support.js";
import { encode, list } from "./codec.js";
import { chainConstants, FULL_CHAIN, TINY_CHAIN } from "./constants.js";
import type { FetchSources, LogMessage } from "./general.js";
import { JamHost, type JamHostOptions } from "./host.js";
import { RESULT } from "./results.js";
import { accumulateInput, refineContext, type WorkPackage, workItemSummary, workPackage } from "./types.js";

const CASES = (["072", "080"] as const).flatMap((profile) =>
  (["interpreter", "portable"] as const).map((tier) => ({ profile, tier })),
);
const HEAP = 0x20000;
const DATA = HEAP + 0x1000;
const save = (slot: number): Item => ["store_u64", 7, HEAP + 8 * slot];
const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => first + i);

const item = (service: number) => ({
  service,
  codeHash: bytes(32, service),
  refineGas: 1000n,
  accumulateGas: 2000n,
  exportCount: 3,
  payload: bytes(5, 60),
  imports: [{ root: bytes(32, 1), ofPackage: true, index: 7 }],
  extrinsics: [{ hash: bytes(32, 9), length: 4 }],
});
const PACKAGE: WorkPackage = {
  authCodeHost: 1,
  authCodeHash: bytes(32, 2),
  context: {
    anchor: bytes(32, 3),
    stateRoot: bytes(32, 4),
    beefyRoot: bytes(32, 5),
    lookupAnchor: bytes(32, 6),
    lookupAnchorSlot: 77,
    prerequisites: [bytes(32, 7)],
  },
  authToken: bytes(3, 1),
  authConfig: bytes(2, 9),
  items: [item(10), item(11)],
};

describe("the numbers of host calls", () => {
  it("are those of each specification", () => {
    expect(HOST_CALLS["072"]).toMatchObject({
      gas: 0,
      fetch: 1,
      machine: 8,
      invoke: 12,
      bless: 14,
      provide: 26,
      log: 100,
    });
    expect(HOST_CALLS["080"]).toMatchObject({ gas: 0, grow_heap: 1, fetch: 2, machine: 9, invoke: 13, provide: 27 });
    expect(HOST_CALLS["072"].grow_heap).toBeUndefined();
    expect([hostCallName("072", 1), hostCallName("080", 1), hostCallName("080", 28)]).toEqual([
      "fetch",
      "grow_heap",
      undefined,
    ]);
  });
});

describe.each(CASES)("general host calls, profile $profile, tier $tier", ({ profile, tier }) => {
  function start(items: readonly Item[], more: Partial<JamHostOptions & PvmOptions> & { spi?: SpiOptions } = {}) {
    const program = pvm.load(spi(profile, [...items, ...HALT], more.spi), { profile, format: "spi" });
    const host = new JamHost({ ...more, profile });
    const machine = program.instantiate({ tier, gas: 100_000n, ...more, ...host.options });
    return { machine, result: (slot: number) => machine.memory.readU64(HEAP + 8 * slot) };
  }
  function run(items: readonly Item[], more: Partial<JamHostOptions & PvmOptions> & { spi?: SpiOptions } = {}) {
    const all = start(items, more);
    return { ...all, exit: all.machine.run() };
  }
  /** Gas that the instructions cost when all host calls are free. */
  const gasOf = (items: readonly Item[], more: Partial<JamHostOptions & PvmOptions> = {}) => {
    const { machine, exit } = run(items, more);
    expect(exit.kind).toBe("halt");
    return 100_000n - machine.gas;
  };

  it("gas gives what is left behind its own price", () => {
    const { result, machine } = run([...call("gas"), save(0), ...call("gas"), save(1)]);
    const [first, second] = [result(0) as bigint, result(1) as bigint];
    // Between the two: two instructions and the call in profile 072; the block is paid already in profile 080.
    expect(first - second).toBe(profile === "072" ? 12n : 10n);
    expect(machine.gas).toBe(profile === "072" ? second - 3n : second);
  });

  it("unknown numbers cost as much as a call and answer WHAT", () => {
    const { result } = run([...call(99), save(0), ...call(-1), save(1), ...call("write", 0, 0, 0, 0), save(2)]);
    expect([result(0), result(1), result(2)]).toEqual([RESULT.WHAT, RESULT.WHAT, RESULT.WHAT]);
    const one = gasOf([...call(99)]);
    const two = gasOf([...call(99), ...call(99)]);
    if (profile === "072") expect(two - one).toBe(11n);
  });

  it("without the gas for a call there is nothing left, and nothing has happened", () => {
    for (const name of ["gas", "fetch", 99] as const) {
      const { machine } = start(call(name, DATA, 0, 8, 0), { fetch: { constants: FULL_CHAIN } });
      machine.gas = (profile === "072" ? 5n : BigInt(machine.code.blockCost(0))) + 9n;
      const { kind } = machine.run();
      expect([kind, machine.gas, machine.registers[7]]).toEqual(["out-of-gas", 0n, BigInt(DATA)]);
      expect(machine.memory.readU64(DATA)).toBe(0n);
    }
  });

  describe("fetch", () => {
    const inputs = [
      { kind: "transfer" as const, transfer: { source: 1, destination: 2, amount: 3n, memo: bytes(128, 0), gas: 4n } },
    ];
    const sources: FetchSources = {
      constants: TINY_CHAIN,
      entropy: bytes(32, 40),
      authTrace: bytes(6, 50),
      package: PACKAGE,
      item: 1,
      imports: [[bytes(4, 1)], [bytes(5, 2), bytes(6, 3)]],
      extrinsics: [[bytes(7, 4)], [bytes(8, 5), bytes(9, 6)]],
      inputs,
    };
    const expected: readonly [number, number, number, Uint8Array | undefined][] = [
      [0, 0, 0, encode(chainConstants, TINY_CHAIN)],
      [1, 0, 0, sources.entropy],
      [2, 0, 0, sources.authTrace],
      [3, 0, 0, bytes(7, 4)],
      [3, 1, 1, bytes(9, 6)],
      [3, 2, 0, undefined],
      [3, 1, 2, undefined],
      [4, 1, 0, bytes(9, 6)],
      [4, 2, 0, undefined],
      [5, 1, 0, bytes(5, 2)],
      [5, 0, 1, undefined],
      [6, 1, 0, bytes(6, 3)],
      [7, 0, 0, encode(workPackage, PACKAGE)],
      [8, 0, 0, PACKAGE.authConfig],
      [9, 0, 0, PACKAGE.authToken],
      [10, 0, 0, encode(refineContext, PACKAGE.context)],
      [11, 0, 0, encode(list(workItemSummary), PACKAGE.items)],
      [12, 1, 0, encode(workItemSummary, item(11))],
      [12, 2, 0, undefined],
      [13, 0, 0, item(10).payload],
      [14, 0, 0, encode(list(accumulateInput), inputs)],
      [15, 0, 0, encode(accumulateInput, inputs[0] as never)],
      [15, 1, 0, undefined],
      [16, 0, 0, undefined],
    ];

    it.each(expected)("kind %i of %i, %i is what the context says", (kind, a, b, value) => {
      const { machine, result } = run([...call("fetch", DATA, 0, 4096, kind, a, b), save(0)], { fetch: sources });
      expect(result(0)).toBe(value === undefined ? RESULT.NONE : BigInt(value.length));
      if (value !== undefined) expect(machine.memory.read(DATA, value.length)).toEqual(value);
      // In a context that has nothing but the constants there is nothing else.
      const bare = run([...call("fetch", DATA, 0, 4096, kind, a, b), save(0)], { fetch: { constants: TINY_CHAIN } });
      expect(bare.result(0)).toBe(kind === 0 ? 134n : RESULT.NONE);
    });

    it("gives the part that is asked for and says how long the whole is", () => {
      const { machine, result } = run(
        [
          ...call("fetch", DATA, 30, 1000, 1),
          save(0),
          ...call("fetch", DATA + 8, 1n << 60n, 8, 1),
          save(1),
          // Nothing is written of no bytes, wherever that would be.
          ...call("fetch", 0, 0, 0, 1),
          save(2),
        ],
        { fetch: sources },
      );
      expect([result(0), result(1), result(2)]).toEqual([32n, 32n, 32n]);
      expect(machine.memory.read(DATA, 16)).toEqual(Uint8Array.of(70, 71, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    });

    it("panics where it cannot write", () => {
      for (const to of [0, 0x8000, 0xffff0000, 1n << 33n]) {
        expect(run(call("fetch", to, 0, 8, 1), { fetch: sources }).exit.kind).toBe("panic");
      }
      // What does not exist is not written.
      expect(run(call("fetch", 0, 0, 8, 16), { fetch: sources }).exit.kind).toBe("halt");
    });
  });

  describe("log", () => {
    const said = (items: readonly Item[], service?: number) => {
      const messages: LogMessage[] = [];
      const { result, exit } = run([...items, save(0)], { log: (m) => messages.push(m), service, core: 3 });
      return { messages, result: result(0), exit };
    };
    const text: Item[] = [li(2, 0x6f6c6c65), ["store_u32", 2, DATA], li(2, 0x6d6a), ["store_u16", 2, DATA + 8]];

    it("hands messages to the sink that was granted, and answers WHAT", () => {
      const { messages, result } = said([...text, ...call("log", 2, DATA + 8, 2, DATA, 4)], 42);
      expect(messages).toEqual([{ level: 2, target: "jm", message: "ello", service: 42, core: 3, truncated: false }]);
      expect(result).toBe(RESULT.WHAT);
    });
    it("has no target where neither address nor length is given", () => {
      expect(said([...text, ...call("log", 0, 0, 0, DATA, 4)]).messages[0]?.target).toBeUndefined();
    });
    it("does nothing for memory that cannot be read, and is not told apart from a call that nobody knows", () => {
      const broken = call("log", 0, 0, 0, 0x8000, 4);
      const { messages, result, exit } = said(broken);
      expect([messages.length, result, exit.kind]).toEqual([0, RESULT.WHAT, "halt"]);
      expect(gasOf(broken, { log: () => {} })).toBe(gasOf(broken));
    });
    it("cuts messages that are too long", () => {
      const { messages } = said([...call("log", 0, 0, 0, DATA, 0xf000)]);
      expect([messages[0]?.truncated, messages[0]?.message.length]).toEqual([false, 0xf000]);
      const long = run([...call("log", 0, 0, 0, HEAP, 0x10001), save(0)], {
        spi: { heapPages: 32 },
        log: (m) => messages.push(m),
      });
      expect(long.exit.kind).toBe("halt");
      expect([messages[1]?.truncated, messages[1]?.message.length]).toEqual([true, 65536]);
    });
  });
});

describe.each(["interpreter", "portable"] as const)("grow_heap, tier %s", (tier) => {
  const first = HEAP / 4096;
  /** The last page that the heap may reach with a stack of one page. */
  const last = (2 ** 32 - 3 * 65536 - 2 ** 24 - 4096) / 4096;
  function grow(wanted: number | bigint, gas = 100_000n, max = 1 << 30) {
    const program = pvm.load(spi("080", [...call("grow_heap", wanted), ...HALT], { heapPages: 3 }), { profile: "080" });
    const host = new JamHost({ profile: "080" });
    const machine = program.instantiate({ tier, gas, memory: { max }, ...host.options });
    const block = BigInt(machine.code.blockCost(0));
    machine.gas = gas + block;
    const exit = machine.run();
    return { exit, machine, r7: machine.registers[7], used: gas - machine.gas };
  }

  it("makes pages writable and charges for each new one", () => {
    const { machine, r7, used } = grow(first + 10);
    expect([r7, used]).toEqual([BigInt(first + 10), 100n + 7n * 10n]);
    expect(machine.memory.writable(HEAP, 10 * 4096)).toBe(true);
    expect(machine.memory.writable(HEAP, 10 * 4096 + 1)).toBe(false);
  });
  it("tells the end of the heap when asked for what there is already", () => {
    for (const wanted of [0, first, first + 2, first + 3]) {
      expect(grow(wanted)).toMatchObject({ r7: BigInt(first + 3), used: 100n });
    }
  });
  it("refuses what is too far, or too dear, with the end as it was", () => {
    expect(grow(last + 1)).toMatchObject({ r7: BigInt(first + 3), used: 100n });
    expect(grow((1n << 64n) - 1n)).toMatchObject({ r7: BigInt(first + 3), used: 100n });
    expect(grow(first + 10, 169n)).toMatchObject({ r7: BigInt(first + 3), used: 100n });
    expect(grow(first + 10, 170n)).toMatchObject({ r7: BigInt(first + 10), used: 170n });
    expect(grow(first + 1000, 100_000n, 100 * 4096)).toMatchObject({ r7: BigInt(first + 3), used: 100n });
  });
  it("without 100 gas leaves the gas as it is", () => {
    const { exit, used, r7 } = grow(first + 10, 99n);
    expect([exit.kind, used, r7]).toEqual(["out-of-gas", 0n, BigInt(first + 10)]);
  });
});

describe("the constants of a chain", () => {
  it("are encoded as public implementations do", () => {
    const hex = [...encode(chainConstants, TINY_CHAIN)].map((b) => b.toString(16).padStart(2, "0")).join("");
    expect(hex).toBe(
      "0a00000000000000010000000000000064000000000000000200200000000c000000809698000000000080f0fa020000000000ca9a3b00000000" +
        "002d3101000000000800100008000300180000000300080006005000040080000500060000fa00008070d20000093d0004000000000c0000" +
        "0204000000c0000080000000000c00000a000000",
    );
  });
});
