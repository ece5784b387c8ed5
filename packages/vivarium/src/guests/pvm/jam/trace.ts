/** Ecalli traces (JIP-7): everything that a program and its host tell each other, as lines of text and as data. */
import { LoadError } from "../../../machine/errors.js";
import { REGISTER_COUNT } from "../spi.js";
import { fromHex, hex } from "./codec.js";

/** Bytes read or written by the host. */
export interface TraceMemory {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** 1-based line of the text it was parsed from. */
  readonly line?: number;
}

/** A place in the program with the registers there. */
export interface TracePoint {
  readonly pc: number;
  readonly gas: bigint;
  readonly registers: readonly bigint[];
  readonly line?: number;
}

/** A host call with what the host did. Actions are in the order of the format: by address, then by payload. */
export interface TraceCall extends TracePoint {
  readonly id: number;
  readonly reads: readonly TraceMemory[];
  readonly writes: readonly TraceMemory[];
  readonly registersSet: readonly { readonly index: number; readonly value: bigint }[];
  /** Gas that was left, when the call set it. */
  readonly gasSet: bigint | undefined;
}

export type TraceEndKind = "HALT" | "OOG" | "PANIC";

export interface TraceEnd extends TracePoint {
  readonly kind: TraceEndKind;
  /** What is said about a panic; 0 otherwise. */
  readonly argument: bigint;
}

export interface EcalliTrace {
  readonly comments: readonly string[];
  /** The program with its metadata. */
  readonly program: Uint8Array;
  /** Memory that is written before the start: the arguments. */
  readonly memory: readonly TraceMemory[];
  readonly start: TracePoint;
  readonly calls: readonly TraceCall[];
  readonly end: TraceEnd;
}

// Printing ----------------------------------------------------------------------------------------------------------

function registerDump(registers: readonly bigint[]): string {
  return registers.map((value, r) => (value === 0n ? "" : ` ${registerName(r)}=0x${value.toString(16)}`)).join("");
}

function registerName(r: number): string {
  return `r${String(r).padStart(2, "0")}`;
}

function point({ pc, gas, registers }: TracePoint): string {
  return `pc=${pc} gas=${gas}${registerDump(registers)}`;
}

function memoryLine(keyword: "memread" | "memwrite", { address, bytes }: TraceMemory): string {
  const at = address.toString(16).padStart(8, "0");
  return `${keyword} 0x${at} len=${bytes.length} ${keyword === "memread" ? "->" : "<-"} 0x${hex(bytes)}`;
}

