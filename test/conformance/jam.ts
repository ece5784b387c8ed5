/**
 * `npm run conformance:jam -- traces FOLDER` replays a folder of ecalli traces (JIP-7, `*.log`);
 * `npm run conformance:jam -- accumulate FOLDER` runs the public accumulation vectors for 0.7.2 (`tiny/`, `full/`):
 * services, gas, storage, balances and privileges after a block are compared.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AccumulateInput,
  blake2b,
  type ChainConstants,
  emptyState,
  FULL_CHAIN,
  jam,
  type PartialState,
  parseTrace,
  printTrace,
  replayTrace,
  ServiceAccount,
  serviceCode,
  TINY_CHAIN,
  type Transfer,
  type WorkError,
  type WorkResult,
} from "vivarium/jam";
import type { PvmTier } from "vivarium/pvm";
import { parseExact } from "./vectors.js";

const TIERS: readonly PvmTier[] = ["interpreter", "jit", "portable"];

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.slice(2).match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
function hex(value: Uint8Array): string {
  return `0x${[...value].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
}

// Traces ------------------------------------------------------------------------------------------------------------

function traceDifferences(text: string, tier: PvmTier): string[] {
  const trace = parseTrace(text);
  const lines = (of: string): string[] => of.split("\n").filter((line) => line !== "" && !line.startsWith("comment"));
  const [before, after] = [lines(text), lines(printTrace(trace))];
  const changed = before.findIndex((line, k) => line !== after[k]);
  const { differences } = replayTrace(trace, { tier });
  return [
    ...(changed < 0 ? [] : [`printed differently from line ${changed + 1} on`]),
    ...differences.map(({ at, line, what, expected, actual }) => {
      return `${at} (line ${line ?? "-"}) ${what}: ${expected.slice(0, 60)} expected, ${actual.slice(0, 60)} found`;
    }),
  ];
}

// Accumulation ------------------------------------------------------------------------------------------------------

type Integer = number | bigint;
interface Digest {
  service_id: Integer;
  payload_hash: string;
  accumulate_gas: Integer;
  result: Record<string, string | null>;
}
interface Report {
  package_spec: { hash: string; exports_root: string };
  context: { prerequisites: string[] };
  authorizer_hash: string;
  auth_output: string;
  segment_root_lookup: { work_package_hash: string }[];
  results: Digest[];
}
interface Account {
  id: Integer;
  data: {
    service: Record<string, Integer> & { code_hash: string };
    storage: { key: string; value: string }[];
    preimage_blobs: { hash: string; blob: string }[];
    preimage_requests: { key: { hash: string; length: Integer }; value: Integer[] }[];
  };
}
interface ChainState {
  entropy: string;
  ready_queue: { report: Report; dependencies: string[] }[][];
  accumulated: string[][];
  privileges: {
    bless: Integer;
    assign: Integer[];
    designate: Integer;
    register: Integer;
    always_acc: { id: Integer; gas: Integer }[];
  };
  statistics: { id: Integer; record: { accumulate_count: Integer; accumulate_gas_used: Integer } }[];
  accounts: Account[];
}
interface AccumulateVector {
  input: { slot: Integer; reports: Report[] };
  pre_state: ChainState;
  post_state: ChainState;
}

const ERRORS: Readonly<Record<string, WorkError>> = {
  out_of_gas: "out-of-gas",
  panic: "panic",
  bad_exports: "bad-exports",
  output_oversize: "oversize",
  bad_code: "bad-code",
  code_oversize: "code-too-large",
};

function resultOf(result: Digest["result"]): WorkResult {
  const [kind, value] = Object.entries(result)[0] as [string, string | null];
  return kind === "ok" ? bytes(value as string) : (ERRORS[kind] as WorkError);
}

function accountOf({ data }: Account): ServiceAccount {
  const { service } = data;
  const account = new ServiceAccount({
    codeHash: bytes(service.code_hash),
    balance: BigInt(service.balance),
    minAccumulateGas: BigInt(service.min_item_gas),
    minTransferGas: BigInt(service.min_memo_gas),
    gratis: BigInt(service.deposit_offset),
    created: Number(service.creation_slot),
    lastAccumulation: Number(service.last_accumulation_slot),
    parent: Number(service.parent_service),
  });
  for (const { key, value } of data.storage) account.set(bytes(key), bytes(value));
  for (const { blob } of data.preimage_blobs) account.addPreimage(bytes(blob));
  for (const { key, value } of data.preimage_requests) {
    account.setRequest(bytes(key.hash), BigInt(key.length), value.map(Number));
  }
  return account;
}

/** What is compared of an account, in an order of its own. */
function accountText(account: ServiceAccount, chain: ChainConstants): string {
  const storage = [...account.storage()].map(({ key, value }) => `${hex(key)}=${hex(value)}`).sort();
  const requests = [...account.requests()].map((r) => `${hex(r.hash)} ${r.length}: ${r.slots.join()}`).sort();
  const preimages = [...account.preimages()].map((p) => hex(blake2b(p))).sort();
  const info = Object.entries(account.info(chain)).map(
    ([name, v]) => `${name}=${v instanceof Uint8Array ? hex(v) : v}`,
  );
  return [...info, ...storage, ...requests, ...preimages].join("\n");
}

