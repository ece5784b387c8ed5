import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pvm } from "../../../pvm.js";
import { HOST_CALLS, type HostCallName } from "../host-calls.js";
import type { Profile } from "../profiles.js";
import { ServiceAccount } from "./accounts.js";
import { Accumulation, emptyState, type PartialState } from "./accumulation.js";
import { blob, call, HALT, type Item, li, spi } from "./assemble.test-support.js";
import { hex } from "./codec.js";
import { TINY_CHAIN } from "./constants.js";
import { JamHost } from "./host.js";
import { Refinement } from "./invocations.js";
import { TraceRecorder } from "./recorder.js";
import { replayTrace } from "./replay.js";

const HEAP = 0x30000;
const DATA = 0x10000;
const ME = 70_000;

/** Addresses, lengths, handles, numbers of services: what is valid somewhere, and what lies just beside it. */
const VALUES: readonly (number | bigint)[] = [
  ...[0, 1, 2, 3, 4, 5, 8, 15, 16, 32, 48, 100, 112, 128, 4104],
  ...[DATA, DATA + 40, DATA + 4095, HEAP, HEAP + 8, HEAP + 0x1000, HEAP + 0xfff8, HEAP + 0x10000, 0x8000, 0xfefdf000],
  ...[ME, ME + 1, 65_535, 2 ** 20 - 1, 2 ** 20, 2 ** 32 - 1, 2 ** 32],
  ...[1n << 40n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n, (1n << 64n) - 2n],
];
const value = fc.constantFrom(...VALUES);
const step = fc.record({
  name: fc.nat(40),
  args: fc.tuple(value, value, value, value, value, value),
});
const INNER: readonly Item[] = [["ecalli", 7], ["load_u64", 9, 0x20000], ["add_imm_64", 7, 7, 1], ...HALT];

function programOf(profile: Profile, steps: readonly { name: number; args: readonly (number | bigint)[] }[]) {
  const names = Object.keys(HOST_CALLS[profile]) as HostCallName[];
  const inner = blob(profile, INNER);
  const readOnly = new Uint8Array(8192).map((_, i) => i % 251);
  readOnly.set(inner, 40);
  // Two machines exist whatever the steps do, and there is gas in the block that they may be invoked with.
  const items: Item[] = [
    ...call("machine", DATA + 40, inner.length, 0),
    ...call("pages", 0, 32, 1, 2),
    ...call("machine", DATA + 40, inner.length, 0),
    li(2, 1000),
    ["store_u64", 2, HEAP],
  ];
  for (const { name, args } of steps)
    items.push(...call(names[name] ?? name, ...args), ["store_u64", 7, HEAP + 0x2000]);
  return spi(profile, [...items, ...HALT], { readOnly });
}

function stateText({ accounts, privileges }: PartialState): string {
  return [...accounts]
    .map(([id, a]) => `${id} ${a.balance} ${a.items} ${a.octets} ${hex(a.codeHash)}`)
    .concat(JSON.stringify([privileges.manager, privileges.assigners]))
    .join("\n");
}

function run(profile: Profile, tier: "interpreter" | "jit:eager" | "portable", bytes: Uint8Array) {
  const account = new ServiceAccount({ balance: 100_000n });
  account.addPreimage(Uint8Array.of(1, 2, 3), 1);
  const other = new ServiceAccount({ balance: 1000n, minTransferGas: 3n });
  const privileges = {
    ...emptyState(TINY_CHAIN).privileges,
    manager: ME,
    registrar: ME,
    delegator: ME,
    assigners: [ME, 1],
  };
  const initial = {
    ...emptyState(TINY_CHAIN),
    privileges,
    accounts: new Map([
      [ME, account],
      [ME + 1, other],
    ]),
  };
  const before = stateText(initial);
  const state = new Accumulation({
    state: initial,
    service: ME,
    slot: 100,
    entropy: new Uint8Array(32),
    chain: TINY_CHAIN,
  });
  const refinement = new Refinement(initial.accounts, 50, 0, TINY_CHAIN);
  const host = new JamHost({
    profile,
    service: ME,
    fetch: { constants: TINY_CHAIN, entropy: new Uint8Array(32), inputs: [] },
    accumulate: state,
    refine: refinement,
    log: () => {},
  });
  const recorder = new TraceRecorder();
  const program = pvm.load(bytes, { profile, format: "spi" });
  const machine = program.instantiate({
    tier,
    gas: 1_000_000n,
    memory: { max: 1 << 22 },
    ...recorder.wrap(host.options),
  });
  recorder.begin(machine);
  const exit = machine.run({ timeout: 10_000 });
  const ended = exit.kind !== "host-error" && exit.kind !== "interrupted";
  if (ended) recorder.end(machine, exit);
  const { state: after, transfers, provisions } = state.implications(true);
  const seen = {
    exit: exit.kind === "host-error" ? `${exit.name} ${(exit.error as { code?: string }).code}` : exit.kind,
    pc: exit.pc,
    gas: machine.gas,
    registers: [...machine.registers],
    heap: hex(machine.memory.read(HEAP, 0x3000) as Uint8Array),
    state: stateText(after),
    counts: [transfers.length, provisions.length, refinement.exports.length, host.inner?.pool.machines],
    budget: machine.memory.budget?.used,
  };
  const snapshot = ended || exit.kind === "host-error" ? host.snapshot(machine).length > 0 : true;
  host.dispose();
  machine.dispose();
  return {
    seen,
    exit,
    trace: ended ? recorder.trace() : undefined,
    untouched: stateText(initial) === before,
    snapshot,
  };
}

describe.each(["072", "080"] as const)("host calls with arbitrary arguments, profile %s", (profile) => {
  it("never throw, never touch what they were given, and do the same in every tier and in a replay", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const bytes = programOf(profile, steps);
        const first = run(profile, "interpreter", bytes);
        kinds.add(first.seen.exit);
        expect(["halt", "panic", "out-of-gas", "machine JAM_INNER_LIMIT", "pages JAM_INNER_LIMIT"]).toContain(
          first.seen.exit,
        );
        expect(first.untouched && first.snapshot).toBe(true);
        expect(run(profile, "portable", bytes).seen).toEqual(first.seen);
        if (first.trace !== undefined) {
          expect(replayTrace(pvm, first.trace, { tier: "portable", memory: { max: 1 << 22 } }).differences).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
    expect(kinds).toContain("halt");
    expect(kinds).toContain("panic");
  });

  it("do the same when the code is compiled", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const bytes = programOf(profile, steps);
        expect(run(profile, "jit:eager", bytes).seen).toEqual(run(profile, "interpreter", bytes).seen);
      }),
      { numRuns: 8 },
    );
  });
});
