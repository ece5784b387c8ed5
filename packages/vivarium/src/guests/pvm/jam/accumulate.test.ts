import { describe, expect, it } from "vitest";
import { pvm } from "../../../pvm.js";
import { ServiceAccount } from "./accounts.js";
import { Accumulation, emptyState, type PartialState } from "./accumulation.js";
import { call, HALT, type Item, spi } from "./assemble.test-support.js";
import { blake2b } from "./blake2b.js";
import { type ChainConstants, FULL_CHAIN, TINY_CHAIN } from "./constants.js";
import { JamHost } from "./host.js";
import { RESULT } from "./results.js";

const CASES = (["072", "080"] as const).flatMap((profile) =>
  (["interpreter", "portable"] as const).map((tier) => ({ profile, tier })),
);
const { OK, NONE, WHO, FULL, CORE, CASH, LOW, HUH } = RESULT;
const HEAP = 0x30000;
/** Read-only data: a hash, a memo, keys; whatever a test says. */
const DATA = 0x10000;
const OUT = HEAP + 0x1000;
const SELF = (1n << 64n) - 1n;
const ME = 70_000;
const OTHER = 70_001;
const SLOT = 1000;
const save = (slot: number): Item => ["store_u64", 7, HEAP + 8 * slot];
const bytes = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => first + i);

interface World {
  readonly state?: (state: PartialState) => PartialState;
  readonly me?: (account: ServiceAccount) => void;
  readonly other?: (account: ServiceAccount) => void;
  readonly data?: Uint8Array;
  readonly gas?: bigint;
  readonly chain?: ChainConstants;
}

