/** Runs a program against an ecalli trace: host calls are answered from it, without any state, and what differs is told. */
import type { Exit } from "../../../machine/exits.js";
import type { HostResult } from "../../../machine/host.js";
import type { MachineOptions, RunOptions } from "../../../machine/machine.js";
import { PAGE } from "../../../machine/memory.js";
import { HOST_CALLS } from "../host-calls.js";
import type { Profile } from "../profiles.js";
import type { PvmContext, PvmLoadOptions, PvmMachine, PvmProgram } from "../program.js";
import { ARGUMENTS_START, heapStart } from "../spi.js";
import { hex, sameBytes } from "./codec.js";
import { comparePoints, type EcalliTrace, type TraceDifference, type TracePoint } from "./trace.js";

export interface ReplayOptions extends Pick<MachineOptions, "tier" | "memory">, RunOptions {
  /** Default: what a comment `profile 072` or `profile 080` of the trace says, otherwise `072`. */
  readonly profile?: Profile;
  /** Differences after which the replay stops; default 100. */
  readonly limit?: number;
}

export interface Replay {
  /** Empty when the run was as the trace says, register by register. */
  readonly differences: readonly TraceDifference[];
  /** How the machine came back. */
  readonly exit: Exit;
  /** Host calls that were answered. */
  readonly calls: number;
}

const ENDS: Partial<Record<Exit["kind"], string>> = {
  halt: "HALT",
  panic: "PANIC",
  fault: "PANIC",
  "out-of-gas": "OOG",
};

function pointOf(machine: PvmMachine): TracePoint {
  return { pc: machine.pc, gas: machine.gas, registers: [...machine.registers] };
}

function profileOf(trace: EcalliTrace): Profile {
  return trace.comments.includes("profile 080") ? "080" : "072";
}

/** Answers host calls from a trace and compares what it can. */
class Answers {
  readonly differences: TraceDifference[] = [];
  next = 0;

  constructor(
    readonly trace: EcalliTrace,
    readonly profile: Profile,
    readonly limit: number,
  ) {}

  get full(): boolean {
    return this.differences.length >= this.limit;
  }

  readonly answer = (context: PvmContext): HostResult => {
    const at = this.next;
    const call = this.trace.calls[at];
    const actual = pointOf(context.machine);
    if (call === undefined || call.id !== context.id || call.pc !== actual.pc) {
      const expected = call === undefined ? "no host call" : `ecalli=${call.id} pc=${call.pc}`;
      const text = `ecalli=${context.id} pc=${actual.pc}`;
      this.differences.push({ at, line: call?.line, what: "ecalli", expected, actual: text });
      return context.panic("the trace knows another host call");
    }
    this.next++;
    this.differences.push(...comparePoints(at, call, actual));
    const memory = (what: string, line: number | undefined, expected: string, got: string): void => {
      this.differences.push({ at, line, what, expected, actual: got });
    };
    for (const { address, bytes, line } of call.reads) {
      const got = context.memory.read(address, bytes.length);
      if (got !== undefined && sameBytes(got, bytes)) continue;
      memory(`memread 0x${address.toString(16)}`, line, `0x${hex(bytes)}`, got ? `0x${hex(got)}` : "not readable");
    }
    for (const { address, bytes, line } of call.writes) {
      if (context.memory.write(address, bytes)) continue;
      memory(`memwrite 0x${address.toString(16)}`, line, `0x${hex(bytes)}`, "not writable");
    }
    for (const { index, value } of call.registersSet) context.registers[index] = value;
    if (call.gasSet !== undefined) context.gas = call.gasSet;
    this.#growHeap(context);
    if (this.full) return context.panic("too many differences");
    const { end } = this.trace;
    // The last call may be where the run ended.
    if (this.next === this.trace.calls.length && end.pc === call.pc && end.kind !== "HALT") {
      return end.kind === "OOG" ? context.outOfGas() : context.panic();
    }
    return undefined;
  };

  /** The format has no line for pages that a call makes accessible; `grow_heap` says in r7 how far they go. */
  #growHeap(context: PvmContext): void {
    if (this.profile !== "080" || context.id !== HOST_CALLS["080"].grow_heap) return;
    const { layout } = context.machine.program as PvmProgram;
    if (layout === undefined) return;
    const start = heapStart(layout);
    const end = Number(context.registers[7]) * PAGE;
    if (end > start && end <= 2 ** 32) context.memory.map(start, end - start, "write");
  }
}

/**
 * Replays a trace.
 *
 * @throws LoadError for a program that cannot be loaded; VivError when the memory limit is too small for it
 */
export function replayTrace(
  loader: { load(bytes: Uint8Array, options?: PvmLoadOptions): PvmProgram },
  trace: EcalliTrace,
  options: ReplayOptions = {},
): Replay {
  const profile = options.profile ?? profileOf(trace);
  const program = loader.load(trace.program, { profile });
  const answers = new Answers(trace, profile, options.limit ?? 100);
  const args = trace.memory.find(({ address }) => address === ARGUMENTS_START)?.bytes;
  const { tier, memory } = options;
  const { pc: entry, gas, registers } = trace.start;
  const machine = program.instantiate({ tier, memory, entry, gas, args, otherwise: answers.answer });
  try {
    for (const { address, bytes, line } of trace.memory) {
      if (machine.memory.force(address, bytes)) continue;
      const what = `memwrite 0x${address.toString(16)}`;
      answers.differences.push({ at: "start", line, what, expected: `0x${hex(bytes)}`, actual: "not mapped" });
    }
    answers.differences.push(...comparePoints("start", trace.start, pointOf(machine)));
    machine.registers.set(registers);
    const exit = machine.run(options);
    const { differences, next: calls } = answers;
    const parted = differences.some(({ what }) => what === "ecalli");
    if (!parted && !answers.full) {
      const { end } = trace;
      const kind = ENDS[exit.kind] ?? exit.kind;
      if (calls < trace.calls.length) {
        const expected = `${trace.calls.length} host calls`;
        differences.push({
          at: "end",
          line: trace.calls[calls]?.line,
          what: "ecalli",
          expected,
          actual: String(calls),
        });
      }
      if (kind !== end.kind)
        differences.push({ at: "end", line: end.line, what: "end", expected: end.kind, actual: kind });
      differences.push(...comparePoints("end", end, { ...pointOf(machine), pc: exit.pc }));
    }
    return { differences, exit, calls };
  } finally {
    machine.dispose();
  }
}
