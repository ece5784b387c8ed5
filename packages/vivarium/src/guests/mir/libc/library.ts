/**
 * The C library's host part: what needs streams, exact decimal conversion, mathematics or the machine itself. Everything
 * that plain C can do is guest code (`guest/`), so that it is metered, checked and saved like any other.
 */

import { type Backend, frameStart } from "../../../machine/backend.js";
import { type HostResult, Leave, Relocation } from "../../../machine/host.js";
import { GuestFault, type MirContext } from "../context.js";
import { formatMemory, ListArguments, SlotArguments } from "./arguments.js";
import { BINARY, fma, frexp, scalbn, TO_INTEGER, UNARY } from "./math.js";
import { type ArgumentCursor, FormatTooLong, formatPrintf } from "./printf.js";
import { type CharacterSource, parseFloatText, scan } from "./scanf.js";
import type { Stream } from "./streams.js";

/** A library function: reads arguments from its context and sets its results there. */
export type LibraryFunction = (c: MirContext) => HostResult;

const functions = new Map<string, LibraryFunction>();

function define(names: string, call: LibraryFunction): void {
  for (const name of names.split(" ")) functions.set(name, call);
}

/** The library's host functions by name. */
export const LIBRARY: ReadonlyMap<string, LibraryFunction> = functions;

/** Streams that programs import as data: pointers to `FILE`, by file descriptor. */
export const STREAM_VARIABLES: Readonly<Record<string, number>> = { stdin: 0, stdout: 1, stderr: 2 };

const EOF = -1;
const UTF8 = new TextEncoder();

/** Gas for work on `bytes` bytes that no guest instruction does. */
function charge(c: MirContext, bytes: number): HostResult {
  return c.charge(BigInt(Math.ceil(bytes / 16))) ? undefined : c.outOfGas();
}

function stream(c: MirContext, k: number): Stream | null {
  return c.machine.streams.get(c.u32(k));
}

// Formatted output

/** Formats with the format in argument `k`; null where glibc gives up. */
function formatted(c: MirContext, k: number, args: ArgumentCursor): Uint8Array | null {
  try {
    return formatPrintf(c.bytes(c.u32(k)), args, formatMemory(c));
  } catch (error) {
    if (error instanceof FormatTooLong) return null;
    throw error;
  }
}

/** Writes formatted bytes to a stream and returns their number. */
function emit(c: MirContext, to: Stream | null, bytes: Uint8Array | null): HostResult {
  if (bytes === null || to === null) {
    c.setI32(-1);
    return undefined;
  }
  const left = charge(c, bytes.length);
  if (left !== undefined) return left;
  c.setI32(to.put(bytes) ? bytes.length : -1);
  return undefined;
}

/** Stores formatted bytes and a NUL in memory, cut to `most` bytes. */
function emitText(c: MirContext, address: number, most: number, bytes: Uint8Array | null): HostResult {
  if (bytes === null) {
    c.setI32(-1);
    return undefined;
  }
  const left = charge(c, bytes.length);
  if (left !== undefined) return left;
  if (most > 0) {
    const kept = bytes.subarray(0, Math.min(bytes.length, most - 1));
    const text = new Uint8Array(kept.length + 1);
    text.set(kept);
    c.write(address, text);
  }
  c.setI32(bytes.length);
  return undefined;
}

const standard = (c: MirContext, number: number): Stream | null => c.machine.streams.byNumber(number);
const rest = (c: MirContext, k: number): ArgumentCursor => new SlotArguments(c, k);
const list = (c: MirContext, k: number): ArgumentCursor => new ListArguments(c, c.u32(k));
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