interface Queued {
  readonly report: Report;
  readonly missing: ReadonlySet<string>;
}

/** The queue without what has been done, and without dependencies on it (GP 12.7). */
function edited(queue: readonly Queued[], done: ReadonlySet<string>): Queued[] {
  return queue
    .filter(({ report }) => !done.has(report.package_spec.hash))
    .map(({ report, missing }) => ({ report, missing: new Set([...missing].filter((h) => !done.has(h))) }));
}

/** The reports that can be accumulated, in order (GP 12.8 to 12.12). */
function accumulatable(vector: AccumulateVector, chain: ChainConstants): Report[] {
  const { input, pre_state: pre } = vector;
  const needs = (r: Report): string[] => [
    ...r.context.prerequisites,
    ...r.segment_root_lookup.map((s) => s.work_package_hash),
  ];
  const out = input.reports.filter((r) => needs(r).length === 0);
  const queued = (reports: { report: Report; dependencies: string[] }[]): Queued[] =>
    reports.map(({ report, dependencies }) => ({ report, missing: new Set(dependencies) }));
  const fresh = input.reports
    .filter((r) => needs(r).length > 0)
    .map((report) => ({ report, dependencies: needs(report) }));
  const m = Number(input.slot) % chain.epochLength;
  const before = [...pre.ready_queue.slice(m), ...pre.ready_queue.slice(0, m)].flat();
  const known = new Set(pre.accumulated.flat());
  let queue = edited(
    [...queued(before), ...edited(queued(fresh), known)],
    new Set(out.map((r) => r.package_spec.hash)),
  );
  for (;;) {
    const ready = queue.filter(({ missing }) => missing.size === 0).map(({ report }) => report);
    if (ready.length === 0) return out;
    out.push(...ready);
    queue = edited(queue, new Set(ready.map((r) => r.package_spec.hash)));
  }
}

/** Accumulates a block: rounds of all services that have work, transfers of a round being inputs of the next. */
function accumulateBlock(vector: AccumulateVector, chain: ChainConstants, tier: PvmTier) {
  const { pre_state: pre, input } = vector;
  const slot = Number(input.slot);
  const p = pre.privileges;
  let state: PartialState = {
    ...emptyState(chain),
    accounts: new Map(pre.accounts.map((a) => [Number(a.id), accountOf(a)])),
    privileges: {
      manager: Number(p.bless),
      assigners: p.assign.map(Number),
      delegator: Number(p.designate),
      registrar: Number(p.register),
      alwaysAccumulate: new Map(p.always_acc.map(({ id, gas }) => [Number(id), BigInt(gas)])),
    },
  };
  let reports = accumulatable(vector, chain);
  let transfers: readonly Transfer[] = [];
  let free = state.privileges.alwaysAccumulate;
  const used = new Map<number, { gas: bigint; count: number }>();
  while (transfers.length > 0 || reports.length > 0 || free.size > 0) {
    const digests = reports.flatMap((report) => report.results.map((digest) => ({ report, digest })));
    const services = new Set([
      ...digests.map(({ digest }) => Number(digest.service_id)),
      ...free.keys(),
      ...transfers.map((t) => t.destination),
    ]);
    const next: Transfer[] = [];
    const accounts = new Map(state.accounts);
    let privileges = state.privileges;
    for (const service of [...services].sort((a, b) => a - b)) {
      const sent = transfers.filter((t) => t.destination === service);
      const mine = digests.filter(({ digest }) => Number(digest.service_id) === service);
      const inputs: AccumulateInput[] = [
        ...sent.map((transfer) => ({ kind: "transfer" as const, transfer })),
        ...mine.map(({ report, digest }) => ({
          kind: "operand" as const,
          operand: {
            packageHash: bytes(report.package_spec.hash),
            exportsRoot: bytes(report.package_spec.exports_root),
            authorizerHash: bytes(report.authorizer_hash),
            payloadHash: bytes(digest.payload_hash),
            gas: BigInt(digest.accumulate_gas),
            result: resultOf(digest.result),
            authTrace: bytes(report.auth_output),
          },
        })),
      ];
      const gas = mine.reduce((sum, { digest }) => sum + BigInt(digest.accumulate_gas), free.get(service) ?? 0n);
      const whole = sent.reduce((sum, t) => sum + t.gas, gas);
      const statistics = used.get(service) ?? { gas: 0n, count: 0 };
      used.set(service, statistics);
      statistics.count += mine.length;
      const account = state.accounts.get(service);
      const code = serviceCode(account, { chain });
      if (account === undefined || typeof code === "string") continue;
      const entropy = bytes(pre.entropy);
      const out = jam.accumulate(code, {
        profile: "072",
        tier,
        chain,
        state,
        service,
        slot,
        gas: whole,
        inputs,
        entropy,
      });
      statistics.gas += out.gasUsed;
      next.push(...out.transfers);
      for (const id of state.accounts.keys()) if (!out.state.accounts.has(id)) accounts.delete(id);
      for (const [id, each] of out.state.accounts)
        if (id === service || !state.accounts.has(id)) accounts.set(id, each);
      for (const { service: to, preimage } of out.provisions) {
        const target = accounts.get(to)?.clone();
        if (target?.request(blake2b(preimage), BigInt(preimage.length))?.length !== 0) continue;
        target.addPreimage(preimage, slot);
        accounts.set(to, target);
      }
      if (service === state.privileges.manager) privileges = out.state.privileges;
    }
    state = { ...state, accounts, privileges };
    transfers = next;
    reports = [];
    free = new Map();
  }
  for (const service of used.keys()) {
    const account = state.accounts.get(service);
    if (account !== undefined) account.lastAccumulation = slot;
  }
  return { state, used };
}

