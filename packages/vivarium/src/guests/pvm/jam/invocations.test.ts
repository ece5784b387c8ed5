import { describe, expect, it } from "vitest";
import { jam } from "../../../jam.js";
import { pvm } from "../../../pvm.js";
import { encodeWrapped } from "../metadata.js";
import { ServiceAccount } from "./accounts.js";
import { emptyState, type PartialState } from "./accumulation.js";
import { call, HALT, type Item, li, spi } from "./assemble.test-support.js";
import { blake2b } from "./blake2b.js";
import { encode } from "./codec.js";
import { FULL_CHAIN, SEGMENT_BYTES, TINY_CHAIN } from "./constants.js";
import { serviceCode } from "./invocations.js";
import { RESULT } from "./results.js";
import { refineArguments, type WorkPackage, workPackage } from "./types.js";

const CASES = (["072", "080"] as const).flatMap((profile) =>
  (["interpreter", "portable"] as const).map((tier) => ({ profile, tier })),
);
const DATA = 0x10000;
const HEAP = 0x30000;
const ARGS = 0xfeff0000;
const SELF = (1n << 64n) - 1n;
const ME = 70_000;
const bytes = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => first + i);
const save = (slot: number): Item => ["store_u64", 7, HEAP + 8 * slot];
/** Ends with so many bytes from an address as output. */
const giving = (address: number, length: number): Item[] => [li(7, address), li(8, length), ...HALT];
/** The arguments as they came, as output. */
const echo: Item[] = giving(ARGS, 0).map((item, k) => (k === 1 ? ["move_reg", 8, 8] : item)) as Item[];

const PACKAGE: WorkPackage = {
  authCodeHost: 1,
  authCodeHash: bytes(32),
  context: {
    anchor: bytes(32),
    stateRoot: bytes(32),
    beefyRoot: bytes(32),
    lookupAnchor: bytes(32),
    lookupAnchorSlot: 50,
    prerequisites: [],
  },
  authToken: bytes(3),
  authConfig: bytes(2),
  items: [
    {
      service: ME,
      codeHash: bytes(32),
      refineGas: 50_000n,
      accumulateGas: 1n,
      exportCount: 2,
      payload: bytes(5, 90),
      imports: [],
      extrinsics: [],
    },
  ],
};

