/** `vivarium/graph/a64`: AArch64 machine code as payloads: integers in x0 to x7, doubles in d0 to d7, on every host. */
import { type A64HostFunction, type A64Machine, type A64Program, a64 } from "../../a64.js";
import type { Exit } from "../../index.js";
import { FIELDS } from "../../kit.js";
import type { HostAccess } from "../host.js";
import type { CodeRecord, Frame, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { Trap } from "../types.js";
import { scalarWords } from "../values.js";
import { trapOf as anyTrap, HOST_NUMBERS, hostCall, serve, trapNumber } from "./exits.js";
import { planRegisters, type RegisterPlan } from "./registers.js";
import { narrowed, runScalar } from "./scalars.js";

/** Memory that code may write to besides its stack and data: 64 KiB from here on. */
const WORK = 0x2000_0000;
const WORK_BYTES = 64 << 10;
/** A payload is a function, not a program: it needs little stack. */
const STACK = 64 << 10;
const FLOAT_STEP = 4;
/** x0 to x30 and sp. */
const REGISTERS = 32;
/** Gas that a machine holds at once. */
const MAX_FUEL = 2 ** 30;

/** Which tier executes payloads; default: the fastest that there is. */
export interface A64PayloadOptions {
  readonly tier?: "auto" | "interpreter" | "jit" | "jit:eager" | "portable";
}

export function createA64Payload(options: A64PayloadOptions = {}): PayloadAdapter {
  return { kinds: ["a64"], load: (code, signature) => loadA64(code, signature, options) };
}

export const a64Payload: PayloadAdapter = createA64Payload();

const STACK_END = 0x8000_0000 - STACK;

/** A fault right below the stack is an overflow of it. */
function trapOf(exit: Exit): Trap | undefined {
  const trap = anyTrap(exit);
  const overflow = exit.kind === "fault" && exit.address < STACK_END && exit.address >= STACK_END - (1 << 20);
  return overflow && trap !== undefined ? { kind: "stack", message: trap.message } : trap;
}

function entryOf(code: CodeRecord): { entry?: number | string } {
  if (code.entry === "") return {};
  return { entry: /^(0x[0-9a-f]+|\d+)$/i.test(code.entry) ? Number(code.entry) : code.entry };
}

function loadA64(code: CodeRecord, signature: Signature, options: A64PayloadOptions): Payload {
  const program = a64.load(code.bytes, entryOf(code));
  const plan = planRegisters(signature, 8, 8, 8);
  const { isa, op, count } = program.code;
  let stores = !program.pure;
  for (let i = 0; i < count && !stores; i++) stores = isa.rows[op[i] as number]?.effects.stores === true;
  // Code that cannot change memory finds it as it was; other code gets a machine of its own for each firing.
  return stores
    ? ownMachines(program, code, signature, plan, options)
    : sharedMachine(program, code, signature, plan, options);
}

function instantiate(
  program: A64Program,
  code: CodeRecord,
  options: A64PayloadOptions,
  access: HostAccess | undefined,
): A64Machine {
  const work = access === undefined ? [] : [{ start: WORK, length: WORK_BYTES, access: "write" as const }];
  return program.instantiate({
    gas: BigInt(code.limits.fuel),
    memory: { max: code.limits.pages * 65_536 },
    stack: STACK,
    regions: work,
    tier: options.tier ?? "auto",
    host: access === undefined ? {} : hosts(access),
  });
}

function hosts(access: HostAccess): Record<number, A64HostFunction> {
  return Object.fromEntries(
    HOST_NUMBERS.map((id): [number, A64HostFunction] => {
      const call = hostCall(id);
      if (call === undefined) throw new Error(`no host call ${id}`);
      return [id, (context) => serve(access, call, context, (c, n) => c.registers[n] as bigint)];
    }),
  );
}

/** All firings on one machine, whose registers are put back before each of them. */
function sharedMachine(
  program: A64Program,
  code: CodeRecord,
  signature: Signature,
  plan: RegisterPlan,
  options: A64PayloadOptions,
): Payload {
  const fuel = Math.min(code.limits.fuel, MAX_FUEL);
  const index = program.indexOfEntry(program.image.entry);
  let machine: A64Machine | undefined;
  let x = new Uint32Array(0);
  let v = new Uint32Array(0);
  let flags = new Uint32Array(0);
  let template = new Uint32Array(0);
  let exit: Exit | undefined;
  const inputs = Int32Array.from(plan.inputs, ({ float, register }) =>
    float ? -1 - FLOAT_STEP * register : 2 * register,
  );
  const outputs = Int32Array.from(plan.outputs, ({ float, register }) =>
    float ? -1 - FLOAT_STEP * register : 2 * register,
  );

  /** Views of the registers go stale when any machine's memory grows. */
  const look = (m: A64Machine): void => {
    const words = (bytes: Uint8Array): Uint32Array<ArrayBuffer> =>
      new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / 4);
    x = words(m.backend.bank("x"));
    v = words(m.backend.bank("v"));
    flags = words(m.backend.bank("flags"));
  };
  const start = (): A64Machine => {
    const made = instantiate(program, code, options, undefined);
    machine = made;
    made.gas = 0n;
    made.prepare(program.image.entry);
    look(made);
    template = x.slice();
    return made;
  };
  const traces = tracesOf(program);
  const dirty = traces.words;
  const call = (words: Uint32Array): number => {
    const m = machine ?? start();
    if (x.length === 0) look(m);
    for (let k = 0; k < dirty.length; k++) {
      const at = dirty[k] as number;
      x[at] = template[at] as number;
    }
    if (traces.vectors) v.fill(0);
    if (traces.flags) flags.fill(0);
    for (let k = 0; k < inputs.length; k++) {
      const to = inputs[k] as number;
      const bank = to < 0 ? v : x;
      const at = to < 0 ? -1 - to : to;
      bank[at] = words[2 * k] as number;
      bank[at + 1] = words[2 * k + 1] as number;
    }
    exit = m.callWithin(index, fuel);
    payload.fuel = fuel - m.backend.fuel;
    if (exit !== undefined) {
      m.gas = 0n;
      return trapNumber(trapOf(exit));
    }
    if (x.length === 0) look(m);
    for (let k = 0; k < outputs.length; k++) {
      const from = outputs[k] as number;
      const bank = from < 0 ? v : x;
      const at = from < 0 ? -1 - from : from;
      words[2 * k] = bank[at] as number;
      words[2 * k + 1] = bank[at + 1] as number;
    }
    return 0;
  };
  const trapped = (): Trap => (exit && trapOf(exit)) ?? { kind: "unreachable", message: "" };
  const payload = {
    scalar: call,
    trapped,
    /** Gas that the last call used. */
    fuel: 0,
    run: (frame: Frame): Outcome => runScalar(frame, signature, call, trapped, () => payload.fuel),
    dispose: (): void => {
      machine?.dispose();
      machine = undefined;
    },
  };
  return payload;
}

