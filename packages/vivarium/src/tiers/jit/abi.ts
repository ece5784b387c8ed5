/** How compiled regions are called, how they say why they came back, and the module through which TypeScript enters them. */
import { STOP } from "../../machine/backend.js";
import { FunctionWriter, type WasmType } from "../../wasm/module.js";
import { TableModuleWriter } from "../../wasm/table-module.js";
import { CONTROL_ENTRY, FUNCTION_ENTRY, STATE } from "../state.js";

/** Stop codes between compiled code and its driver, beside those of `STOP`. */
export const JIT_STOP = {
  /** Go on at the header in `state.pc`, which nothing here can do. */
  jump: 20,
  /** Go on at the slot in `state.pc` in the interpreter: an instruction that is not compiled. */
  interpret: 21,
  /** The same, because `state.missed` is in no window that the code looks into. */
  window: 22,
  /** The same, because the instruction has met a case that was not expected. */
  unlikely: 23,
} as const;

/** `expected` of a function that nobody waits for: no code table has so many entries. */
export const NOBODY = -2;

/**
 * Parameters of a region, all i32; it returns the fuel that is left, or minus a stop code. Guests without frames: state,
 * fuel, depth left, code table entry that returns. Guests with frames: state, fuel, the next free entry of the control
 * stack, and the frame; functions that are called directly get their parameters behind these, and give their results
 * behind the fuel.
 */
export const REGION_PARAMS: readonly WasmType[] = ["i32", "i32", "i32", "i32"];
export const P = { state: 0, fuel: 1, depth: 2, expected: 3, control: 2, frame: 3 } as const;

/** Writes the module with which TypeScript enters compiled code, and what stands in for code that is not compiled. */
export function entryModule(framed: boolean): Uint8Array<ArrayBuffer> {
  const m = new TableModuleWriter();
  m.importMemory("vivarium", "memory");
  m.importTable("vivarium", "table");
  const type = m.type(REGION_PARAMS, ["i32"]);
  m.export("absent", m.function(absent(framed)));
  m.export("absentFunction", m.function(framed ? absentFunction() : absent(false)));
  m.export("enter", m.function(framed ? enterFramed(type) : enterLinked(type)));
  return m.finish();
}

/** Goes on at `state.pc` in the driver. */
function absent(framed: boolean): FunctionWriter {
  const w = new FunctionWriter(REGION_PARAMS, ["i32"]);
  const keep = (param: number, field: number): void => {
    w.get(P.state);
    w.get(param);
    w.mem("i32.store", field);
  };
  keep(P.fuel, STATE.fuel);
  if (framed) {
    keep(P.control, STATE.control);
    keep(P.frame, STATE.frame);
  }
  w.i32(-JIT_STOP.jump);
  return w;
}

/** Goes on at the start of function `state.callee` in the driver, with a frame as the interpreter makes them. */
function absentFunction(): FunctionWriter {
  const w = absent(true);
  const entry = w.local("i32");
  w.op("drop");
  w.get(P.state);
  w.mem("i32.load", STATE.functions);
  w.get(P.state);
  w.mem("i32.load", STATE.callee);
  w.i32(Math.log2(FUNCTION_ENTRY));
  w.op("i32.shl");
  w.op("i32.add");
  w.set(entry);
  w.get(P.frame);
  w.get(entry);
  w.mem("i32.load", 8);
  w.op("i32.add");
  w.i32(0);
  w.get(entry);
  w.mem("i32.load", 12);
  w.memoryFill();
  w.get(P.state);
  w.get(entry);
  w.mem("i32.load", 0);
  w.mem("i32.store", STATE.pc);
  w.i32(-JIT_STOP.jump);
  return w;
}

/** (state, slot, depth) → minus a stop code */
function enterLinked(type: number): FunctionWriter {
  const w = new FunctionWriter(["i32", "i32", "i32"], ["i32"]);
  w.get(0);
  w.get(0);
  w.mem("i32.load", STATE.fuel);
  w.get(2);
  w.i32(NOBODY);
  w.get(1);
  w.callIndirect(type);
  return w;
}

/** The same for guests with frames: where the outermost compiled function returns, its frame is taken off. */
function enterFramed(type: number): FunctionWriter {
  const w = new FunctionWriter(["i32", "i32", "i32"], ["i32"]);
  const fuel = w.local("i32");
  const control = w.local("i32");
  const frame = w.local("i32");
  w.get(0);
  w.mem("i32.load", STATE.control);
  w.set(control);
  w.get(0);
  w.mem("i32.load", STATE.frame);
  w.set(frame);
  w.get(0);
  w.get(0);
  w.mem("i32.load", STATE.fuel);
  w.get(control);
  w.get(frame);
  w.get(1);
  w.callIndirect(type);
  w.tee(fuel);
  w.i32(0);
  w.op("i32.lt_s");
  w.if();
  w.get(fuel);
  w.op("return");
  w.end();
  const set = (field: number, value: () => void): void => {
    w.get(0);
    value();
    w.mem("i32.store", field);
  };
  set(STATE.fuel, () => w.get(fuel));
  w.get(control);
  w.get(0);
  w.mem("i32.load", STATE.controlBase);
  w.op("i32.eq");
  w.if();
  set(STATE.control, () => w.get(control));
  set(STATE.frame, () => w.get(frame));
  set(STATE.pc, () => {
    w.get(0);
    w.mem("i32.load", STATE.codeBase);
    w.get(0);
    w.mem("i32.load", STATE.returnedAt);
    w.op("i32.add");
  });
  w.i32(-STOP.halt);
  w.op("return");
  w.end();
  w.get(control);
  w.i32(CONTROL_ENTRY);
  w.op("i32.sub");
  w.set(control);
  set(STATE.control, () => w.get(control));
  set(STATE.frame, () => {
    w.get(frame);
    w.get(control);
    w.mem("i32.load", 4);
    w.op("i32.sub");
  });
  set(STATE.pc, () => {
    w.get(control);
    w.mem("i32.load");
  });
  w.i32(-JIT_STOP.jump);
  return w;
}