define("printf", (c) => emit(c, standard(c, 1), formatted(c, 0, rest(c, 1))));
define("vprintf", (c) => emit(c, standard(c, 1), formatted(c, 0, list(c, 1))));
define("fprintf", (c) => emit(c, stream(c, 0), formatted(c, 1, rest(c, 2))));
define("vfprintf", (c) => emit(c, stream(c, 0), formatted(c, 1, list(c, 2))));
define("dprintf", (c) => emit(c, standard(c, c.i32(0)), formatted(c, 1, rest(c, 2))));
define("sprintf", (c) => emitText(c, c.u32(0), UNBOUNDED, formatted(c, 1, rest(c, 2))));
define("vsprintf", (c) => emitText(c, c.u32(0), UNBOUNDED, formatted(c, 1, list(c, 2))));
define("snprintf", (c) => emitText(c, c.u32(0), c.size(1), formatted(c, 2, rest(c, 3))));
define("vsnprintf", (c) => emitText(c, c.u32(0), c.size(1), formatted(c, 2, list(c, 3))));
define("__printf_chk", (c) => emit(c, standard(c, 1), formatted(c, 1, rest(c, 2))));
define("__fprintf_chk", (c) => emit(c, stream(c, 0), formatted(c, 2, rest(c, 3))));
define("__sprintf_chk", (c) => emitText(c, c.u32(0), c.size(2), formatted(c, 3, rest(c, 4))));
define("__snprintf_chk", (c) => emitText(c, c.u32(0), c.size(1), formatted(c, 4, rest(c, 5))));

// Formatted input

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function scanned(c: MirContext, k: number, source: CharacterSource, args: ArgumentCursor): void {
  c.setI32(scan(latin1(c.bytes(c.u32(k))), source, args, { store: (address, bytes) => c.write(address, bytes) }));
}

function streamSource(s: Stream): CharacterSource {
  return {
    next: () => s.get(),
    back: (ch) => {
      s.unget(ch);
    },
  };
}

function textSource(bytes: Uint8Array): CharacterSource {
  let at = 0;
  return {
    next: () => (at < bytes.length ? (bytes[at++] as number) : -1),
    back: () => {
      at--;
    },
  };
}

function scanStream(c: MirContext, s: Stream | null, k: number, args: ArgumentCursor): void {
  if (s === null) c.setI32(EOF);
  else scanned(c, k, streamSource(s), args);
}

define("scanf __isoc99_scanf __isoc23_scanf", (c) => scanStream(c, standard(c, 0), 0, rest(c, 1)));
define("fscanf __isoc99_fscanf __isoc23_fscanf", (c) => scanStream(c, stream(c, 0), 1, rest(c, 2)));
define("sscanf __isoc99_sscanf __isoc23_sscanf", (c) => scanned(c, 1, textSource(c.bytes(c.u32(0))), rest(c, 2)));
define("vsscanf __isoc99_vsscanf __isoc23_vsscanf", (c) => scanned(c, 1, textSource(c.bytes(c.u32(0))), list(c, 2)));

// Characters, lines, blocks

function putCharacter(c: MirContext, s: Stream | null, character: number): void {
  const byte = character & 0xff;
  c.setI32(s?.put(Uint8Array.of(byte)) === true ? byte : EOF);
}

define("putchar putchar_unlocked", (c) => putCharacter(c, standard(c, 1), c.i32(0)));
define("putc fputc _IO_putc putc_unlocked fputc_unlocked", (c) => putCharacter(c, stream(c, 1), c.i32(0)));
define("puts", (c) => {
  const text = c.bytes(c.u32(0));
  const line = new Uint8Array(text.length + 1);
  line.set(text);
  line[text.length] = 10;
  return emit(c, standard(c, 1), line);
});
define("fputs fputs_unlocked", (c) => {
  const bytes = c.bytes(c.u32(0));
  const result = emit(c, stream(c, 1), bytes);
  return result;
});
define("fwrite fwrite_unlocked", (c) => {
  const size = c.size(1);
  const count = c.size(2);
  const s = stream(c, 3);
  const bytes = c.read(c.u32(0), size * count);
  const left = charge(c, bytes.length);
  if (left !== undefined) return left;
  c.setI64(s?.put(bytes) === true ? BigInt(count) : 0n);
  return undefined;
});
define("write", (c) => {
  const s = standard(c, c.i32(0));
  const bytes = c.read(c.u32(1), c.size(2));
  c.setI64(s?.put(bytes) === true ? BigInt(bytes.length) : -1n);
});