/** Puts actions into the order that makes traces of different engines comparable line by line. */
export function inTraceOrder(actions: readonly TraceMemory[]): TraceMemory[] {
  const payload = new Map(actions.map((action) => [action, hex(action.bytes)]));
  const text = (action: TraceMemory): string => payload.get(action) as string;
  return [...actions].sort((a, b) => a.address - b.address || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** The canonical text of a trace. */
export function printTrace(trace: EcalliTrace): string {
  const lines = trace.comments.flatMap((comment) => comment.split("\n").map((line) => `comment ${line}`));
  lines.push(`program 0x${hex(trace.program)}`);
  for (const write of inTraceOrder(trace.memory)) lines.push(memoryLine("memwrite", write));
  lines.push(`start ${point(trace.start)}`);
  for (const call of trace.calls) {
    lines.push("", `ecalli=${call.id} ${point(call)}`);
    for (const read of inTraceOrder(call.reads)) lines.push(memoryLine("memread", read));
    for (const write of inTraceOrder(call.writes)) lines.push(memoryLine("memwrite", write));
    for (const { index, value } of [...call.registersSet].sort((a, b) => a.index - b.index)) {
      lines.push(`setreg ${registerName(index)} <- 0x${value.toString(16)}`);
    }
    if (call.gasSet !== undefined) lines.push(`setgas <- ${call.gasSet}`);
  }
  const { kind, argument } = trace.end;
  lines.push("", `${kind === "PANIC" ? `PANIC=${argument}` : kind} ${point(trace.end)}`, "");
  return lines.join("\n");
}

// Parsing -----------------------------------------------------------------------------------------------------------

/** What begins a line of the format. In front of it loggers may write what they like; lines without it are no part. */
const KEYWORD =
  /(?:^|\s)(comment\s|context\s|program 0x|memwrite 0x|memread 0x|setreg r|setgas <-|start pc=|ecalli=|PANIC=|OOG pc=|HALT pc=)/;

const POINT = String.raw`pc=(\d{1,10}) gas=(-?\d{1,20})((?: r\d{1,2}=0x[0-9a-fA-F]+)*)`;
const MEMORY = String.raw`0x([0-9a-fA-F]{1,16}) len=(\d{1,10})`;

/** The rest of a line, by what it begins with; what follows is ignored, since loggers may append as well. */
const SHAPES: Readonly<Record<string, { readonly shape: RegExp; readonly expected: string }>> = {
  program: { shape: /^program 0x([0-9a-fA-F]*)/, expected: "program 0x<hex>" },
  memwrite: {
    shape: new RegExp(`^memwrite ${MEMORY} <- 0x([0-9a-fA-F]*)`),
    expected: "memwrite 0x<address> len=<n> <- 0x<hex>",
  },
  memread: {
    shape: new RegExp(`^memread ${MEMORY} -> 0x([0-9a-fA-F]*)`),
    expected: "memread 0x<address> len=<n> -> 0x<hex>",
  },
  setreg: { shape: /^setreg r(\d{1,2}) <- 0x([0-9a-fA-F]+)/, expected: "setreg r<nn> <- 0x<value>" },
  setgas: { shape: /^setgas <- (-?\d{1,20})/, expected: "setgas <- <gas>" },
  start: { shape: new RegExp(`^start ${POINT}`), expected: "start pc=<pc> gas=<gas> r<nn>=0x<value> …" },
  ecalli: { shape: new RegExp(`^ecalli=(-?\\d{1,10}) ${POINT}`), expected: "ecalli=<number> pc=<pc> gas=<gas> …" },
  PANIC: { shape: new RegExp(`^PANIC=(-?\\d{1,20}) ${POINT}`), expected: "PANIC=<argument> pc=<pc> gas=<gas> …" },
  OOG: { shape: new RegExp(`^OOG ${POINT}`), expected: "OOG pc=<pc> gas=<gas> …" },
  HALT: { shape: new RegExp(`^HALT ${POINT}`), expected: "HALT pc=<pc> gas=<gas> …" },
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

class Parser {
  readonly comments: string[] = [];
  program: Uint8Array | undefined;
  readonly memory: TraceMemory[] = [];
  start: TracePoint | undefined;
  readonly calls: Mutable<TraceCall>[] = [];
  end: TraceEnd | undefined;
  line = 0;
  #column = 0;

  fail(code: string, reason: string, expected?: string): never {
    throw new LoadError(code, reason, { line: this.line, column: this.#column + 1, expected });
  }

  take(text: string): void {
    const found = KEYWORD.exec(text);
    if (found === null) return;
    const keyword = found[1] as string;
    this.#column = found.index + found[0].length - keyword.length;
    const rest = text.slice(this.#column).replace(/\s+$/, "");
    const name = (/^\w+/.exec(keyword) as RegExpExecArray)[0];
    if (name === "comment" || name === "context") {
      this.comments.push(rest.slice(name.length + 1));
      return;
    }
    const { shape, expected } = SHAPES[name] as (typeof SHAPES)[string];
    const match = shape.exec(rest);
    if (match === null) this.fail("JAM_TRACE_SYNTAX", `a line that begins like ${name} goes on differently`, expected);
    this.#accept(name, match.slice(1) as string[]);
  }

  #accept(name: string, parts: readonly string[]): void {
    if (this.end !== undefined) this.fail("JAM_TRACE_ORDER", `${name} behind the end`);
    switch (name) {
      case "program":
        if (this.program !== undefined) this.fail("JAM_TRACE_ORDER", "a second program", "one trace in a file");
        this.program = this.#bytes(parts[0] as string);
        return;
      case "start":
        if (this.program === undefined) this.fail("JAM_TRACE_ORDER", "start without a program", "program 0x<hex>");
        if (this.start !== undefined) this.fail("JAM_TRACE_ORDER", "a second start");
        this.start = this.#point(parts);
        return;
      case "memwrite":
        if (this.start === undefined) this.memory.push(this.#memory(parts));
        else this.#call(name).writes.push(this.#memory(parts));
        return;
      case "memread":
        this.#call(name).reads.push(this.#memory(parts));
        return;
      case "setreg":
        this.#call(name).registersSet.push({
          index: this.#index(parts[0] as string),
          value: this.#u64(parts[1] as string),
        });
        return;
      case "setgas":
        this.#call(name).gasSet = this.#gas(parts[0] as string);
        return;
      case "ecalli": {
        if (this.start === undefined) this.fail("JAM_TRACE_ORDER", "a host call before the start");
        const id = Number(parts[0]);
        if (id !== (id | 0) && id !== id >>> 0) this.fail("JAM_TRACE_VALUE", `host call ${id}`, "a 32-bit number");
        const at = this.#point(parts.slice(1));
        this.calls.push({
          ...at,
          registers: [...at.registers],
          id: id | 0,
          reads: [],
          writes: [],
          registersSet: [],
          gasSet: undefined,
        });
        return;
      }
      default: {
        if (this.start === undefined) this.fail("JAM_TRACE_ORDER", `${name} before the start`);
        const argument = name === "PANIC" ? BigInt(parts[0] as string) : 0n;
        this.end = { ...this.#point(name === "PANIC" ? parts.slice(1) : parts), kind: name as TraceEndKind, argument };
      }
    }
  }

  #call(name: string): Mutable<TraceCall> {
    return this.calls.at(-1) ?? this.fail("JAM_TRACE_ORDER", `${name} before the first host call`);
  }
  #bytes(digits: string): Uint8Array {
    return fromHex(digits) ?? this.fail("JAM_TRACE_VALUE", "an odd number of hexadecimal digits");
  }
  #memory([at, length, digits]: readonly string[]): TraceMemory {
    const address = Number.parseInt(at as string, 16);
    if (address >= 2 ** 32) this.fail("JAM_TRACE_VALUE", `address 0x${at}`, "a 32-bit address");
    const bytes = this.#bytes(digits as string);
    if (bytes.length !== Number(length)) {
      this.fail("JAM_TRACE_VALUE", `len=${length}, but there are ${bytes.length} bytes`, `${length} bytes`);
    }
    return { address, bytes, line: this.line };
  }
  #index(digits: string): number {
    const index = Number(digits);
    return index < REGISTER_COUNT ? index : this.fail("JAM_TRACE_VALUE", `register ${index}`, "r00 to r12");
  }
  #u64(digits: string): bigint {
    const value = BigInt(`0x${digits}`);
    return value < 1n << 64n ? value : this.fail("JAM_TRACE_VALUE", `0x${digits}`, "a 64-bit value");
  }
  /** Gas below zero is what some engines report for none. */
  #gas(digits: string): bigint {
    const gas = BigInt(digits);
    if (gas >= 1n << 63n) this.fail("JAM_TRACE_VALUE", `gas ${digits}`, "less than 2^63");
    return gas < 0n ? 0n : gas;
  }
  #point([pc, gas, dump]: readonly string[]): TracePoint {
    const registers = new Array<bigint>(REGISTER_COUNT).fill(0n);
    for (const [, index, value] of (dump ?? "").matchAll(/ r(\d{1,2})=0x([0-9a-fA-F]+)/g)) {
      registers[this.#index(index as string)] = this.#u64(value as string);
    }
    if (Number(pc) >= 2 ** 32) this.fail("JAM_TRACE_VALUE", `pc ${pc}`, "a 32-bit number");
    return { pc: Number(pc), gas: this.#gas(gas as string), registers, line: this.line };
  }
}