/** What a program may leave changed behind: words of the general registers, the vectors, the flags. */
interface Traces {
  readonly words: Int32Array;
  readonly vectors: boolean;
  readonly flags: boolean;
}

function tracesOf({ code }: A64Program): Traces {
  const registers = new Set<number>();
  const banks = new Set<string>();
  for (let i = 0; i < code.count; i++) {
    const row = code.isa.rows[code.op[i] as number];
    if (row === undefined) continue;
    const { operands } = row;
    const { writes, fixedWrites, indexed } = row.effects;
    for (const operand of operands) if (operand.kind === "reg") banks.add(operand.bank);
    for (const bank of row.effects.banks) banks.add(bank);
    for (const { bank, index } of fixedWrites) {
      banks.add(bank);
      if (bank === "x") registers.add(index);
    }
    for (const k of writes) {
      const operand = operands[k];
      if (operand?.kind !== "reg" || operand.bank !== "x") continue;
      const first = code.args[FIELDS * i + k] as number;
      for (let n = 0; n < (operand.count ?? 1); n++) registers.add(first + n);
    }
    // Registers reached by computed numbers may be any.
    if (indexed) for (let n = 0; n < REGISTERS; n++) registers.add(n);
  }
  const words = [...registers].filter((n) => n < REGISTERS).flatMap((n) => [2 * n, 2 * n + 1]);
  return { words: Int32Array.from(words), vectors: banks.has("v"), flags: banks.has("flags") };
}

/** A machine for each firing: for code that writes to memory or calls the host. */
function ownMachines(
  program: A64Program,
  code: CodeRecord,
  signature: Signature,
  plan: RegisterPlan,
  options: A64PayloadOptions,
): Payload {
  const fuel = BigInt(code.limits.fuel);
  return {
    run: ({ inputs, host }: Frame): Outcome | Promise<Outcome> => {
      const machine = instantiate(program, code, options, host);
      const whole: bigint[] = [];
      const floats: number[] = [];
      plan.inputs.forEach(({ float }, k) => {
        const value = inputs[k];
        const [low, high] = value === undefined ? [0, 0] : scalarWords(value);
        if (float) floats.push(value === undefined ? 0 : (value.value as number));
        else whole.push((BigInt(high) << 32n) | BigInt(low));
      });
      machine.prepare(program.image.entry, whole, floats);
      const finish = (exit: Exit): Outcome => {
        try {
          const spent = Number(fuel - machine.gas);
          const trap = trapOf(exit);
          if (trap !== undefined) return { trap, fuel: spent };
          const { registers, vectors } = machine;
          const ok = plan.outputs.map(({ float, register }, k) => {
            if (float) return vectors[2 * register] as number;
            const words = new Uint32Array(BigUint64Array.of(registers[register] as bigint).buffer);
            return narrowed(signature.outputs[k]?.type ?? "u64", words, 0);
          });
          return { ok, fuel: spent };
        } finally {
          machine.dispose();
        }
      };
      const exit = machine.run();
      return exit.kind === "parked" ? machine.runAsync().then(finish) : finish(exit);
    },
  };
}
