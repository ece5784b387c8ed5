import { describe, expect, it } from "vitest";
import { jam, replayTrace } from "../../../jam.js";
import { pvm } from "../../../pvm.js";
import { ServiceAccount } from "./accounts.js";
import { emptyState } from "./accumulation.js";
import { call, HALT, type Item, spi } from "./assemble.test-support.js";
import { TINY_CHAIN } from "./constants.js";
import { JamHost } from "./host.js";
import { TraceRecorder } from "./recorder.js";
import { compareTraces, type EcalliTrace, parseTrace, printTrace } from "./trace.js";

const CASES = (["072", "080"] as const).flatMap((profile) =>
  (["interpreter", "portable"] as const).map((tier) => ({ profile, tier })),
);
const HEAP = 0x30000;
const DATA = 0x10000;
const BAD = 0x8000;
const SELF = (1n << 64n) - 1n;
const bytes = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => first + i);

/** The example of JIP-7. */
const EXAMPLE = `comment implementation typeberry 0.8.3
comment chain-id fluffy-testnet
comment accumulate
program 0x0102aabbccddeeff
memwrite 0x00001000 len=8 <- 0x0000000000000001
start pc=0 gas=10000 r07=0x10 r09=0x10000

ecalli=10 pc=42 gas=9980 r01=0x1 r03=0x1000
memread 0x00001000 len=4 -> 0x01020304
memread 0x00001020 len=8 -> 0x0000000000000040
memwrite 0x00002000 len=2 <- 0xffee
setreg r00 <- 0x100
setreg r02 <- 0x4
setgas <- 9950

HALT pc=42 gas=9920 r00=0x100 r02=0x4
`;

