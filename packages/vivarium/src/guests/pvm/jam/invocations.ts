/** The three ways in which JAM runs a program: is-authorized, refine and accumulate (GP B.2 to B.4). */
import { LoadError, VivError } from "../../../machine/errors.js";
import type { Exit } from "../../../machine/exits.js";
import type { MachineOptions, RunOptions } from "../../../machine/machine.js";
import type { Profile } from "../profiles.js";
import type { PvmLoadOptions, PvmMachine, PvmProgram } from "../program.js";
import type { ServiceAccount } from "./accounts.js";
import { Accumulation, type Implications, type PartialState } from "./accumulation.js";
import { blake2b } from "./blake2b.js";
import { encode } from "./codec.js";
import { type ChainConstants, FULL_CHAIN } from "./constants.js";
import type { LogSink } from "./general.js";
import { JamHost, type JamHostOptions } from "./host.js";
import type { InnerLimits } from "./inner.js";
import type { InvocationObserver } from "./recorder.js";
import type { Refusal } from "./results.js";
import type { RefineState } from "./state.js";
import {
  type AccumulateInput,
  accumulateArguments,
  type Hash,
  isAuthorizedArguments,
  refineArguments,
  type WorkItem,
  type WorkPackage,
  workPackage,
} from "./types.js";

/** Loads programs; `pvm` of `vivarium/pvm` is one. */
export interface PvmLoader {
  load(bytes: Uint8Array, options?: PvmLoadOptions): PvmProgram;
}

/** What every invocation may be told. */
export interface InvocationOptions extends Pick<MachineOptions, "memory" | "tier">, RunOptions {
  /** Of programs that are given as bytes; default `080`. */
  readonly profile?: Profile;
  /** Default: the chain of the Gray Paper. */
  readonly chain?: ChainConstants;
  readonly log?: LogSink;
  /** Follows the run: a `TraceRecorder`, or something that replaces host functions or watches the machine. */
  readonly observer?: InvocationObserver;
}

/** How an invocation ended. */
export interface Outcome {
  /**
   * `ok`: the program halted. `panic` also stands for a program that cannot be loaded and for a page fault.
   * `stopped`: it has not ended, because of a deadline, a signal, a limit of the host or a host function that failed:
   * `exit` says which; nothing of the results may be used.
   */
  readonly status: "ok" | "panic" | "out-of-gas" | "stopped";
  /** What the program gave back; empty unless `ok`. */
  readonly output: Uint8Array;
  /** Gas used, never more than was given. */
  readonly gasUsed: bigint;
  /** How the machine came back; `undefined` when there was none. */
  readonly exit: Exit | undefined;
}