function getCharacter(c: MirContext, s: Stream | null): void {
  c.setI32(s === null ? EOF : s.get());
}

define("getchar getchar_unlocked", (c) => getCharacter(c, standard(c, 0)));
define("getc fgetc _IO_getc getc_unlocked fgetc_unlocked", (c) => getCharacter(c, stream(c, 0)));
define("ungetc", (c) => {
  const character = c.i32(0);
  c.setI32(stream(c, 1)?.unget(character) === true ? character & 0xff : EOF);
});

/** Reads at most `most` characters up to and with a newline. */
function readLine(s: Stream, most: number): number[] {
  const line: number[] = [];
  while (line.length < most) {
    const character = s.get();
    if (character < 0) break;
    line.push(character);
    if (character === 10) break;
  }
  return line;
}

define("fgets", (c) => {
  const s = stream(c, 2);
  const line = s === null ? [] : readLine(s, c.i32(1) - 1);
  if (line.length === 0) {
    c.setU32(0);
    return;
  }
  const address = c.u32(0);
  c.write(address, Uint8Array.from([...line, 0]));
  c.setU32(address);
});
define("gets", (c) => {
  const s = standard(c, 0);
  const line = s === null ? [] : readLine(s, 1 << 20);
  if (line.length === 0) {
    c.setU32(0);
    return;
  }
  if (line[line.length - 1] === 10) line.pop();
  const address = c.u32(0);
  c.write(address, Uint8Array.from([...line, 0]));
  c.setU32(address);
});

/** Reads up to `wanted` bytes. */
function readBytes(s: Stream, wanted: number): Uint8Array {
  const most = Math.min(wanted, s.length - s.position + 1);
  const bytes = new Uint8Array(Math.max(0, most));
  let n = 0;
  while (n < wanted) {
    const character = s.get();
    if (character < 0) break;
    bytes[n++] = character;
  }
  return bytes.subarray(0, n);
}

define("fread fread_unlocked", (c) => {
  const size = c.size(1);
  const s = stream(c, 3);
  const bytes = s === null || size === 0 ? new Uint8Array(0) : readBytes(s, size * c.size(2));
  c.write(c.u32(0), bytes);
  c.setI64(size === 0 ? 0n : BigInt(Math.floor(bytes.length / size)));
});
define("read", (c) => {
  const s = standard(c, c.i32(0));
  if (s === null) {
    c.setI64(-1n);
    return;
  }
  const bytes = readBytes(s, c.size(2));
  c.write(c.u32(1), bytes);
  c.setI64(BigInt(bytes.length));
});

// Files

define("fopen fopen64", (c) => c.setU32(c.machine.streams.openFile(c.string(c.u32(0)), c.string(c.u32(1)))));
define("fclose", (c) => c.setI32(c.machine.streams.close(c.u32(0)) ? 0 : EOF));
define("fflush fflush_unlocked", (c) => {
  const s = stream(c, 0);
  if (s !== null) c.machine.streams.flush(s);
  c.setI32(0);
});
define("feof feof_unlocked", (c) => c.setI32(stream(c, 0)?.atEnd === true ? 1 : 0));
define("ferror ferror_unlocked", (c) => c.setI32(stream(c, 0)?.failed === false ? 0 : 1));
define("clearerr", (c) => {
  const s = stream(c, 0);
  if (s !== null) {
    s.atEnd = false;
    s.failed = false;
  }
});
define("fileno", (c) => c.setI32(stream(c, 0) === null ? -1 : (c.u32(0) & 0xffff) >> 4));
define("fseek fseeko", (c) => c.setI32(stream(c, 0)?.seek(Number(c.i64(1)), c.i32(2)) === true ? 0 : -1));
define("ftell ftello", (c) => c.setI64(BigInt(stream(c, 0)?.tell() ?? -1)));
define("rewind", (c) => {
  stream(c, 0)?.seek(0, 0);
});
define("remove unlink", (c) => c.setI32(c.machine.streams.remove(c.string(c.u32(0))) ? 0 : -1));
define("setvbuf", (c) => c.setI32(0));
define("setbuf setbuffer setlinebuf", () => undefined);
define("perror", (c) => {
  const prefix = c.u32(0) === 0 ? "" : `${c.string(c.u32(0))}: `;
  standard(c, 2)?.put(UTF8.encode(`${prefix}Error\n`));
});