function accumulateDifferences(vector: AccumulateVector, chain: ChainConstants, tier: PvmTier): string[] {
  const { state, used } = accumulateBlock(vector, chain, tier);
  const { post_state: post } = vector;
  const out: string[] = [];
  const check = (what: string, expected: unknown, actual: unknown): void => {
    if (expected !== actual) out.push(`${what}: ${String(expected)} expected, ${String(actual)} found`);
  };
  const ids = (keys: Iterable<number>): string => [...keys].sort((a, b) => a - b).join();
  check("services", ids(post.accounts.map((a) => Number(a.id))), ids(state.accounts.keys()));
  for (const expected of post.accounts) {
    const actual = state.accounts.get(Number(expected.id));
    const wanted = accountOf(expected);
    const said = BigInt(expected.data.service.bytes);
    const before = vector.pre_state.accounts.find(({ id }) => id === expected.id);
    // A service whose footprint is not that of its contents from the start says nothing about ours.
    const consistent = before === undefined || BigInt(before.data.service.bytes) === accountOf(before).octets;
    if (consistent) check(`octets of ${expected.id}`, said, wanted.octets);
    if (actual !== undefined) check(`account ${expected.id}`, accountText(wanted, chain), accountText(actual, chain));
  }
  for (const { id, record } of post.statistics) {
    const actual = used.get(Number(id));
    check(`gas of ${id}`, BigInt(record.accumulate_gas_used), actual?.gas);
    check(`inputs of ${id}`, Number(record.accumulate_count), actual?.count);
  }
  check("manager", Number(post.privileges.bless), state.privileges.manager);
  return out;
}

// Running -----------------------------------------------------------------------------------------------------------

function report(title: string, names: readonly string[], differencesOf: (name: string) => string[]): number {
  let failures = 0;
  for (const name of names) {
    const differences = differencesOf(name);
    if (differences.length === 0) continue;
    failures++;
    console.log(`FAIL ${title} ${name}: ${differences.slice(0, 3).join("; ")}`);
  }
  console.log(`${title}: ${names.length - failures} of ${names.length}`);
  return failures;
}

const [what, folder] = process.argv.slice(2);
if ((what !== "traces" && what !== "accumulate") || folder === undefined || !existsSync(folder)) {
  console.error("usage: npm run conformance:jam -- traces|accumulate FOLDER");
  process.exit(2);
}
let failures = 0;
for (const tier of TIERS) {
  if (what === "traces") {
    const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
    failures += report(`traces ${tier}`, names, (name) =>
      traceDifferences(readFileSync(join(folder, name), "utf8"), tier),
    );
    continue;
  }
  for (const [size, chain] of [
    ["tiny", TINY_CHAIN],
    ["full", FULL_CHAIN],
  ] as const) {
    const names = readdirSync(join(folder, size)).filter((name) => name.endsWith(".json"));
    failures += report(`accumulate ${size} ${tier}`, names, (name) => {
      const vector = parseExact(readFileSync(join(folder, size, name), "utf8")) as AccumulateVector;
      return accumulateDifferences(vector, chain, tier);
    });
  }
}
process.exit(failures === 0 ? 0 : 1);
