/**
 * Guest calls with frames as WebAssembly calls. Parameters and results are values; a frame is put into memory only when
 * its function leaves, or one that it has called does.
 */
import type { ValType } from "../../isa/expr.js";
import { STOP } from "../../machine/backend.js";
import { FunctionWriter } from "../../wasm/module.js";
import type { FrameSlots } from "../frames.js";
import { SLOT } from "../interpreter/icode.js";
import { CONTROL_ENTRY, STATE, type StateLayout } from "../state.js";
import { JIT_STOP, P, REGION_PARAMS } from "./abi.js";
import { type RegionCompiler, storeSlot } from "./compile.js";
import type { BlockEnd } from "./flow.js";
import type { Mask } from "./registers.js";
import type { Signature } from "./signatures.js";

/**
 * A function that takes parameters from the frame and puts results there.
 *
 * @param resumed the frame is complete in memory; else only parameters are, and the rest is zero
 */
export function throughMemory(
  signature: Signature,
  direct: number,
  layout: StateLayout,
  resumed: boolean,
): FunctionWriter {
  const w = new FunctionWriter(REGION_PARAMS, ["i32"]);
  const slotBytes = layout.frameBank?.slotBytes ?? 8;
  for (let p = 0; p < REGION_PARAMS.length; p++) w.get(p);
  for (const { slot, type, given } of signature.inputs) {
    if (given || resumed) {
      w.get(P.frame);
      w.mem(`${type}.load`, slot * slotBytes);
    } else w.const(type, type === "i64" ? 0n : 0);
  }
  w.call(direct);
  const results = signature.results.map((type) => w.local(type));
  for (const local of [...results].reverse()) w.set(local);
  w.tee(P.fuel);
  w.i32(0);
  w.op("i32.ge_s");
  w.if();
  results.forEach((local, k) => {
    w.get(P.frame);
    w.get(local);
    storeSlot(w, signature.results[k] as ValType, slotBytes, k * slotBytes);
  });
  w.end();
  w.get(P.fuel);
  return w;
}

export class FramedCalls {
  constructor(readonly c: RegionCompiler) {}

  get #slotBytes(): number {
    return this.c.layout.frameBank?.slotBytes ?? 8;
  }

  /** Registers that the host call at an instruction may see, and those that it may change. */
  touchedByHost(i: number): { reads: Mask; writes: Mask } {
    const { plan, code } = this.c;
    const { shared } = plan;
    const touched = code.frames.host?.(i);
    if (touched === undefined) return { reads: plan.framed | shared, writes: plan.framed | shared };
    const reads = plan.from(touched.first) & ~plan.from(touched.first + touched.count);
    return { reads: reads | shared, writes: plan.from(touched.writes) | shared };
  }

  /** @param number leaves the function's number on the stack, where it is computed */
  call(end: BlockEnd & { kind: "guestCall" }, number: () => void): void {
    const { c } = this;
    const { w, plan } = c;
    const before = c.dirty;
    const at = c.slot(c.at);
    const { own } = c;
    let callee = -1;
    if (end.fn < 0) {
      callee = c.temps.take("i32");
      number();
      w.set(callee);
      w.get(callee);
      w.i32(c.code.functions.length);
      w.op("i32.ge_u");
      w.if();
      c.leave(STOP.panic, at, undefined, c.refund);
      w.end();
    }
    // Too many functions on each other, or no room for another frame: the interpreter calls, and sees what to do.
    w.get(P.control);
    w.get(P.state);
    w.mem("i32.load", STATE.callLimit);
    w.op("i32.ge_u");
    w.if();
    c.leave(JIT_STOP.interpret, at, undefined, c.refund + own);
    w.end();
    c.store(before & plan.shared);
    const after = plan.liveAt(end.next);
    const window = plan.from(end.window);
    const target = c.code.functions[end.fn];
    if (target !== undefined && c.functions.direct.has(target.entry)) this.#direct(target.entry, end.window);
    else {
      const joined = w.block();
      if (callee >= 0) {
        for (const entry of c.context.flow.calleesOf(-1)) {
          if (!c.functions.direct.has(entry)) continue;
          w.get(callee);
          w.i32((c.context.flow.frames as FrameSlots).numberOf(entry));
          w.op("i32.eq");
          w.if();
          this.#direct(entry, end.window);
          w.br(joined);
          w.end();
        }
      }
      // Arguments and results go through the callee's frame.
      c.store(before & c.live & window);
      w.get(P.state);
      if (callee >= 0) w.get(callee);
      else w.i32(end.fn);
      w.mem("i32.store", STATE.callee);
      this.#push(end.window);
      if (callee >= 0) {
        w.get(callee);
        w.i32(c.context.functionSlots);
        w.op("i32.add");
      } else w.i32(c.context.functionSlots + end.fn);
      w.callIndirect(c.functions.type);
      w.set(P.fuel);
      c.load(window & after);
      w.end();
    }
    w.get(P.fuel);
    w.i32(0);
    w.op("i32.lt_s");
    w.if();
    c.unwind(at + SLOT, end.window * this.#slotBytes, before & after & plan.framed & ~window);
    w.end();
    c.dirty = (before & plan.framed) | window;
    c.resumeAt(end.next, plan.shared);
  }

  /** Calls a function of this module with values, and puts its results and the fuel into locals. */
  #direct(entry: number, window: number): void {
    const { c } = this;
    const { w, plan } = c;
    const signature = c.context.signatures?.of(entry) as Signature;
    this.#push(window);
    for (const { slot, type, given } of signature.inputs) {
      const n = plan.slot(window + slot);
      if (n >= 0 && given) c.fetch(n, type);
      else w.const(type, type === "i64" ? 0n : 0);
    }
    w.call(c.functions.direct.get(entry) as number);
    for (let k = signature.results.length - 1; k >= 0; k--) {
      const n = plan.slot(window + k);
      if (n < 0) w.op("drop");
      else c.assign(n, signature.results[k] as ValType, () => {});
    }
    w.set(P.fuel);
  }

  /** State, fuel, control stack and frame of a callee. */
  #push(window: number): void {
    const { w } = this.c;
    w.get(P.state);
    w.get(P.fuel);
    w.get(P.control);
    w.i32(CONTROL_ENTRY);
    w.op("i32.add");
    w.get(P.frame);
    w.i32(window * this.#slotBytes);
    w.op("i32.add");
  }

  ret(): void {
    const { c } = this;
    const { w, plan, signature } = c;
    w.get(P.state);
    w.i32(c.slot(c.at));
    w.mem("i32.store", STATE.returnedAt);
    c.store(c.dirty & c.live & (signature === undefined ? -1n : plan.shared));
    w.get(P.fuel);
    signature?.results.forEach((type, k) => {
      const n = plan.slot(k);
      if (n >= 0) c.fetch(n, type);
      else w.const(type, type === "i64" ? 0n : 0);
    });
    w.op("return");
  }

  /** Another region has gone on with this function's frame: its fuel is on the stack, its results are in memory. */
  continued(): void {
    const { w, signature } = this.c;
    w.tee(P.fuel);
    w.i32(0);
    w.op("i32.lt_s");
    w.if();
    w.get(P.fuel);
    this.c.nothing();
    w.op("return");
    w.end();
    w.get(P.fuel);
    signature?.results.forEach((type, k) => {
      w.get(P.frame);
      w.mem(`${type}.load`, k * this.#slotBytes);
    });
    w.op("return");
  }
}