// Numbers from text

/** What may begin a floating-point number for strtod. */
const FLOAT =
  /^[+-]?(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan(?:\(\w*\))?)/i;

function floatAt(c: MirContext, address: number): { value: number; text: string; end: number } {
  const text = latin1(c.bytes(address));
  const start = /^[ \t-\r]*/.exec(text)?.[0].length as number;
  const match = FLOAT.exec(text.slice(start));
  if (match === null) return { value: 0, text: "0", end: address };
  return { value: parseFloatText(match[0]), text: match[0], end: address + start + match[0].length };
}

function storeEnd(c: MirContext, end: number): void {
  const address = c.u32(1);
  if (address !== 0 && !c.memory.writeU64(address, BigInt(end))) throw new GuestFault(address);
}

define("strtod strtold __strtod_internal", (c) => {
  const { value, end } = floatAt(c, c.u32(0));
  storeEnd(c, end);
  c.setF64(value);
});
define("strtof", (c) => {
  const { value, end } = floatAt(c, c.u32(0));
  storeEnd(c, end);
  c.setF32(Math.fround(value));
});
define("atof", (c) => c.setF64(floatAt(c, c.u32(0)).value));

// Mathematics: for each name the f64, f32 and long double forms

for (const [name, f] of Object.entries(UNARY)) {
  define(`${name} ${name}l`, (c) => c.setF64(f(c.f64(0))));
  define(`${name}f`, (c) => c.setF32(f(c.f32(0))));
}
for (const [name, f] of Object.entries(BINARY)) {
  define(`${name} ${name}l`, (c) => c.setF64(f(c.f64(0), c.f64(1))));
  define(`${name}f`, (c) => c.setF32(f(c.f32(0), c.f32(1))));
}
const toInteger = (value: number): bigint => (Math.abs(value) < 2 ** 63 ? BigInt(value) : -(2n ** 63n));
for (const [name, f] of Object.entries(TO_INTEGER)) {
  define(`${name} ${name}l`, (c) => c.setI64(toInteger(f(c.f64(0)))));
  define(`${name}f`, (c) => c.setI64(toInteger(f(c.f32(0)))));
}
define("fma fmal", (c) => c.setF64(fma(c.f64(0), c.f64(1), c.f64(2))));
define("ldexp scalbn ldexpl scalbnl", (c) => c.setF64(scalbn(c.f64(0), c.i32(1))));
define("ldexpf scalbnf", (c) => c.setF32(scalbn(c.f32(0), c.i32(1))));
define("ilogb", (c) => c.setI32(c.f64(0) === 0 ? -(2 ** 31) : frexp(c.f64(0)).exponent - 1));

function storeF64(c: MirContext, address: number, value: number): void {
  const cell = new Uint8Array(8);
  new DataView(cell.buffer).setFloat64(0, value, true);
  c.write(address, cell);
}