/**
 * Parses a trace. Lines that are no part of the format are passed over, as are words in front of and behind the ones
 * that are: a trace may come straight from a log.
 *
 * @throws LoadError with line and column: `JAM_TRACE_SYNTAX` for a line that begins like one of the format and does not
 *   go on so, `JAM_TRACE_VALUE` for values out of range, `JAM_TRACE_ORDER` for lines that are missing or out of place
 */
export function parseTrace(text: string): EcalliTrace {
  const parser = new Parser();
  for (const line of text.split("\n")) {
    parser.line++;
    parser.take(line);
  }
  const { comments, program, memory, start, calls, end } = parser;
  const missing = program === undefined ? "program" : start === undefined ? "start" : "HALT, OOG or PANIC";
  if (program === undefined || start === undefined || end === undefined) {
    throw new LoadError("JAM_TRACE_ORDER", `the trace has no line ${missing}`, { line: parser.line, column: 1 });
  }
  return { comments, program, memory, start, calls, end };
}

// Comparing ---------------------------------------------------------------------------------------------------------

/** Where two traces, or a trace and a run, part. */
export interface TraceDifference {
  /** Number of the host call from 0; `start` and `end` for what comes before and after them all. */
  readonly at: number | "start" | "end";
  /** Line in the (first) trace's text, if it came from text. */
  readonly line: number | undefined;
  /** `pc`, `gas`, `r07`, `memread 0x00010000` … */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** Compares places; gives what differs. */
export function comparePoints(at: TraceDifference["at"], expected: TracePoint, actual: TracePoint): TraceDifference[] {
  const out: TraceDifference[] = [];
  const check = (what: string, a: number | bigint, b: number | bigint, radix = 10): void => {
    if (a === b) return;
    const text = (v: number | bigint): string => (radix === 16 ? `0x${v.toString(16)}` : String(v));
    out.push({ at, line: expected.line, what, expected: text(a), actual: text(b) });
  };
  check("pc", expected.pc, actual.pc);
  check("gas", expected.gas, actual.gas);
  for (let r = 0; r < REGISTER_COUNT; r++) {
    check(registerName(r), expected.registers[r] ?? 0n, actual.registers[r] ?? 0n, 16);
  }
  return out;
}

/** All that differs between two traces, up to and including the first host call at which they are no longer in step. */
export function compareTraces(expected: EcalliTrace, actual: EcalliTrace): TraceDifference[] {
  const out: TraceDifference[] = [];
  const list = (
    at: TraceDifference["at"],
    line: number | undefined,
    a: readonly string[],
    b: readonly string[],
  ): void => {
    for (let k = 0; k < Math.max(a.length, b.length); k++) {
      if (a[k] === b[k]) continue;
      const what = (a[k] ?? b[k] ?? "").split(" ").slice(0, 2).join(" ");
      out.push({ at, line, what, expected: a[k] ?? "nothing", actual: b[k] ?? "nothing" });
    }
  };
  list("start", undefined, [`program 0x${hex(expected.program)}`], [`program 0x${hex(actual.program)}`]);
  const lines = (keyword: "memread" | "memwrite", actions: readonly TraceMemory[]): string[] =>
    inTraceOrder(actions).map((action) => memoryLine(keyword, action));
  list("start", expected.start.line, lines("memwrite", expected.memory), lines("memwrite", actual.memory));
  out.push(...comparePoints("start", expected.start, actual.start));
  const actions = (call: TraceCall): string[] => [
    ...lines("memread", call.reads),
    ...lines("memwrite", call.writes),
    ...[...call.registersSet]
      .sort((a, b) => a.index - b.index)
      .map(({ index, value }) => `setreg ${registerName(index)} <- 0x${value.toString(16)}`),
    ...(call.gasSet === undefined ? [] : [`setgas <- ${call.gasSet}`]),
  ];
  const count = Math.max(expected.calls.length, actual.calls.length);
  for (let k = 0; k < count; k++) {
    const [a, b] = [expected.calls[k], actual.calls[k]];
    if (a === undefined || b === undefined || a.id !== b.id || a.pc !== b.pc) {
      const text = (call: TraceCall | undefined): string => (call ? `ecalli=${call.id} pc=${call.pc}` : "no host call");
      out.push({ at: k, line: a?.line, what: "ecalli", expected: text(a), actual: text(b) });
      return out;
    }
    out.push(...comparePoints(k, a, b));
    list(k, a.line, actions(a), actions(b));
  }
  list("end", expected.end.line, [expected.end.kind], [actual.end.kind]);
  out.push(...comparePoints("end", expected.end, actual.end));
  return out;
}