interface Invocation extends InvocationOptions {
  readonly entry: number;
  readonly gas: bigint;
  readonly args: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array(0);
const FAILED: Outcome = { status: "panic", output: NOTHING, gasUsed: 0n, exit: undefined };
/** Entry points: `is_authorized` and `refine` at 0, `accumulate` at 5. */
const ENTRY = { isAuthorized: 0, refine: 0, accumulate: 5 };

/** Ψ_M: runs a program with arguments under a host set. */
function prepare(loader: PvmLoader, program: PvmProgram | Uint8Array, how: Invocation, host: JamHost) {
  try {
    const loaded = program instanceof Uint8Array ? loader.load(program, { profile: host.profile }) : program;
    const { gas, args, entry, memory, tier } = how;
    const functions = how.observer?.wrap?.(host.options) ?? host.options;
    const machine = loaded.instantiate({ gas, args, entry, memory, tier, ...functions });
    how.observer?.begin?.(machine);
    return machine;
  } catch (error) {
    host.dispose();
    if (error instanceof LoadError) return undefined;
    throw error;
  }
}

function outcome(machine: PvmMachine, { gas, observer }: Invocation, exit: Exit): Outcome {
  observer?.end?.(machine, exit);
  const gasUsed = gas - machine.gas;
  switch (exit.kind) {
    case "halt":
      return { status: "ok", output: machine.output(), gasUsed, exit };
    case "panic":
    case "fault":
      return { status: "panic", output: NOTHING, gasUsed, exit };
    case "out-of-gas":
      return { status: "out-of-gas", output: NOTHING, gasUsed, exit };
    default:
      return { status: "stopped", output: NOTHING, gasUsed, exit };
  }
}

/** The same steps whether the machine is run at once or in turns of the event loop. */
function run(loader: PvmLoader, program: PvmProgram | Uint8Array, how: Invocation, host: JamHost): Outcome {
  const machine = prepare(loader, program, how, host);
  if (machine === undefined) return FAILED;
  try {
    return outcome(machine, how, machine.run(how));
  } finally {
    host.dispose();
    machine.dispose();
  }
}
async function runAsync(
  loader: PvmLoader,
  program: PvmProgram | Uint8Array,
  how: Invocation,
  host: JamHost,
): Promise<Outcome> {
  const machine = prepare(loader, program, how, host);
  if (machine === undefined) return FAILED;
  try {
    return outcome(machine, how, await machine.runAsync(how));
  } finally {
    host.dispose();
    machine.dispose();
  }
}

function profileOf(program: PvmProgram | Uint8Array, options: InvocationOptions): Profile {
  return program instanceof Uint8Array ? (options.profile ?? "080") : program.profile;
}

// Is-authorized ---------------------------------------------------------------------------------------------------

export interface IsAuthorizedOptions extends InvocationOptions {
  readonly package: WorkPackage;
  readonly core: number;
  /** Default: G_I of the chain. */
  readonly gas?: bigint;
}

function isAuthorizedSetup(program: PvmProgram | Uint8Array, options: IsAuthorizedOptions) {
  const { chain = FULL_CHAIN, core, log } = options;
  const host = new JamHost({
    profile: profileOf(program, options),
    core,
    fetch: { constants: chain, package: options.package },
    log,
  });
  const args = encode(isAuthorizedArguments, { core });
  const how = { ...options, entry: ENTRY.isAuthorized, gas: options.gas ?? chain.isAuthorizedGas, args };
  return { host, how };
}

// Refine ----------------------------------------------------------------------------------------------------------

export interface RefineOptions extends InvocationOptions {
  readonly package: WorkPackage;
  /** Which item of the package. */
  readonly item: number;
  readonly core: number;
  /** Hash of the package; default: computed. */
  readonly packageHash?: Hash;
  /** Output of the authorizer. */
  readonly authTrace?: Uint8Array;
  /** Imported segments of every item. */
  readonly imports?: readonly (readonly Uint8Array[])[];
  /** Extrinsics of every item. */
  readonly extrinsics?: readonly (readonly Uint8Array[])[];
  /** Segments that the items before this one have exported; default 0. */
  readonly exportOffset?: number;
  /** Accounts for `historical_lookup`, seen at the lookup anchor's slot. */
  readonly accounts?: ReadonlyMap<number, ServiceAccount>;
  /** Default: the refine gas of the item. */
  readonly gas?: bigint;
  /** Limits of inner machines. */
  readonly inner?: Partial<InnerLimits>;
}

export interface RefineOutcome extends Outcome {
  /** Segments of {@link SEGMENT_BYTES} bytes; none unless `ok`. */
  readonly exports: readonly Uint8Array[];
}

/** What refinement sees of the chain, in memory. */
export class Refinement implements RefineState {
  readonly exports: Uint8Array[] = [];

  constructor(
    readonly accounts: ReadonlyMap<number, ServiceAccount>,
    /** Slot of the lookup anchor. */
    readonly slot: number,
    readonly exportOffset: number,
    readonly chain: ChainConstants,
  ) {}