describe("the text of a trace", () => {
  it("is parsed and printed again as it was", () => {
    const trace = parseTrace(EXAMPLE);
    expect(trace.comments).toEqual(["implementation typeberry 0.8.3", "chain-id fluffy-testnet", "accumulate"]);
    expect(trace.start).toMatchObject({ pc: 0, gas: 10_000n, line: 6 });
    expect(trace.start.registers).toEqual([0n, 0n, 0n, 0n, 0n, 0n, 0n, 16n, 0n, 65536n, 0n, 0n, 0n]);
    expect(trace.calls).toHaveLength(1);
    expect(trace.calls[0]).toMatchObject({ id: 10, pc: 42, gas: 9980n, gasSet: 9950n, line: 8 });
    expect(trace.calls[0]?.reads.map(({ address, line }) => [address, line])).toEqual([
      [0x1000, 9],
      [0x1020, 10],
    ]);
    expect(trace.end).toMatchObject({ kind: "HALT", pc: 42, gas: 9920n });
    expect(printTrace(trace)).toBe(EXAMPLE);
  });

  it("may stand in a log", () => {
    const log = EXAMPLE.split("\n")
      .flatMap((line) => [`TRACE [  ecalli] ${line}`, "INFO  [runner] start of something with ecalli and HALT"])
      .join("\r\n");
    expect(printTrace(parseTrace(log))).toBe(EXAMPLE);
  });

  it("puts what the host did in order", () => {
    const trace = parseTrace(EXAMPLE);
    const [only] = trace.calls;
    const mixed = {
      ...trace,
      calls: [{ ...only, reads: [...only.reads].reverse(), registersSet: [...only.registersSet].reverse() }],
    };
    expect(printTrace(mixed)).toBe(EXAMPLE);
  });

  it.each([
    ["memread 0x00001000 len=4 -> 0x01020304", "memread 0x00001000 len=5 -> 0x01020304", "JAM_TRACE_VALUE", 9, 1],
    ["memread 0x00001000 len=4 -> 0x01020304", "memread 0x00001000 len=4 <- 0x01020304", "JAM_TRACE_SYNTAX", 9, 1],
    ["memread 0x00001000 len=4 -> 0x01020304", "x memread 0x00001000 len=4 -> 0x0102030", "JAM_TRACE_VALUE", 9, 3],
    ["memread 0x00001000 len=4 -> 0x01020304", "memread 0x100001000 len=4 -> 0x01020304", "JAM_TRACE_VALUE", 9, 1],
    ["setreg r00 <- 0x100", "setreg r13 <- 0x100", "JAM_TRACE_VALUE", 12, 1],
    ["setreg r00 <- 0x100", "setreg r00 <- 0x10000000000000000", "JAM_TRACE_VALUE", 12, 1],
    ["setgas <- 9950", "setgas <- lots", "JAM_TRACE_SYNTAX", 14, 1],
    ["setgas <- 9950", "setgas <- 9223372036854775808", "JAM_TRACE_VALUE", 14, 1],
    ["ecalli=10 pc=42", "ecalli=10 pc=x", "JAM_TRACE_SYNTAX", 8, 1],
    ["ecalli=10 pc=42", "ecalli=4294967296 pc=42", "JAM_TRACE_VALUE", 8, 1],
    ["start pc=0 gas=10000 r07=0x10 r09=0x10000", "nothing", "JAM_TRACE_ORDER", 8, 1],
    ["program 0x0102aabbccddeeff", "program", "JAM_TRACE_ORDER", 6, 1],
    ["setgas <- 9950", "program 0x00", "JAM_TRACE_ORDER", 14, 1],
    ["setgas <- 9950", "OOG pc=1 gas=0", "JAM_TRACE_ORDER", 16, 1],
    ["HALT pc=42 gas=9920 r00=0x100 r02=0x4", "", "JAM_TRACE_ORDER", 17, 1],
    ["ecalli=10 pc=42 gas=9980 r01=0x1 r03=0x1000", "", "JAM_TRACE_ORDER", 9, 1],
  ])("with %j as %j is refused where it goes wrong", (line, instead, code, at, column) => {
    expect(() => parseTrace(EXAMPLE.replace(line, instead))).toThrow(
      expect.objectContaining({ name: "LoadError", code, line: at, column }),
    );
  });

  it("takes negative gas, which some engines report, for none", () => {
    expect(parseTrace(EXAMPLE.replace("HALT pc=42 gas=9920", "OOG pc=42 gas=-7")).end).toMatchObject({
      kind: "OOG",
      gas: 0n,
    });
  });
});

describe("two traces", () => {
  const changed = (change: (text: string) => string) => compareTraces(parseTrace(EXAMPLE), parseTrace(change(EXAMPLE)));
  it("that are alike have no differences", () => {
    expect(changed((t) => t.replace("comment accumulate", "comment refine"))).toEqual([]);
  });
  it.each([
    ["gas=9980", "gas=9981", { at: 0, line: 8, what: "gas", expected: "9980", actual: "9981" }],
    ["r03=0x1000", "r03=0x1001", { at: 0, line: 8, what: "r03", expected: "0x1000", actual: "0x1001" }],
    ["setgas <- 9950\n", "", { at: 0, what: "setgas <-", expected: "setgas <- 9950", actual: "nothing" }],
    ["0xffee", "0xffef", { at: 0, what: "memwrite 0x00002000" }],
    ["ecalli=10", "ecalli=11", { at: 0, what: "ecalli", expected: "ecalli=10 pc=42", actual: "ecalli=11 pc=42" }],
    ["HALT", "OOG", { at: "end", expected: "HALT", actual: "OOG" }],
    ["program 0x01", "program 0x02", { at: "start", what: "program 0x0102aabbccddeeff" }],
    ["start pc=0", "start pc=5", { at: "start", what: "pc", expected: "0", actual: "5" }],
  ])("differ where %j is %j", (from, to, difference) => {
    expect(changed((t) => t.replace(from, to))).toEqual([expect.objectContaining(difference)]);
  });
});

