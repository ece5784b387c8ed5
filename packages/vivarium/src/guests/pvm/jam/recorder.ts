/** Records what a program and its host tell each other as an ecalli trace, whatever the host functions are. */
import { VivError } from "../../../machine/errors.js";
import type { Exit } from "../../../machine/exits.js";
import { Delegation, type HostResult } from "../../../machine/host.js";
import type { GuestMemory } from "../../../machine/memory.js";
import { PvmContext, type PvmHostFunction, type PvmMachine, type PvmOptions, type PvmProgram } from "../program.js";
import { ARGUMENTS_START } from "../spi.js";
import type { EcalliTrace, TraceCall, TraceEndKind, TraceMemory, TracePoint } from "./trace.js";

type HostSet = Pick<PvmOptions, "host" | "names" | "otherwise">;

/** Follows an invocation from its host functions to its end. */
export interface InvocationObserver {
  wrap?(host: HostSet): HostSet;
  begin?(machine: PvmMachine): void;
  end?(machine: PvmMachine, exit: Exit): void;
}

function pointOf(machine: PvmMachine, gas = machine.gas): TracePoint {
  return { pc: machine.pc, gas, registers: [...machine.registers] };
}

const R7 = 7;

/** What is noted of one host call while it is served. */
class Notes {
  readonly reads: TraceMemory[] = [];
  readonly writes: TraceMemory[] = [];
  readonly registers = new Map<number, bigint>();
  readonly at: TracePoint;

  constructor(readonly context: PvmContext) {
    this.at = pointOf(context.machine);
  }

  memory(method: string, args: readonly unknown[], result: unknown): void {
    const target = this.context.machine.memory;
    const address = (args[0] as number) >>> 0;
    const width = /^(?:read|write)U(\d+)$/.exec(method);
    if (width !== null) {
      if (result === undefined || result === false) return;
      const bytes = target.read(address, Number(width[1]) / 8);
      if (bytes !== undefined) (method.startsWith("r") ? this.reads : this.writes).push({ address, bytes });
    } else if (method === "read" && result instanceof Uint8Array && result.length > 0) {
      this.reads.push({ address, bytes: result.slice() });
    } else if (method === "readInto" && result === true) {
      this.reads.push({ address, bytes: (args[1] as Uint8Array).slice() });
    } else if (method === "write" && result === true && (args[1] as Uint8Array).length > 0) {
      this.writes.push({ address, bytes: (args[1] as Uint8Array).slice() });
    }
  }

  /** The call as it stands when the host function has done its work. */
  done(): TraceCall {
    const { machine } = this.context;
    machine.registers.forEach((value, r) => {
      if (value !== this.at.registers[r] || this.registers.has(r)) this.registers.set(r, value);
    });
    const registersSet = [...this.registers].map(([index, value]) => ({ index, value }));
    const gasSet = machine.gas === this.at.gas ? undefined : machine.gas;
    return { ...this.at, id: this.context.id, reads: this.reads, writes: this.writes, registersSet, gasSet };
  }
}

/** The context that a recorded host function sees: the same machine, with memory and registers that take notes. */
class RecordingContext extends PvmContext {
  constructor(
    machine: PvmMachine,
    readonly notes: Notes,
  ) {
    super(machine);
  }
  override get memory(): GuestMemory {
    return new Proxy(this.machine.memory, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, args);
          this.notes.memory(String(key), args, result);
          return result;
        };
      },
    });
  }
  override get registers(): BigUint64Array {
    return new Proxy(this.machine.registers, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
      set: (target, key, value) => {
        if (/^\d+$/.test(String(key))) this.notes.registers.set(Number(key), value as bigint);
        return Reflect.set(target, key, value, target);
      },
    });
  }
}

/**
 * Records one run of a standard program. Pass it to an invocation as `observer`, or do by hand what one does: wrap the
 * host functions, `begin` with the machine before it runs, `end` with its exit.
 *
 * @example
 * const recorder = new TraceRecorder();
 * jam.accumulate(program, { ...options, observer: recorder });
 * const text = printTrace(recorder.trace());
 */
export class TraceRecorder implements InvocationObserver {
  readonly #comments: string[];
  readonly #calls: TraceCall[] = [];
  #program: Uint8Array | undefined;
  #memory: TraceMemory[] = [];
  #start: TracePoint | undefined;
  #end: EcalliTrace["end"] | undefined;

  constructor(comments: readonly string[] = []) {
    this.#comments = [...comments];
  }

  readonly wrap = (host: HostSet): HostSet => {
    const wrapped = Object.entries(host.host ?? {}).map(([name, call]) => [name, this.#wrap(call)]);
    return { ...host, host: Object.fromEntries(wrapped), otherwise: host.otherwise && this.#wrap(host.otherwise) };
  };

  #wrap(call: PvmHostFunction): PvmHostFunction {
    return (context) => {
      const notes = new Notes(context);
      const recording = new RecordingContext(context.machine, notes);
      recording.id = context.id;
      notes.context.id = context.id;
      const id = context.id;
      const result = call(recording);
      return result instanceof Promise
        ? result.then((r) => this.#took(notes, id, r))
        : this.#took(notes, id, result as HostResult);
    };
  }

  /** Notes the call once it is over; one that runs another machine is over when that one is back. */
  #took(notes: Notes, id: number, result: HostResult): HostResult {
    if (result instanceof Delegation) {
      return new Delegation(result.machine, (exit) => this.#took(notes, id, result.finish(exit)));
    }
    // A value that is given back goes into r7 only when this function has returned.
    const value =
      typeof result === "number" || typeof result === "bigint" ? BigInt.asUintN(64, BigInt(result)) : undefined;
    const call = notes.done();
    const others = call.registersSet.filter(({ index }) => value === undefined || index !== R7);
    const registersSet = value === undefined ? others : [{ index: R7, value }, ...others];
    this.#calls.push({ ...call, id, registersSet });
    return result;
  }

  readonly begin = (machine: PvmMachine): void => {
    const program = machine.program as PvmProgram;
    if (program.file.format !== "spi") {
      throw new VivError("JAM_TRACE_PROGRAM", "a trace says how memory begins for standard programs only");
    }
    this.#comments.push(`profile ${program.profile}`);
    this.#program = program.bytes;
    this.#start = pointOf(machine);
    const length = Number(machine.registers[8]);
    const bytes = length > 0 ? machine.memory.read(ARGUMENTS_START, length) : undefined;
    this.#memory = bytes === undefined ? [] : [{ address: ARGUMENTS_START, bytes }];
  };

  readonly end = (machine: PvmMachine, exit: Exit): void => {
    const kinds: Partial<Record<Exit["kind"], TraceEndKind>> = {
      halt: "HALT",
      panic: "PANIC",
      fault: "PANIC",
      "out-of-gas": "OOG",
    };
    const kind = kinds[exit.kind];
    if (kind === undefined) throw new VivError("JAM_TRACE_END", `a run that came back with ${exit.kind} has no trace`);
    const argument = exit.kind === "fault" ? BigInt(exit.address) : 0n;
    this.#end = { ...pointOf(machine), pc: exit.pc, kind, argument };
  };

  /** @throws VivError `JAM_TRACE_END` before the run has ended */
  trace(): EcalliTrace {
    if (this.#program === undefined || this.#start === undefined || this.#end === undefined) {
      throw new VivError("JAM_TRACE_END", "the run has not ended");
    }
    return {
      comments: this.#comments,
      program: this.#program,
      memory: this.#memory,
      start: this.#start,
      calls: this.#calls,
      end: this.#end,
    };
  }
}