define("frexp frexpl", (c) => {
  const { fraction, exponent } = frexp(c.f64(0));
  if (!c.memory.writeU32(c.u32(1), exponent)) throw new GuestFault(c.u32(1));
  c.setF64(fraction);
});
define("modf modfl", (c) => {
  const x = c.f64(0);
  const whole = Math.trunc(x);
  storeF64(c, c.u32(1), whole);
  const fraction = Number.isFinite(x) ? x - whole : Number.isNaN(x) ? x : 0;
  c.setF64((BINARY.copysign as (a: number, b: number) => number)(fraction, x));
});
define("__isnan isnan __isnanl", (c) => c.setI32(Number.isNaN(c.f64(0)) ? 1 : 0));
define("__isinf isinf __isinfl", (c) =>
  c.setI32(Math.abs(c.f64(0)) === Number.POSITIVE_INFINITY ? Math.sign(c.f64(0)) : 0),
);
define("__finite finite", (c) => c.setI32(Number.isFinite(c.f64(0)) ? 1 : 0));
define("__signbit __signbitl", (c) => c.setI32(Object.is(c.f64(0), -0) || c.f64(0) < 0 ? 1 : 0));
define("__signbitf", (c) => c.setI32(Object.is(c.f32(0), -0) || c.f32(0) < 0 ? 1 : 0));

const FP = { nan: 0, infinite: 1, zero: 2, subnormal: 3, normal: 4 } as const;
const classify = (x: number, least: number): number => {
  if (Number.isNaN(x)) return FP.nan;
  if (!Number.isFinite(x)) return FP.infinite;
  return x === 0 ? FP.zero : Math.abs(x) < least ? FP.subnormal : FP.normal;
};
define("__fpclassify __fpclassifyl", (c) => c.setI32(classify(c.f64(0), 2 ** -1022)));
define("__fpclassifyf", (c) => c.setI32(classify(c.f32(0), 2 ** -126)));

// The machine

define("exit _exit _Exit __viv_exit", (c) => {
  c.machine.finish(c.i32(0));
  return c.halt();
});
define("abort", (c) => {
  c.machine.finish(134);
  return new Leave("panic", "abort()");
});
define("__viv_fail", (c) => {
  const message = c.string(c.u32(0));
  standard(c, 2)?.put(UTF8.encode(`${message}\n`));
  c.machine.finish(134);
  return new Leave("panic", message);
});
define("__assert_fail", (c) => {
  const [text, file, line, where] = [c.string(c.u32(0)), c.string(c.u32(1)), c.u32(2), c.u32(3)];
  const name = where === 0 ? "" : `${c.string(where)}: `;
  const message = `${file}:${line}: ${name}Assertion \`${text}' failed.`;
  standard(c, 2)?.put(UTF8.encode(`${c.machine.programName}: ${message}\n`));
  c.machine.finish(134);
  return new Leave("panic", message);
});
define("__viv_sbrk sbrk", (c) => c.setI64(BigInt(c.machine.growHeap(Number(c.i64(0))))));
define("getenv secure_getenv", (c) => c.setU32(c.machine.environmentValue(c.string(c.u32(0)))));
define("setlocale", (c) => c.setU32(0));
define("signal", (c) => c.setI64(0n));
define("getpid", (c) => c.setI32(1));
define("isatty", (c) => c.setI32(0));

// Time, if granted

