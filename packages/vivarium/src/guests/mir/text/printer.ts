/** Modules to textual MIR that {@link parseText} reads back to the same modules. */
import { f64FromBits, readBits80, significantDigits, unpack80 } from "../float80.js";
import {
  type DataItem,
  type FuncItem,
  HEADER_WORDS,
  type Item,
  LABEL_CODE,
  type MirModule,
  OPERAND_WORDS,
  Operand,
  type Signature,
} from "../module.js";
import { OPS } from "../ops.js";
import { isBlock, type MirType, T, TYPE_NAMES, TYPE_SIZES } from "../types.js";

/** Significant decimal digits that tell any two 80-bit numbers apart. */
const DIGITS_80 = 21;

/** Registers declared on one line. */
const PER_LINE = 8;

/** Prints modules, one after the other. */
export function printModules(modules: readonly MirModule[]): string {
  return modules.map(printModule).join("");
}

/** Prints one module. */
export function printModule(module: MirModule): string {
  const out: string[] = [`${module.name}:\tmodule\n`];
  for (const item of module.items) out.push(printItem(module, item));
  out.push("\tendmodule\n");
  return out.join("");
}

function printItem(module: MirModule, item: Item): string {
  const label = item.name === null ? "" : `${item.name}:`;
  switch (item.kind) {
    case "import":
    case "export":
    case "forward":
      return `\t${item.kind}\t${item.name}\n`;
    case "proto":
      return `${label}\tproto${printSignature(item.signature)}\n`;
    case "func":
      return printFunction(module, item);
    case "data":
      return `${label}${printData(item)}\n`;
    case "bss":
      return `${label}\tbss\t${item.length}\n`;
    case "ref":
      return `${label}\tref\t${module.symbols[item.symbol]?.name}, ${item.disp}\n`;
    case "lref": {
      const second = item.label2 < 0 ? "" : `, ${module.labels[item.label2]?.name}`;
      const disp = item.disp === 0n ? "" : `, ${item.disp}`;
      return `${label}\tlref\t${module.labels[item.label]?.name}${second}${disp}\n`;
    }
    case "expr":
      return `${label}\texpr\t${module.symbols[item.symbol]?.name}\n`;
  }
}

/** Results and parameters with the tab before them; nothing if there are none. */
function printSignature(signature: Signature): string {
  const parts = signature.results.map((type) => TYPE_NAMES[type] as string);
  for (const { type, name, size } of signature.params) {
    parts.push(isBlock(type) ? `${TYPE_NAMES[type]}:${size}(${name})` : `${TYPE_NAMES[type]}:${name}`);
  }
  if (signature.vararg) parts.push("...");
  return parts.length === 0 ? "" : `\t${parts.join(", ")}`;
}

/** Prints a function with its declarations. */
export function printFunction(module: MirModule, func: FuncItem): string {
  const out: string[] = [`${func.name}:\tfunc${printSignature(func.signature)}\n`];
  const declared = func.registers.slice(1 + func.signature.params.length);
  for (const keyword of ["local", "global"]) {
    const some = declared.filter((r) => r !== null && (r.hard !== null) === (keyword === "global"));
    for (let i = 0; i < some.length; i += PER_LINE) {
      const line = some.slice(i, i + PER_LINE).map((r) => {
        const text = `${TYPE_NAMES[r?.type as number]}:${r?.name}`;
        return r?.hard === null ? text : `${text}:${r?.hard}`;
      });
      out.push(`\t${keyword}\t${line.join(", ")}\n`);
    }
  }
  const { data } = module.code;
  for (let at = func.start; at < func.end; ) {
    const head = data[at] as number;
    out.push(printInsn(module, func, at), "\n");
    at += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
  }
  out.push("\tendfunc\n");
  return out.join("");
}

/** Prints the instruction or label at a word offset of the module's code. */
export function printInsn(module: MirModule, func: FuncItem, at: number): string {
  const { data } = module.code;
  const head = data[at] as number;
  const code = head & 0xff;
  const count = head >>> 8;
  if (code === LABEL_CODE) return `${module.labels[data[at + HEADER_WORDS + 1] as number]?.name}:`;
  const operands: string[] = [];
  for (let k = 0; k < count; k++) operands.push(printOperand(module, func, at + HEADER_WORDS + k * OPERAND_WORDS));
  const { name } = OPS[code] as { name: string };
  return count === 0 ? `\t${name}` : `\t${name}\t${operands.join(", ")}`;
}