  historicalLookup(service: number, hash: Hash): Uint8Array | undefined {
    return this.accounts.get(service)?.historicalLookup(hash, this.slot);
  }
  export(segment: Uint8Array): number | Refusal {
    const index = this.exportOffset + this.exports.length;
    if (index >= this.chain.packageExports) return "FULL";
    this.exports.push(segment);
    return index;
  }
}

function refineSetup(program: PvmProgram | Uint8Array, options: RefineOptions) {
  const { chain = FULL_CHAIN, core, item: index } = options;
  const { items, context } = options.package;
  const item: WorkItem | undefined = items[index];
  if (item === undefined) throw new VivError("JAM_VALUE", `the package has no item ${index}`);
  const state = new Refinement(
    options.accounts ?? new Map(),
    context.lookupAnchorSlot,
    options.exportOffset ?? 0,
    chain,
  );
  const empty = items.map(() => []);
  const hostOptions: JamHostOptions = {
    profile: profileOf(program, options),
    service: item.service,
    core,
    fetch: {
      constants: chain,
      entropy: new Uint8Array(32),
      authTrace: options.authTrace ?? NOTHING,
      package: options.package,
      item: index,
      imports: options.imports ?? empty,
      extrinsics: options.extrinsics ?? empty,
    },
    refine: state,
    inner: options.inner,
    log: options.log,
  };
  const packageHash = options.packageHash ?? blake2b(encode(workPackage, options.package));
  const { service, payload } = item;
  const args = encode(refineArguments, { core, item: index, service, payload, packageHash });
  const how = { ...options, entry: ENTRY.refine, gas: options.gas ?? item.refineGas, args };
  const finish = (result: Outcome): RefineOutcome => ({
    ...result,
    exports: result.status === "ok" ? state.exports : [],
  });
  return { host: new JamHost(hostOptions), how, finish };
}

// Accumulate ------------------------------------------------------------------------------------------------------

export interface AccumulateOptions extends InvocationOptions {
  readonly state: PartialState;
  readonly service: number;
  /** Slot of the block. */
  readonly slot: number;
  readonly gas: bigint;
  readonly inputs: readonly AccumulateInput[];
  /** η'_0, 32 bytes; default: zero. */
  readonly entropy?: Hash;
}

export interface AccumulateOutcome extends Outcome, Implications {}

function accumulateSetup(program: PvmProgram | Uint8Array, options: AccumulateOptions) {
  const { chain = FULL_CHAIN, service, slot, inputs, gas, log } = options;
  const entropy = options.entropy ?? new Uint8Array(32);
  const state = credited(options.state, service, inputs);
  const accumulation = new Accumulation({ state, service, slot, entropy, chain });
  const host = new JamHost({
    profile: profileOf(program, options),
    service,
    fetch: { constants: chain, entropy, inputs },
    accumulate: accumulation,
    log,
  });
  const args = encode(accumulateArguments, { slot, service, inputs: inputs.length });
  const how = { ...options, entry: ENTRY.accumulate, gas, args };
  const finish = (result: Outcome): AccumulateOutcome => {
    const implied = accumulation.implications(result.status === "ok");
    // An output of 32 bytes is the hash that is yielded, whatever `yield` said (GP B.13, C).
    const yielded = result.status === "ok" && result.output.length === 32 ? result.output : implied.yielded;
    return { ...result, ...implied, yielded };
  };
  return { host, how, finish };
}

/** The state in which the service has the balance that the transfers bring it. */
function credited(state: PartialState, service: number, inputs: readonly AccumulateInput[]): PartialState {
  const account = state.accounts.get(service);
  if (account === undefined) throw new VivError("JAM_VALUE", `there is no service ${service}`);
  const amount = inputs.reduce((sum, input) => sum + (input.kind === "transfer" ? input.transfer.amount : 0n), 0n);
  if (amount === 0n) return state;
  const richer = account.clone();
  richer.balance += amount;
  return { ...state, accounts: new Map([...state.accounts, [service, richer]]) };
}

/**
 * The code of a service, with the metadata in front of it, at a slot (for refinement) or now (for accumulation).
 * `bad-code` and `code-too-large` are the errors that a work item gets for it.
 */
export function serviceCode(
  account: ServiceAccount | undefined,
  options: { readonly slot?: number; readonly codeHash?: Hash; readonly chain?: ChainConstants } = {},
): Uint8Array | "bad-code" | "code-too-large" {
  const { slot, chain = FULL_CHAIN } = options;
  const hash = options.codeHash ?? account?.codeHash;
  if (account === undefined || hash === undefined) return "bad-code";
  const code = slot === undefined ? account.preimage(hash) : account.historicalLookup(hash, slot);
  if (code === undefined) return "bad-code";
  return code.length > chain.serviceCodeSize ? "code-too-large" : code;
}

/** The invocations, for programs that `loader` loads. */
export function createJam(loader: PvmLoader) {
  return {
    /** Asks an authorizer whether it accepts a package on a core (Ψ_I). */
    isAuthorized(program: PvmProgram | Uint8Array, options: IsAuthorizedOptions): Outcome {
      const { host, how } = isAuthorizedSetup(program, options);
      return run(loader, program, how, host);
    },
    async isAuthorizedAsync(program: PvmProgram | Uint8Array, options: IsAuthorizedOptions): Promise<Outcome> {
      const { host, how } = isAuthorizedSetup(program, options);
      return await runAsync(loader, program, how, host);
    },
    /** Refines one item of a package (Ψ_R). */
    refine(program: PvmProgram | Uint8Array, options: RefineOptions): RefineOutcome {
      const { host, how, finish } = refineSetup(program, options);
      return finish(run(loader, program, how, host));
    },
    async refineAsync(program: PvmProgram | Uint8Array, options: RefineOptions): Promise<RefineOutcome> {
      const { host, how, finish } = refineSetup(program, options);
      return finish(await runAsync(loader, program, how, host));
    },
    /** Accumulates one service (Ψ_A). The given state is not changed; the outcome has the new one. */
    accumulate(program: PvmProgram | Uint8Array, options: AccumulateOptions): AccumulateOutcome {
      const { host, how, finish } = accumulateSetup(program, options);
      return finish(run(loader, program, how, host));
    },
    async accumulateAsync(program: PvmProgram | Uint8Array, options: AccumulateOptions): Promise<AccumulateOutcome> {
      const { host, how, finish } = accumulateSetup(program, options);
      return finish(await runAsync(loader, program, how, host));
    },
  };
}