describe.each(CASES)("accumulate host calls, profile $profile, tier $tier", ({ profile, tier }) => {
  /** Runs the calls, each of whose results goes into a slot of its own. */
  function run(calls: readonly (readonly Item[])[], world: World = {}) {
    const chain = world.chain ?? TINY_CHAIN;
    const me = new ServiceAccount({ balance: 1000n, codeHash: bytes(32, 100), minTransferGas: 5n });
    const other = new ServiceAccount({ balance: 500n, codeHash: bytes(32, 120), minTransferGas: 50n });
    world.me?.(me);
    world.other?.(other);
    const empty = emptyState(chain);
    const base = {
      ...empty,
      accounts: new Map([
        [ME, me],
        [OTHER, other],
      ]),
    };
    const initial = world.state?.(base) ?? base;
    const state = new Accumulation({ state: initial, service: ME, slot: SLOT, entropy: bytes(32), chain });
    const items = [...calls.flatMap((c, k) => [...c, save(k)]), ...HALT];
    const readOnly = world.data ?? bytes(2048);
    const program = pvm.load(spi(profile, items, { readOnly }), { profile, format: "spi" });
    const host = new JamHost({ profile, accumulate: state });
    const machine = program.instantiate({ tier, gas: world.gas ?? 1_000_000n, ...host.options });
    const exit = machine.run();
    const results = calls.map((_, k) => machine.memory.readU64(HEAP + 8 * k));
    const after = (regular = true) => state.implications(regular);
    const mine = (regular = true) => after(regular).state.accounts.get(ME) as ServiceAccount;
    return { machine, exit, results, after, mine, me, other, initial, state };
  }
  const kindOf = (calls: readonly Item[], world?: World) => run([calls], world).exit.kind;
  const BAD = 0x8000;

  describe("read and write", () => {
    it("store, tell the length before, and remove", () => {
      const { results, mine, me, machine } = run([
        call("read", SELF, DATA, 4, OUT, 0, 100),
        call("write", DATA, 4, DATA, 10),
        call("write", DATA, 4, DATA + 1, 7),
        call("read", SELF, DATA, 4, OUT, 2, 3),
        call("read", ME, DATA, 4, 0, 0, 0),
        call("write", DATA + 4, 0, DATA, 1),
        call("write", DATA, 4, BAD, 0),
        call("write", DATA, 4, BAD, 0),
      ]);
      expect(results).toEqual([NONE, NONE, 10n, 7n, 7n, NONE, 7n, NONE]);
      expect(machine.memory.read(OUT, 5)).toEqual(Uint8Array.of(4, 5, 6, 0, 0));
      expect([...mine().storage()]).toEqual([{ key: new Uint8Array(0), value: Uint8Array.of(1) }]);
      expect([mine().items, mine().octets]).toEqual([1, 35n]);
      // What was given is never changed.
      expect([me.items, me.octets]).toEqual([0, 0n]);
    });

    it("are full where the balance does not cover the footprint", () => {
      // 100 + 10 + 34 + 4 + 10 = 158.
      const write = call("write", DATA, 4, DATA, 10);
      const enough = run([write], { me: (a) => void (a.balance = 158n) });
      expect(enough.results).toEqual([NONE]);
      const less = run([write], { me: (a) => void (a.balance = 157n) });
      expect([less.results, less.mine().items]).toEqual([[FULL], 0]);
      const gratis = run([write], { me: (a) => void Object.assign(a, { balance: 57n, gratis: 101n }) });
      expect(gratis.results).toEqual([NONE]);
      // A refused write leaves the value before.
      const kept = run([write], {
        me: (a) => {
          a.set(bytes(4), bytes(2));
          a.balance = 150n;
        },
      });
      expect([kept.results, kept.mine().get(bytes(4))]).toEqual([[FULL], bytes(2)]);
    });

    it("read other services, of which there may be none", () => {
      const { results } = run([call("read", OTHER, DATA, 4, OUT, 0, 9), call("read", 1n << 40n, DATA, 4, OUT, 0, 9)], {
        other: (a) => a.set(bytes(4), bytes(3)),
      });
      expect(results).toEqual([3n, NONE]);
    });

    it("panic for memory that they cannot use", () => {
      expect(kindOf(call("read", SELF, BAD, 4, OUT, 0, 9))).toBe("panic");
      expect(kindOf(call("write", BAD, 4, DATA, 1))).toBe("panic");
      expect(kindOf(call("write", DATA, 4, BAD, 1))).toBe("panic");
      const stored: World = { me: (a) => a.set(bytes(4), bytes(3)) };
      expect(kindOf(call("read", SELF, DATA, 4, DATA, 0, 9), stored)).toBe("panic");
      expect(kindOf(call("read", SELF, DATA, 4, BAD, 3, 9), stored)).toBe("halt");
    });
  });

  it("lookup finds preimages by hash", () => {
    const preimage = bytes(20, 50);
    const data = blake2b(preimage);
    const world: World = { data, other: (a) => void a.addPreimage(preimage) };
    const { results, machine } = run(
      [
        call("lookup", OTHER, DATA, OUT, 5, 4),
        call("lookup", SELF, DATA, OUT, 0, 9),
        call("lookup", 5, DATA, OUT, 0, 9),
      ],
      world,
    );
    expect(results).toEqual([20n, NONE, NONE]);
    expect(machine.memory.read(OUT, 5)).toEqual(Uint8Array.of(55, 56, 57, 58, 0));
    expect(kindOf(call("lookup", OTHER, BAD, OUT, 0, 9), world)).toBe("panic");
    expect(kindOf(call("lookup", OTHER, DATA, DATA, 0, 9), world)).toBe("panic");
  });

  it("info gives the 96 bytes of an account", () => {
    const world: World = {
      me: (a) => {
        a.set(bytes(1), bytes(1));
        Object.assign(a, { minAccumulateGas: 7n, gratis: 3n, created: 11, lastAccumulation: 12, parent: 13 });
      },
    };
    const { results, machine } = run([call("info", SELF, OUT, 0, 200), call("info", 9, OUT, 0, 200)], world);
    expect(results).toEqual([96n, NONE]);
    const view = new DataView((machine.memory.read(OUT, 96) as Uint8Array<ArrayBuffer>).buffer);
    expect(machine.memory.read(OUT, 32)).toEqual(bytes(32, 100));
    const longs = [32, 40, 48, 56, 64, 76].map((at) => view.getBigUint64(at, true));
    expect(longs).toEqual([1000n, 100n + 10n + 36n - 3n, 7n, 5n, 36n, 3n]);
    expect([72, 84, 88, 92].map((at) => view.getUint32(at, true))).toEqual([1, 11, 12, 13]);
    expect(kindOf(call("info", SELF, DATA, 0, 96))).toBe("panic");
  });

  describe("checkpoint", () => {
    it("is what remains after a panic", () => {
      const calls = [
        call("write", DATA, 1, DATA, 1),
        call("yield", DATA),
        call("checkpoint"),
        call("write", DATA, 1, DATA, 9),
        call("transfer", OTHER, 10, 50, DATA),
        call("yield", DATA + 32),
        call("write", BAD, 1, DATA, 1),
      ];
      const { exit, mine, after } = run(calls);
      expect(exit.kind).toBe("panic");
      expect([mine(true).get(bytes(1))?.length, mine(false).get(bytes(1))?.length]).toEqual([9, 1]);
      expect([after(true).transfers.length, after(false).transfers.length]).toEqual([1, 0]);
      expect([mine(true).balance, mine(false).balance]).toEqual([990n, 1000n]);
      expect(after(false).yielded).toEqual(bytes(32));
      expect(after(true).yielded).toEqual(bytes(32, 33));
    });
    it("gives the gas that is left; without one everything is taken back", () => {
      const { results, after, machine } = run([call("write", DATA, 1, DATA, 1), call("checkpoint")]);
      expect(after(false).state.accounts.get(ME)?.items).toBe(1);
      expect(results[1]).toBeGreaterThanOrEqual(machine.gas);
      const none = run([call("write", DATA, 1, DATA, 1)]);
      expect(none.after(false).state.accounts.get(ME)?.items).toBe(0);
    });
  });

  describe("new", () => {
    // The code of the new account: one request of 1000 bytes, so 100 + 2 * 10 + 81 + 1000.
    const DEPOSIT = 1201n;
    const rich: World = { me: (a) => void (a.balance = 5000n) };
    const make = (gratis: number | bigint = 0, wanted: number | bigint = 0) =>
      call("new", DATA, 1000, 7, 8, gratis, wanted);

    it("makes services with numbers of their own and takes their deposit", () => {
      const { results, mine, after } = run([make(), make()], rich);
      const [first, second] = results.map(Number) as [number, number];
      expect(first).toBeGreaterThanOrEqual(65536);
      expect(second).toBe(65536 + ((first - 65536 + 42) % (2 ** 32 - 65536 - 256)));
      const made = after().state.accounts.get(first) as ServiceAccount;
      expect(made.info(TINY_CHAIN)).toMatchObject({
        codeHash: bytes(32),
        balance: DEPOSIT,
        threshold: DEPOSIT,
        minAccumulateGas: 7n,
        minTransferGas: 8n,
        created: SLOT,
        lastAccumulation: 0,
        parent: ME,
      });
      expect(made.request(bytes(32), 1000n)).toEqual([]);
      expect(mine().balance).toBe(5000n - 2n * DEPOSIT);
    });
    it("costs what the maker can spare", () => {
      expect(run([make()], { me: (a) => void (a.balance = DEPOSIT + 100n) }).mine().balance).toBe(100n);
      const poor = run([make()], { me: (a) => void (a.balance = DEPOSIT + 99n) });
      expect([poor.results, poor.after().state.accounts.size]).toEqual([[CASH], 2]);
    });
    it("lets the manager alone give storage for free, and the registrar alone choose small numbers", () => {
      expect(run([make(5, 0)], rich).results).toEqual([HUH]);
      const privileged = (privileges: object): World => ({
        ...rich,
        state: (s) => ({ ...s, privileges: { ...s.privileges, ...privileges } }),
      });
      const free = run([make(1201, 0)], privileged({ manager: ME }));
      expect(free.mine().balance).toBe(5000n);
      const chosen = run([make(0, 77), make(0, 77), make(0, 65536)], privileged({ registrar: ME }));
      expect(chosen.results.slice(0, 2)).toEqual([77n, FULL]);
      expect(chosen.results[2]).toBeGreaterThan(65536n);
      expect(run([make(0, 77)], rich).results[0]).not.toBe(77n);
    });
    it("panics without a hash, or with a length that is none", () => {
      expect(kindOf(call("new", BAD, 1, 0, 0, 0, 0), rich)).toBe("panic");
      expect(kindOf(call("new", DATA, 1n << 32n, 0, 0, 0, 0), rich)).toBe("panic");
    });
  });

  it("upgrade changes code and gas limits", () => {
    const { results, mine } = run([call("upgrade", DATA, 8, 1n << 63n)]);
    expect(results).toEqual([OK]);
    expect(mine()).toMatchObject({ codeHash: bytes(32), minAccumulateGas: 8n, minTransferGas: 1n << 63n });
    expect(kindOf(call("upgrade", BAD, 8, 9))).toBe("panic");
  });

  describe("transfer", () => {
    const send = (to: number | bigint, amount: number | bigint, gas: number | bigint) =>
      call("transfer", to, amount, gas, DATA);

    it("queues the amount with its memo and takes the gas that goes along", () => {
      const { results, mine, after, machine } = run([send(OTHER, 900, 50)]);
      expect([results, mine().balance]).toEqual([[OK], 100n]);
      const memo = bytes(128);
      expect(after().transfers).toEqual([{ source: ME, destination: OTHER, amount: 900n, memo, gas: 50n }]);
      const free = run([send(OTHER, 901, 50)]);
      expect(free.results).toEqual([CASH]);
      expect(free.machine.gas - machine.gas).toBe(50n);
    });
    it("is refused in the order of the specification", () => {
      expect(
        run([send(5, 5000, 0), send(1n << 40n, 1, 99), send(OTHER, 5000, 49), send(OTHER, 5000, 50)]).results,
      ).toEqual([WHO, WHO, LOW, CASH]);
      expect(kindOf(call("transfer", OTHER, 1, 50, BAD))).toBe("panic");
    });
    it("of more gas than there is does not happen, and nothing is left", () => {
      const { exit, machine, after } = run([send(OTHER, 1, 1n << 62n)]);
      expect([exit.kind, machine.gas, after().transfers.length]).toEqual(["out-of-gas", 0n, 0]);
    });
  });

  describe("preimages", () => {
    const hash = bytes(32);
    const D = TINY_CHAIN.expungePeriod;
    const asked = (slots: readonly number[]): World => ({ me: (a) => a.setRequest(hash, 9n, slots) });
    const old = SLOT - D - 1;

    it("are solicited, unless they are already or the balance does not cover them", () => {
      const first = run([call("solicit", DATA, 9), call("solicit", DATA, 9), call("solicit", DATA, 10)]);
      expect(first.results).toEqual([OK, HUH, OK]);
      expect(first.mine().request(hash, 9n)).toEqual([]);
      const again = run([call("solicit", DATA, 9)], asked([1, 2]));
      expect([again.results, again.mine().request(hash, 9n)]).toEqual([[OK], [1, 2, SLOT]]);
      for (const slots of [[], [1], [1, 2, 3]])
        expect(run([call("solicit", DATA, 9)], asked(slots)).results).toEqual([HUH]);
      const poor = run([call("solicit", DATA, 1000)]);
      expect([poor.results, poor.mine().items]).toEqual([[FULL], 0]);
      expect(run([call("solicit", DATA, 1n << 60n)]).results).toEqual([FULL]);
      expect(kindOf(call("solicit", BAD, 9))).toBe("panic");
    });

    it("are queried", () => {
      const query = [...call("query", DATA, 9), ["store_u64", 8, HEAP + 256] as Item];
      const of = (slots: readonly number[]) => {
        const { results, machine } = run([query], asked(slots));
        return [results[0], machine.memory.readU64(HEAP + 256)];
      };
      expect(of([])).toEqual([0n, 0n]);
      expect(of([5])).toEqual([1n + (5n << 32n), 0n]);
      expect(of([5, 6])).toEqual([2n + (5n << 32n), 6n]);
      expect(of([5, 6, 7])).toEqual([3n + (5n << 32n), 6n + (7n << 32n)]);
      const none = run([query]);
      expect([none.results[0], none.machine.memory.readU64(HEAP + 256)]).toEqual([NONE, 0n]);
      expect(kindOf(call("query", BAD, 9))).toBe("panic");
    });

    it.each([
      [[], undefined, OK],
      [[5], [5, SLOT], OK],
      [[5, old], undefined, OK],
      [[5, old + 1], [5, old + 1], HUH],
      [[5, old, 900], [900, SLOT], OK],
      [[5, old + 1, 999], [5, old + 1, 999], HUH],
    ] as const)("requested with slots %j are forgotten to %j", (slots, then, result) => {
      const { results, mine } = run([call("forget", DATA, 9)], asked(slots));
      expect([results, mine().request(hash, 9n)]).toEqual([[result], then]);
    });

    it("that were never requested cannot be forgotten", () => {
      expect(run([call("forget", DATA, 9)]).results).toEqual([HUH]);
      expect(kindOf(call("forget", BAD, 9))).toBe("panic");
    });

    it("are provided once, for services that wait for them", () => {
      const preimage = bytes(40, 7);
      const world: World = { data: preimage, other: (a) => a.setRequest(blake2b(preimage), 40n, []) };
      const { results, after } = run(
        [
          call("provide", OTHER, DATA, 40),
          call("provide", OTHER, DATA, 40),
          call("provide", OTHER, DATA, 39),
          call("provide", SELF, DATA, 40),
          call("provide", 5, DATA, 40),
        ],
        world,
      );
      expect(results).toEqual([OK, HUH, HUH, HUH, WHO]);
      expect(after().provisions).toEqual([{ service: OTHER, preimage }]);
      expect(after(false).provisions).toEqual([]);
      expect(kindOf(call("provide", OTHER, BAD, 40), world)).toBe("panic");
    });
  });

  describe("eject", () => {
    const owner = new Uint8Array(32);
    new DataView(owner.buffer).setUint32(0, ME, true);
    const hash = bytes(32);
    const old = SLOT - TINY_CHAIN.expungePeriod - 1;
    const doomed =
      (slots: readonly number[], change: (a: ServiceAccount) => void = () => {}): World["other"] =>
      (a) => {
        a.codeHash = owner;
        a.setRequest(hash, 9n, slots);
        change(a);
      };

    it("takes a service away that has nothing left, and its balance", () => {
      const { results, mine, after } = run([call("eject", OTHER, DATA)], { other: doomed([5, old]) });
      expect([results, mine().balance, after().state.accounts.has(OTHER)]).toEqual([[OK], 1500n, false]);
    });
    it("is refused for others", () => {
      const of = (other: World["other"], service: number | bigint = OTHER) =>
        run([call("eject", service, DATA)], { other }).results[0];
      expect(of(doomed([5, old]), 5)).toBe(WHO);
      expect(of(doomed([5, old]), ME)).toBe(WHO);
      expect(of(doomed([5, old], (a) => void (a.codeHash = bytes(32))))).toBe(WHO);
      expect(of(doomed([5, old], (a) => a.set(bytes(1), bytes(1))))).toBe(HUH);
      expect(of(doomed([5, old + 1]))).toBe(HUH);
      expect(of(doomed([5]))).toBe(HUH);
      expect(of((a) => a.setRequest(bytes(32, 2), 9n, [5, old]))).toBe(WHO);
      expect(kindOf(call("eject", OTHER, BAD), { other: doomed([5, old]) })).toBe("panic");
    });
  });

  describe("privileges", () => {
    const chosen = (privileges: object): World => ({
      state: (s) => ({ ...s, privileges: { ...s.privileges, ...privileges } }),
    });

    it("are blessed by whoever asks; the chain decides what counts", () => {
      const data = new Uint8Array(100);
      const view = new DataView(data.buffer);
      [1, 2].forEach((v, i) => void view.setUint32(4 * i, v, true));
      view.setUint32(8, 9, true);
      view.setBigUint64(12, 99n, true);
      const { results, after } = run([call("bless", 5, DATA, 6, 7, DATA + 8, 1)], { data });
      expect(results).toEqual([OK]);
      expect(after().state.privileges).toEqual({
        manager: 5,
        assigners: [1, 2],
        delegator: 6,
        registrar: 7,
        alwaysAccumulate: new Map([[9, 99n]]),
      });
      const big = 1n << 32n;
      expect(
        run([
          call("bless", big, DATA, 6, 7, 0, 0),
          call("bless", 1, DATA, big, 7, 0, 0),
          call("bless", 1, DATA, 2, big, 0, 0),
        ]).results,
      ).toEqual([WHO, WHO, WHO]);
      expect(kindOf(call("bless", big, BAD, 6, 7, 0, 0))).toBe("panic");
      expect(kindOf(call("bless", big, DATA, 6, 7, DATA, big))).toBe("panic");
    });

    it("let the assigner of a core fill its queue and name the next assigner", () => {
      const queue = new Uint8Array(80 * 32).map((_, i) => i >> 5);
      const world = { ...chosen({ assigners: [1, ME] }), data: queue };
      const { results, after } = run(
        [
          call("assign", 2, DATA, 5),
          call("assign", 0, DATA, 5),
          call("assign", 1, DATA, 1n << 32n),
          call("assign", 1, DATA, 5),
          call("assign", 1, DATA, 5),
        ],
        world,
      );
      expect(results).toEqual([CORE, HUH, WHO, OK, HUH]);
      expect(after().state.privileges.assigners).toEqual([1, 5]);
      expect(after().state.authorizerQueues[1]?.length).toBe(80);
      expect(after().state.authorizerQueues[1]?.[79]).toEqual(new Uint8Array(32).fill(79));
      expect(kindOf(call("assign", 1, BAD, 5), world)).toBe("panic");
    });

    it("let the delegator name the validators to come", () => {
      const keys = new Uint8Array(6 * 336).map((_, i) => i / 336);
      const { results, after } = run([call("designate", DATA)], { ...chosen({ delegator: ME }), data: keys });
      expect(results).toEqual([OK]);
      expect(after().state.validators.map((v) => [v.length, v[0]])).toEqual([0, 1, 2, 3, 4, 5].map((n) => [336, n]));
      expect(run([call("designate", DATA)], { data: keys }).results).toEqual([HUH]);
      expect(kindOf(call("designate", BAD))).toBe("panic");
    });
  });

  it("yield keeps the hash it was given last", () => {
    const { results, after } = run([call("yield", DATA), call("yield", DATA + 1)]);
    expect([results, after().yielded]).toEqual([[OK, OK], bytes(32, 2)]);
    expect(kindOf(call("yield", BAD))).toBe("panic");
  });

  it("every call is out of gas below 10, with nothing done", () => {
    const names = [
      "lookup",
      "read",
      "write",
      "info",
      "bless",
      "assign",
      "designate",
      "checkpoint",
      "new",
      "upgrade",
      "transfer",
      "eject",
      "query",
      "solicit",
      "forget",
      "yield",
      "provide",
    ] as const;
    for (const name of names) {
      const items = call(name, DATA, 1, DATA, 1, DATA, 0);
      const block =
        profile === "072"
          ? 7n
          : BigInt(pvm.load(spi("080", [...items, save(0), ...HALT]), { profile }).code.blockCost(0));
      const { exit, machine, mine, after } = run([items], { gas: block + 9n });
      expect([name, exit.kind, machine.gas]).toEqual([name, "out-of-gas", 0n]);
      expect([mine().items, after().yielded, mine(false)]).toEqual([0, undefined, mine()]);
    }
  });
});

