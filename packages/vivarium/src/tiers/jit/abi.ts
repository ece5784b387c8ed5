/** How compiled regions are called, how they say why they came back, and the module through which TypeScript enters them. */
import { FunctionWriter, ModuleWriter, type WasmType } from "../../wasm/module.js";
import { STATE } from "../state.js";

/** Stop codes between compiled code and its driver, beside those of `STOP`. */
export const JIT_STOP = {
  /** Go on at the header in `state.pc`, which nothing here can do. */
  jump: 20,
  /** Go on at the slot in `state.pc` in the interpreter: an instruction that is not compiled. */
  interpret: 21,
  /** The same, because `state.missed` is in neither window of its base register. */
  window: 22,
} as const;

/** `expected` of a function that nobody waits for: no code table has so many entries. */
export const NOBODY = -2;

/** (state, page table, fuel, depth left, code table entry that returns) → fuel left, or minus a stop code. */
export const REGION_PARAMS: readonly WasmType[] = ["i32", "i32", "i32", "i32", "i32"];
export const P = { state: 0, pageTable: 1, fuel: 2, depth: 3, expected: 4, frame: -1 } as const;
/** Writes the module with which TypeScript enters compiled code, and what stands in for code that is not compiled. */
export function entryModule(): Uint8Array<ArrayBuffer> {
  const m = new ModuleWriter();
  m.importMemory("vivarium", "memory");
  m.importTable("vivarium", "table");
  const type = m.type(REGION_PARAMS, ["i32"]);
  const absent = new FunctionWriter(REGION_PARAMS, ["i32"]);
  absent.get(P.state);
  absent.get(P.fuel);
  absent.mem("i32.store", STATE.fuel);
  absent.i32(-JIT_STOP.jump);
  m.export("absent", m.function(absent));
  const enter = new FunctionWriter(["i32", "i32", "i32"], ["i32"]);
  enter.get(0);
  enter.get(0);
  enter.mem("i32.load", STATE.pageTable);
  enter.get(0);
  enter.mem("i32.load", STATE.fuel);
  enter.get(2);
  enter.i32(NOBODY);
  enter.get(1);
  enter.callIndirect(type);
  m.export("enter", m.function(enter));
  return m.finish();
}