describe.each(CASES)("recording and replaying, profile $profile, tier $tier", ({ profile, tier }) => {
  /** Accumulates a program of some calls, recorded. */
  function record(calls: readonly Item[], gas = 100_000n): { trace: EcalliTrace; status: string } {
    const code = spi(profile, [["trap"], ["trap"], ["trap"], ["trap"], ["trap"], ...calls, ...HALT], {
      readOnly: bytes(256),
    });
    const account = new ServiceAccount({ balance: 10_000n });
    account.set(bytes(4), bytes(9, 30));
    const state = { ...emptyState(TINY_CHAIN), accounts: new Map([[70_000, account]]) };
    const recorder = new TraceRecorder(["accumulate"]);
    const outcome = jam.accumulate(code, {
      profile,
      tier,
      chain: TINY_CHAIN,
      state,
      service: 70_000,
      slot: 5,
      gas,
      inputs: [],
      observer: recorder,
    });
    return { trace: recorder.trace(), status: outcome.status };
  }
  const CALLS = [
    ...call("read", SELF, DATA, 4, HEAP, 2, 5),
    ...call("write", DATA, 3, DATA, 8),
    ...(profile === "080" ? call("grow_heap", HEAP / 4096 + 40) : []),
    ["load_u64", 3, HEAP] as Item,
    ...call("gas"),
    ...call("query", DATA, 4),
    ...call(99),
  ];

  it("notes every word between program and host", () => {
    const { trace } = record(CALLS);
    const text = printTrace(trace);
    expect(text).toContain("comment accumulate\n");
    expect(text).toContain(`comment profile ${profile}\n`);
    // Slot 5, service 70,000 as a natural, no inputs.
    expect(text).toContain("memwrite 0xfeff0000 len=5 <- 0x05c1701100\n");
    const [read, write] = trace.calls;
    expect(read?.reads).toEqual([{ address: DATA, bytes: bytes(4) }]);
    expect(read?.writes).toEqual([{ address: HEAP, bytes: bytes(5, 32) }]);
    expect(read?.registersSet).toEqual([{ index: 7, value: 9n }]);
    expect(read?.gasSet).toBe((read?.gas as bigint) - 10n);
    expect(write?.reads.map((r) => r.bytes.length)).toEqual([3, 8]);
    const query = trace.calls.at(-2);
    expect(query?.registersSet.map((r) => r.index)).toEqual([7, 8]);
    expect(trace.end.kind).toBe("HALT");
    expect(parseTrace(text)).toMatchObject({ comments: trace.comments, end: { gas: trace.end.gas } });
    expect(compareTraces(parseTrace(text), trace)).toEqual([]);
  });

  it.each(["interpreter", "portable"] as const)("replays without any state in tier %s", (other) => {
    const { trace } = record(CALLS);
    const replay = replayTrace(parseTrace(printTrace(trace)), { tier: other });
    expect(replay).toMatchObject({ differences: [], exit: { kind: "halt" }, calls: trace.calls.length });
  });

  it("replays runs that end in a host call, in a panic, and without gas", () => {
    for (const [calls, gas, status] of [
      [[...call("gas"), ...call("write", BAD, 3, DATA, 8)], 100_000n, "panic"],
      [[...call("gas"), ["trap"] as Item], 100_000n, "panic"],
      [[...call("gas"), ["load_u64", 7, 0x7000_0000] as Item], 100_000n, "panic"],
      [[...call("gas"), ...call("transfer", 70_000, 1, 1n << 60n, DATA)], 100_000n, "out-of-gas"],
      [["again:", ...call("gas"), ["jump", "again"] as Item], 5000n, "out-of-gas"],
    ] as const) {
      const { trace, status: got } = record(calls, gas);
      expect(got).toBe(status);
      expect(replayTrace(parseTrace(printTrace(trace)), { tier }).differences).toEqual([]);
    }
  });

  it("tells where a run parts from the trace", () => {
    const { trace } = record(CALLS);
    const text = printTrace(trace);
    const differences = (change: (t: string) => string) => replayTrace(parseTrace(change(text)), { tier }).differences;
    const lineOf = (part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;
    const wrongRead = differences((t) =>
      t.replace("memread 0x00010000 len=4 -> 0x01", "memread 0x00010000 len=4 -> 0x02"),
    );
    expect(wrongRead).toEqual([
      { at: 0, line: lineOf("memread"), what: "memread 0x10000", expected: "0x02020304", actual: "0x01020304" },
    ]);
    // A value that the host is said to have written shows at the next call.
    const wrongWrite = differences((t) => t.replace("<- 0x2021222324", "<- 0x2021222325"));
    expect(wrongWrite.length).toBeGreaterThan(0);
    expect(wrongWrite[0]).toMatchObject({ what: "r03" });
    const unwritable = differences((t) => t.replace("memwrite 0x00030000", "memwrite 0x00010000"));
    expect(unwritable[0]).toMatchObject({ at: 0, what: "memwrite 0x10000", actual: "not writable" });
    const gone = differences((t) => t.replace(/\necalli=99[^\n]*\nsetreg[^\n]*\nsetgas[^\n]*/, ""));
    expect(gone).toEqual([
      expect.objectContaining({ at: trace.calls.length - 1, what: "ecalli", expected: "no host call" }),
    ]);
    const early = differences((t) => t.replace("HALT ", "PANIC=0 "));
    expect(early[0]).toMatchObject({ at: "end", what: "end", expected: "PANIC", actual: "HALT" });
    // From the first call on the trace says what gas there is.
    const gas = differences((t) => t.replace(/start pc=5 gas=\d+/, "start pc=5 gas=50000"));
    expect(gas).toEqual([expect.objectContaining({ at: 0, what: "gas" })]);
  });

  it("stops after as many differences as it was told", () => {
    const { trace } = record(CALLS);
    const text = printTrace(trace).replace(/gas=(\d+) r/g, (_, gas) => `gas=${Number(gas) + 1} r`);
    expect(replayTrace(parseTrace(text), { tier, limit: 1 }).differences.length).toBeLessThanOrEqual(2);
  });
});

/** A program of one `trap`, as a blob: no jump table, one byte of code, its mask. */
const TRAP = Uint8Array.of(0, 0, 1, 0, 1);

it("the inner run of an `invoke` is one call of the trace, with its block read and written", () => {
  const items = [...call("machine", DATA, TRAP.length, 0), ...call("invoke", 0, HEAP), ...HALT];
  const program = pvm.load(spi("080", items, { readOnly: TRAP }));
  const recorder = new TraceRecorder();
  const host = new JamHost({ profile: "080", inner: true });
  const machine = program.instantiate({ gas: 10_000n, ...recorder.wrap(host.options) });
  recorder.begin(machine);
  const exit = machine.run();
  recorder.end(machine, exit);
  const [made, invoked] = recorder.trace().calls;
  expect(made).toMatchObject({ id: 9, registersSet: [{ index: 7, value: 0n }] });
  expect(invoked).toMatchObject({ id: 13, registersSet: [{ index: 7, value: 4n }] });
  expect(invoked?.reads.map((r) => r.bytes.length)).toEqual([112]);
  expect(invoked?.writes.map((r) => r.bytes.length)).toEqual([112]);
  expect(replayTrace(recorder.trace()).differences).toEqual([]);
  host.dispose();
});

it("is refused for runs that have not ended and programs without a layout", () => {
  const recorder = new TraceRecorder();
  expect(() => recorder.trace()).toThrow(expect.objectContaining({ code: "JAM_TRACE_END" }));
  const raw = pvm.load(TRAP, { format: "blob" }).instantiate();
  expect(() => recorder.begin(raw)).toThrow(expect.objectContaining({ code: "JAM_TRACE_PROGRAM" }));
});
