/** The child process: keeps machine code in executable pages and calls it on request. */
import { openSync } from "node:fs";
import { COLUMN, isFloat, type NativeColumn, type NativeType, type NativeValue, writeResult } from "./code.js";
import { childMain, confine, loadKoffi, tell } from "./confine.node.js";
import { codePages } from "./pages.node.js";
import { columnOffset, MAILBOX, type NativeCall, type Request } from "./protocol.js";

type Callee = (...args: readonly NativeValue[]) => NativeValue | undefined;
interface Loaded {
  readonly call: Callee;
  readonly params: readonly NativeType[];
  readonly result: NativeType | null;
}

const C_NAME: Readonly<Record<NativeType, string>> = {
  i32: "int32_t",
  u32: "uint32_t",
  i64: "int64_t",
  u64: "uint64_t",
  f32: "float",
  f64: "double",
};
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;

/** 64-bit integers are bigints always; koffi gives small ones as numbers. */
function normalised(value: NativeValue | undefined, type: NativeType | null): NativeValue | undefined {
  if (type === null) return undefined;
  return type === "i64" || type === "u64" ? BigInt(value as NativeValue) : (value as NativeValue);
}

/** Calls once for each row of the columns and counts in `progress`, which the parent can read when this one has died. */
function callRows(
  code: Loaded,
  columns: readonly NativeColumn[],
  out: NativeColumn | undefined,
  at: {
    readonly count: number;
    readonly progress: BigUint64Array;
  },
): void {
  const { call } = code;
  const wide = code.result !== null && !isFloat(code.result) && code.result.endsWith("64");
  const [a, b] = columns;
  const { count, progress } = at;
  const one = (row: number): NativeValue | undefined => {
    // Most functions have one or two arguments: no array for them.
    if (columns.length === 1) return call((a as NativeColumn)[row] as NativeValue);
    if (columns.length === 2)
      return call((a as NativeColumn)[row] as NativeValue, (b as NativeColumn)[row] as NativeValue);
    return call(...columns.map((column) => column[row] as NativeValue));
  };
  for (let row = 0; row < count; row++) {
    const value = one(row);
    if (out !== undefined) out[row] = (wide ? BigInt(value as NativeValue) : value) as never;
    progress[0] = BigInt(row + 1);
  }
}

/** Calls one function after the other, with results and progress where the parent can read them. */
function callAll(calls: readonly NativeCall[], codes: ReadonlyMap<number, Loaded>, mailbox: ArrayBuffer): void {
  const results = new DataView(mailbox, 8);
  const progress = new BigUint64Array(mailbox, 0, 1);
  progress[0] = 0n;
  calls.forEach(({ id, args }, k) => {
    const code = codes.get(id) as Loaded;
    const value = code.call(...args);
    if (code.result !== null) writeResult(results, 8 * k, value as NativeValue, code.result);
    progress[0] = BigInt(k + 1);
  });
}

await childMain(async () => {
  const koffi = await loadKoffi();
  confine(koffi);
  const install = codePages(koffi, process.arch);
  const libc = koffi.load(null);
  const fd = openSync(process.argv[2] as string, "r+");
  const mmap = libc.func("void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)");
  const address = mmap(null, MAILBOX, PROT_READ_WRITE, MAP_SHARED, fd, 0) as bigint;
  if (BigInt.asIntN(64, address) === -1n) throw new Error("the mailbox cannot be mapped");
  const mailbox = koffi.view(address, MAILBOX);
  const codes = new Map<number, Loaded>();

  const serve = (request: Request): NativeValue | undefined => {
    if (request.kind === "load") {
      const { params, result } = request;
      const proto = koffi.proto(
        result === null ? "void" : C_NAME[result],
        params.map((type) => C_NAME[type]),
      );
      codes.set(request.id, { call: koffi.decode(install(request.bytes), proto) as Callee, params, result });
      return undefined;
    }
    if (request.kind === "calls") {
      callAll(request.calls, codes, mailbox);
      return undefined;
    }
    const code = codes.get(request.id) as Loaded;
    if (request.kind === "call") return normalised(code.call(...request.args), code.result);
    const { count } = request;
    const column = (type: NativeType, index: number): NativeColumn =>
      new COLUMN[type](mailbox, columnOffset(index, count), count);
    const columns = code.params.map(column);
    const out = code.result === null ? undefined : column(code.result, columns.length);
    callRows(code, columns, out, { count, progress: new BigUint64Array(mailbox, 0, 1) });
    return undefined;
  };

  process.on("message", (request: Request) => {
    void childMain(() => {
      const value = serve(request);
      tell(value === undefined ? { kind: "done" } : { kind: "done", value });
    });
  });
  tell({ kind: "ready" });
});