define("time", (c) => {
  const { clock } = c.machine;
  const seconds = clock === null ? -1n : BigInt(Math.floor(clock() / 1000));
  const address = c.u32(0);
  if (address !== 0 && !c.memory.writeU64(address, BigInt.asUintN(64, seconds))) throw new GuestFault(address);
  c.setI64(seconds);
});
define("clock", (c) => {
  const { clock } = c.machine;
  c.setI64(clock === null ? -1n : BigInt(Math.floor((clock() - c.machine.startTime) * 1000)));
});
define("gettimeofday", (c) => {
  const { clock } = c.machine;
  if (clock === null) {
    c.setI32(-1);
    return;
  }
  const now = clock();
  const cell = new Uint8Array(16);
  const view = new DataView(cell.buffer);
  view.setBigInt64(0, BigInt(Math.floor(now / 1000)), true);
  view.setBigInt64(8, BigInt(Math.floor((now % 1000) * 1000)), true);
  c.write(c.u32(0), cell);
  c.setI32(0);
});
define("clock_gettime", (c) => {
  const { clock } = c.machine;
  if (clock === null) {
    c.setI32(-1);
    return;
  }
  const now = clock();
  const cell = new Uint8Array(16);
  const view = new DataView(cell.buffer);
  view.setBigInt64(0, BigInt(Math.floor(now / 1000)), true);
  view.setBigInt64(8, BigInt(Math.floor((now % 1000) * 1e6)), true);
  c.write(c.u32(1), cell);
  c.setI32(0);
});

// Long jumps. A jmp_buf holds: a mark, depth of the frame, the instruction of the call, stack pointer, window.

const JUMP_MARK = 0x6a6d7062;

define("_setjmp setjmp __sigsetjmp sigsetjmp", (c) => {
  const { backend, code } = c.machine;
  const address = c.u32(0);
  c.write(address, jumpBuffer(backend, backend.depth, backend.index, c.window));
  c.setI32(0);
  const stub = (code.functionAt(backend.index) as { source?: unknown } | undefined)?.source === null;
  if (!stub) return undefined;
  // Called through its address: it is the call of the stub that comes back a second time.
  return new Relocation(() => {
    const { calls } = backend.saveFrames();
    const call = calls[calls.length - 1];
    if (call !== undefined) {
      c.machine.memory.write(address, jumpBuffer(backend, calls.length - 1, call.caller, call.window));
    }
    backend.index += 1;
    return undefined;
  });
});

function jumpBuffer(backend: Backend, depth: number, index: number, window: number): Uint8Array {
  const words = [BigInt(JUMP_MARK), BigInt(depth), BigInt(index), backend.getVar("sp"), BigInt(window)];
  return new Uint8Array(BigUint64Array.from(words).buffer);
}

define("longjmp _longjmp siglongjmp __longjmp_chk", (c) => {
  const view = new DataView(c.read(c.u32(0), 40).buffer);
  const value = c.i32(1);
  return new Relocation(() => jump(c.machine, view, value));
});

/** Goes to where a jmp_buf says, if it can. */
function jump(machine: MirContext["machine"], view: DataView, value: number): Leave | undefined {
  const { backend, code } = machine;
  const [mark, depth, index, , window] = [0, 8, 16, 24, 32].map((at) => Number(view.getBigUint64(at, true)));
  const frames = backend.saveFrames();
  const call = frames.calls[depth as number];
  const there = depth === frames.calls.length ? backend.index : (call?.caller ?? -1);
  // The frame must still be one of the function that called setjmp, and the place a host call with that window.
  const target = code.functionAt(index as number);
  const sane =
    mark === JUMP_MARK &&
    there >= 0 &&
    (index as number) < code.count &&
    ["host", "call.a"].includes(code.isa.rows[code.op[index as number] as number]?.mnemonic ?? "") &&
    code.args[(index as number) * 4 + 1] === window &&
    code.functionAt(there) === target;
  if (!sane || target === undefined) return new Leave("panic", "longjmp to a frame that is gone");
  const calls = frames.calls.slice(0, depth);
  const end = frameStart({ calls, slots: frames.slots }) + target.slots;
  backend.index = index as number;
  backend.restoreFrames({ calls, slots: frames.slots.slice(0, end * 8) });
  backend.setVar("sp", view.getBigUint64(24, true));
  const slots = backend.frame((window as number) + 1);
  const cell = new DataView(slots.buffer, slots.byteOffset + 8 * (window as number), 8);
  cell.setBigInt64(0, BigInt(value === 0 ? 1 : value), true);
  backend.index = (index as number) + 1;
  return undefined;
}