describe("an account's footprint", () => {
  it("is kept while it changes", () => {
    const a = new ServiceAccount();
    a.set(bytes(3), bytes(5));
    a.set(bytes(3), bytes(2));
    const hash = a.addPreimage(bytes(10));
    expect([a.items, a.octets]).toEqual([3, 34n + 5n + 81n + 10n]);
    const copy = a.clone();
    a.setRequest(hash, 10n, undefined);
    a.set(bytes(3), undefined);
    expect([a.items, a.octets, a.threshold(FULL_CHAIN)]).toEqual([0, 0n, 100n]);
    expect([copy.items, copy.octets, copy.threshold(FULL_CHAIN)]).toEqual([3, 130n, 260n]);
  });

  it.each([
    [[], 5, false],
    [[3], 2, false],
    [[3], 3, true],
    [[3, 6], 5, true],
    [[3, 6], 6, false],
    [[3, 6, 9], 8, false],
    [[3, 6, 9], 9, true],
    [[3, 6, 9], 4, true],
  ] as const)("a preimage with slots %j is there at slot %i: %s", (slots, at, there) => {
    const a = new ServiceAccount();
    const hash = a.addPreimage(bytes(10));
    a.setRequest(hash, 10n, slots);
    expect(a.historicalLookup(hash, at) !== undefined).toBe(there);
  });
});