describe.each(CASES)("invocations, profile $profile, tier $tier", ({ profile, tier }) => {
  /** A program whose accumulate entry, at 5, is what is given; `refine` and `is_authorized` jump over it. */
  const accumulateProgram = (items: readonly Item[], readOnly: Uint8Array = bytes(256)) =>
    spi(profile, [...new Array<Item>(5).fill(["trap"]), ...items], { readOnly });
  const refineProgram = (items: readonly Item[], readOnly: Uint8Array = bytes(256)) =>
    spi(profile, items, { readOnly });
  const how = { profile, tier, chain: TINY_CHAIN } as const;

  describe("is_authorized", () => {
    it("begins at 0 with the core as its argument, and sees the package only", () => {
      const out = jam.isAuthorized(spi(profile, echo), { ...how, package: PACKAGE, core: 0x102 });
      expect([out.status, [...out.output]]).toEqual(["ok", [2, 1]]);
      const token = refineProgram([...call("fetch", HEAP, 0, 99, 9), ["move_reg", 8, 7], li(7, HEAP), ...HALT]);
      expect(jam.isAuthorized(token, { ...how, package: PACKAGE, core: 0 }).output).toEqual(PACKAGE.authToken);
      const read = refineProgram([...call("read", SELF, DATA, 1, HEAP, 0, 1), save(0), ...giving(HEAP, 8)]);
      expect(
        new DataView(jam.isAuthorized(read, { ...how, package: PACKAGE, core: 0 }).output.slice().buffer).getBigUint64(
          0,
          true,
        ),
      ).toBe(RESULT.WHAT);
    });
    it("has the gas that the chain gives it", () => {
      const loop = spi(profile, ["loop:", ["jump", "loop"]]);
      const out = jam.isAuthorized(loop, {
        ...how,
        chain: { ...TINY_CHAIN, isAuthorizedGas: 1000n },
        package: PACKAGE,
        core: 0,
      });
      expect(out.status).toBe("out-of-gas");
      expect(out.gasUsed).toBeLessThanOrEqual(1000n);
      expect(out.gasUsed).toBeGreaterThan(980n);
    });
  });

  describe("refine", () => {
    const refine = (program: Uint8Array, more = {}) =>
      jam.refine(program, { ...how, package: PACKAGE, item: 0, core: 3, ...more });

    it("begins at 0 with core, item, service, payload and the package's hash", () => {
      const packageHash = blake2b(encode(workPackage, PACKAGE));
      const expected = encode(refineArguments, { core: 3, item: 0, service: ME, payload: bytes(5, 90), packageHash });
      expect(refine(spi(profile, echo)).output).toEqual(expected);
    });

    it("exports segments, padded with zeros, behind those of the items before it", () => {
      const program = refineProgram(
        [
          ...call("export", DATA, 5),
          save(0),
          ...call("export", DATA, 1n << 40n),
          save(1),
          ...call("export", DATA, 0),
          save(2),
          ...giving(HEAP, 24),
        ],
        bytes(5000),
      );
      const out = refine(program, { exportOffset: 7 });
      const results = new BigUint64Array(out.output.slice().buffer);
      expect([...results]).toEqual([7n, 8n, 9n]);
      expect(out.exports.map((s) => s.length)).toEqual([SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_BYTES]);
      expect([...(out.exports[0] as Uint8Array).subarray(0, 7)]).toEqual([1, 2, 3, 4, 5, 0, 0]);
      expect(out.exports[1]).toEqual(bytes(SEGMENT_BYTES));
      const full = refine(program, { exportOffset: TINY_CHAIN.packageExports - 1 });
      expect([...new BigUint64Array(full.output.slice().buffer)]).toEqual([
        BigInt(TINY_CHAIN.packageExports - 1),
        RESULT.FULL,
        RESULT.FULL,
      ]);
    });

    it("exports nothing when it ends otherwise", () => {
      const out = refine(refineProgram([...call("export", DATA, 5), ["trap"]]));
      expect([out.status, out.exports, out.output.length]).toEqual(["panic", [], 0]);
      expect(refine(refineProgram(call("export", 0x8000, 5))).status).toBe("panic");
    });

    it("looks up what was available at the anchor", () => {
      const preimage = bytes(10, 70);
      const account = new ServiceAccount();
      const hash = account.addPreimage(preimage, 50);
      const late = new ServiceAccount();
      late.addPreimage(preimage, 51);
      const program = refineProgram(
        [
          ...call("historical_lookup", SELF, DATA, HEAP, 0, 99),
          save(4),
          ...call("historical_lookup", 5, DATA, HEAP + 64, 0, 99),
          save(5),
          ...call("historical_lookup", 1n << 35n, DATA, HEAP + 64, 0, 99),
          save(6),
          ...giving(HEAP, 56),
        ],
        hash,
      );
      const { output } = refine(program, {
        accounts: new Map([
          [ME, account],
          [5, late],
        ]),
      });
      expect(output.subarray(0, 10)).toEqual(preimage);
      expect([...new BigUint64Array(output.slice().buffer).subarray(4)]).toEqual([10n, RESULT.NONE, RESULT.NONE]);
      expect(refine(refineProgram(call("historical_lookup", SELF, 0x8000, HEAP, 0, 9))).status).toBe("panic");
    });

    it("stops at its deadline, in the middle of an inner machine too", () => {
      // Profile 072 and 080 alike: one jump to itself, with its mask.
      const inner = Uint8Array.of(0, 0, 2, 40, 0, 1);
      const program = refineProgram(
        [
          ...call("machine", DATA, inner.length, 0),
          li(2, 1n << 60n),
          ["store_u64", 2, HEAP],
          ...call("invoke", 0, HEAP),
          ...HALT,
        ],
        inner,
      );
      const out = refine(program, { timeout: 20 });
      expect(out).toMatchObject({ status: "stopped", exit: { kind: "interrupted", reason: "deadline" }, exports: [] });
    });

    it("has the gas of the item, and refuses an item that is not there", () => {
      expect(refine(spi(profile, ["loop:", ["jump", "loop"]])).gasUsed).toBeGreaterThan(49_900n);
      expect(() => refine(spi(profile, echo), { item: 1 })).toThrow("no item 1");
    });
  });

  describe("accumulate", () => {
    const account = new ServiceAccount({ balance: 1000n });
    const state: PartialState = { ...emptyState(TINY_CHAIN), accounts: new Map([[ME, account]]) };
    const accumulate = (items: readonly Item[], more = {}) =>
      jam.accumulate(accumulateProgram(items), {
        ...how,
        state,
        service: ME,
        slot: 9,
        gas: 10_000n,
        inputs: [],
        ...more,
      });
    const transfer = {
      kind: "transfer" as const,
      transfer: { source: 1, destination: ME, amount: 77n, memo: bytes(128), gas: 5n },
    };

    it("begins at 5 with slot, service and the number of inputs", () => {
      const out = accumulate(echo, { inputs: [transfer] });
      expect([...out.output]).toEqual([9, 0xc1, 0x70, 0x11, 1]);
    });

    it("brings the balance of transfers, whatever the program does", () => {
      expect(accumulate(HALT, { inputs: [transfer, transfer] }).state.accounts.get(ME)?.balance).toBe(1154n);
      expect(accumulate([["trap"]], { inputs: [transfer] }).state.accounts.get(ME)?.balance).toBe(1077n);
      expect(account.balance).toBe(1000n);
    });

    it("keeps what was done, or what the checkpoint had", () => {
      const work: Item[] = [
        ...call("write", DATA, 1, DATA, 1),
        ...call("checkpoint"),
        ...call("write", DATA, 2, DATA, 1),
      ];
      const items = (out: ReturnType<typeof accumulate>) => out.state.accounts.get(ME)?.items;
      expect(items(accumulate([...work, ...HALT]))).toBe(2);
      expect(items(accumulate([...work, ["trap"]]))).toBe(1);
      expect(accumulate([...work, "loop:", ["jump", "loop"]])).toMatchObject({ status: "out-of-gas" });
      expect(items(accumulate([...work, "loop:", ["jump", "loop"]]))).toBe(1);
      expect(account.items).toBe(0);
    });

    it("yields an output of 32 bytes, and otherwise what `yield` was given", () => {
      expect(accumulate([...call("yield", DATA + 9), ...giving(DATA, 32)]).yielded).toEqual(bytes(32));
      expect(accumulate([...call("yield", DATA + 9), ...giving(DATA, 31)]).yielded).toEqual(bytes(32, 10));
      expect(accumulate(giving(DATA, 31)).yielded).toBeUndefined();
    });

    it("uses all gas in a call that cannot be paid", () => {
      const out = accumulate([...call("transfer", ME, 1, 1n << 40n, DATA), ...HALT]);
      expect([out.status, out.gasUsed]).toEqual(["out-of-gas", 10_000n]);
    });

    it("panics without using gas when the code is no program, and says when there is no service", () => {
      const out = jam.accumulate(bytes(40), { ...how, state, service: ME, slot: 9, gas: 10n, inputs: [] });
      expect(out).toMatchObject({ status: "panic", gasUsed: 0n, exit: undefined });
      expect(() => accumulate(HALT, { service: 5 })).toThrow("no service 5");
      if (profile === "072") {
        const loaded = pvm.load(accumulateProgram(HALT), { profile });
        const options = { ...how, state, service: ME, slot: 9, gas: 100n, inputs: [] };
        expect(jam.accumulate(loaded, options).status).toBe("ok");
      }
    });

    it("awaits host functions that an observer makes asynchronous", async () => {
      const out = await jam.accumulateAsync(
        accumulateProgram([...call("read", SELF, DATA, 1, HEAP, 0, 9), save(1), ...giving(HEAP, 16)]),
        {
          ...how,
          state,
          service: ME,
          slot: 9,
          gas: 10_000n,
          inputs: [],
          observer: {
            wrap: (host) => ({
              ...host,
              host: {
                ...host.host,
                read: async (context) => {
                  await new Promise((resolve) => setTimeout(resolve, 2));
                  context.memory.write(HEAP, bytes(3));
                  return 3n;
                },
              },
            }),
          },
        },
      );
      expect([out.status, [...new BigUint64Array(out.output.slice().buffer)]]).toEqual(["ok", [0x030201n, 3n]]);
    });
  });
});

describe("the code of a service", () => {
  it("is found by its hash, now or at a slot", () => {
    const code = encodeWrapped(bytes(3), spi("080", HALT));
    const account = new ServiceAccount();
    account.codeHash = account.addPreimage(code, 5);
    expect(serviceCode(account)).toEqual(code);
    expect(serviceCode(account, { slot: 5 })).toEqual(code);
    expect(serviceCode(account, { slot: 4 })).toBe("bad-code");
    expect(serviceCode(account, { codeHash: bytes(32) })).toBe("bad-code");
    expect(serviceCode(undefined)).toBe("bad-code");
    expect(serviceCode(account, { chain: { ...FULL_CHAIN, serviceCodeSize: 10 } })).toBe("code-too-large");
    expect(jam.isAuthorized(code, { package: PACKAGE, core: 1 }).status).toBe("ok");
  });
});