/** The 64-bit integer made of two words. */
export function join64(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Prints the operand at a word offset of the module's code. */
export function printOperand(module: MirModule, func: FuncItem, at: number): string {
  const { data } = module.code;
  const a = data[at + 1] as number;
  const b = data[at + 2] as number;
  switch (data[at]) {
    case Operand.reg:
      return func.registers[a]?.name as string;
    case Operand.int:
      return join64(a, b).toString();
    case Operand.uint:
      return BigInt.asUintN(64, join64(a, b)).toString();
    case Operand.float:
      return printF32(a);
    case Operand.double:
      return printF64(BigInt.asUintN(64, join64(a, b)));
    case Operand.ldouble:
      return printF80(module.longDoubles[a] as bigint);
    case Operand.mem:
      return printMemory(module, func, a);
    case Operand.ref:
      return module.symbols[a]?.name as string;
    case Operand.str:
      return printString(module.strings[a] as Uint8Array);
    default:
      return module.labels[a]?.name as string;
  }
}

function printMemory(module: MirModule, func: FuncItem, at: number): string {
  const m = module.mems.data;
  const type = m[at] as number;
  const disp = join64(m[at + 1] as number, m[at + 2] as number);
  const base = m[at + 3] as number;
  const index = m[at + 4] as number;
  const scale = m[at + 5] as number;
  const alias = m[at + 6] as number;
  const nonalias = m[at + 7] as number;
  let text = `${TYPE_NAMES[type]}:`;
  const symbol = m[at + 8] as number;
  if (symbol !== 0) text += module.symbols[symbol - 1]?.name;
  else if (disp !== 0n || (base === 0 && index === 0)) text += disp;
  if (base !== 0 || index !== 0) {
    text += `(${base === 0 ? "" : func.registers[base]?.name}`;
    if (index !== 0) text += `, ${func.registers[index]?.name}${scale === 1 ? "" : `, ${scale}`}`;
    text += ")";
  }
  if (alias !== 0 || nonalias !== 0) {
    text += `:${alias === 0 ? "" : module.aliases[alias - 1]}`;
    if (nonalias !== 0) text += `:${module.aliases[nonalias - 1]}`;
  }
  return text;
}

const NAMED_ESCAPES: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

/** A string literal with every byte visible; the NUL that reading appends is not printed. */
export function printString(bytes: Uint8Array): string {
  const length =
    bytes.length > 1 && bytes[bytes.length - 1] === 0 && bytes[bytes.length - 2] !== 0
      ? bytes.length - 1
      : bytes.length;
  let text = '"';
  for (let i = 0; i < length; i++) {
    const c = bytes[i] as number;
    text += NAMED_ESCAPES[c] ?? (c >= 32 && c < 127 ? String.fromCharCode(c) : `\\${c.toString(8).padStart(3, "0")}`);
  }
  return `${text}"`;
}

/** True if bytes read better as a string: NUL-terminated, mostly visible, and re-read to the same bytes. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length < 2 || bytes[bytes.length - 1] !== 0) return false;
  for (let i = 0; i < bytes.length - 1; i++) {
    const c = bytes[i] as number;
    if ((c < 32 || c > 126) && c !== 10 && c !== 9) return false;
  }
  return true;
}

function printData(item: DataItem): string {
  const { type, bytes } = item;
  if (type === T.u8 && isText(bytes)) return `\tstring\t${printString(bytes)}`;
  const size = TYPE_SIZES[type] as number;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: string[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) values.push(printElement(type, view, bytes, at));
  return `\t${TYPE_NAMES[type]}\t${values.join(", ")}`;
}

function printElement(type: MirType, view: DataView, bytes: Uint8Array, at: number): string {
  switch (type) {
    case T.i8:
      return view.getInt8(at).toString();
    case T.u8:
      return view.getUint8(at).toString();
    case T.i16:
      return view.getInt16(at, true).toString();
    case T.u16:
      return view.getUint16(at, true).toString();
    case T.i32:
      return view.getInt32(at, true).toString();
    case T.u32:
      return view.getUint32(at, true).toString();
    case T.i64:
      return view.getBigInt64(at, true).toString();
    case T.f:
      return printF32(view.getInt32(at, true));
    case T.d:
      return printF64(view.getBigUint64(at, true));
    case T.ld:
      return printF80(readBits80(bytes, at));
    default:
      return view.getBigUint64(at, true).toString();
  }
}

/** `nan` and `inf` with suffix; a payload other than the usual one is added in parentheses. */
function printSpecial(negative: boolean, payload: bigint, quiet: bigint, suffix: string): string {
  const sign = negative ? "-" : "";
  if (payload === 0n) return `${sign}inf${suffix}`;
  return payload === quiet ? `${sign}nan${suffix}` : `${sign}nan${suffix}(0x${payload.toString(16)})`;
}

/** Makes a JavaScript number's text a float literal of MIR: with a point or an exponent. */
function asFloat(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The shortest literal of an f32. */
export function printF32(bits: number): string {
  scratch.setInt32(0, bits);
  const value = scratch.getFloat32(0);
  if (!Number.isFinite(value)) return printSpecial(bits < 0, BigInt(bits & 0x7fffff), 0x400000n, "f");
  if (value === 0) return bits < 0 ? "-0.0f" : "0.0f";
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits)).toString();
    if (Math.fround(Number(text)) === value) return `${asFloat(text)}f`;
  }
  return `${asFloat(Number(value.toPrecision(9)).toString())}f`;
}

/** The shortest literal of an f64. */
export function printF64(bits: bigint): string {
  const value = f64FromBits(bits);
  if (!Number.isFinite(value)) return printSpecial(bits >> 63n === 1n, bits & 0xfffffffffffffn, 1n << 51n, "");
  return Object.is(value, -0) ? "-0.0" : asFloat(value.toString());
}

/** A literal of an 80-bit number with all digits that matter. */
export function printF80(bits: bigint): string {
  const { negative, mantissa, exponent, special } = unpack80(bits);
  const sign = negative ? "-" : "";
  if (special) return printSpecial(negative, mantissa & 0x7fffffffffffffffn, 1n << 62n, "L");
  if (mantissa === 0n) return `${sign}0.0L`;
  const { digits, point } = significantDigits(mantissa, exponent, DIGITS_80);
  const fraction = digits.slice(1).replace(/0+$/, "");
  return `${sign}${digits[0]}.${fraction === "" ? "0" : fraction}e${point < 0 ? "-" : "+"}${Math.abs(point)}L`;
}
