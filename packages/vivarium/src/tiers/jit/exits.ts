/** The ends of a compiled region: code that puts registers into memory and leaves, shared by all places that store the same. */
import type { Label } from "../../wasm/module.js";
import { STATE } from "../state.js";
import { P } from "./abi.js";
import type { RegionCompiler } from "./compile.js";
import type { Mask } from "./registers.js";

/** `leave`: the region stops here. `unwind`: a function that it called has stopped. */
type Kind = "leave" | "unwind";

/** A first pass over the region finds out which ends it needs; the second branches to them. */
export class Exits {
  readonly #groups = new Map<string, { readonly kind: Kind; readonly mask: Mask; label?: Label }>();
  #final = false;
  #tails: Record<Kind, Label> | undefined;

  /** The end for a set of registers; `undefined` in the first pass. */
  find(kind: Kind, mask: Mask): Label | undefined {
    const key = `${kind} ${mask}`;
    const known = this.#groups.get(key);
    if (known === undefined) this.#groups.set(key, { kind, mask });
    return this.#final ? known?.label : undefined;
  }

  /** Opens the blocks behind which the ends stand. */
  open(c: RegionCompiler, final: boolean): void {
    const { w } = c;
    this.#final = final;
    const leave = w.block();
    this.#tails = { leave, unwind: w.block() };
    for (const group of [...this.#groups.values()].reverse()) group.label = w.block();
  }

  /**
   * Writes the ends, and what is common to all.
   *
   * @param pc local with an offset in the ICode
   * @param stop local with minus the stop code; where a callee has left, with the bytes between the frames
   */
  close(c: RegionCompiler, pc: number, stop: number): void {
    const { w } = c;
    const tails = this.#tails as Record<Kind, Label>;
    for (const { kind, mask, label } of this.#groups.values()) {
      if (label === undefined) continue;
      w.end();
      c.store(mask);
      w.br(tails[kind]);
    }
    w.end();
    if ([...this.#groups.values()].some(({ kind }) => kind === "unwind")) {
      // An entry of the control stack: where the call comes back, and how far its frame is up.
      w.get(P.control);
      this.#address(c, pc);
      w.mem("i32.store", 0);
      w.get(P.control);
      w.get(stop);
      w.mem("i32.store", 4);
      w.get(P.fuel);
      c.nothing();
      w.op("return");
    } else w.op("unreachable");
    w.end();
    const set = (field: number, value: () => void): void => {
      w.get(P.state);
      value();
      w.mem("i32.store", field);
    };
    set(STATE.pc, () => this.#address(c, pc));
    set(STATE.fuel, () => w.get(P.fuel));
    if (c.layout.frameBank !== undefined) {
      set(STATE.control, () => w.get(P.control));
      set(STATE.frame, () => w.get(P.frame));
    }
    w.get(stop);
    c.nothing();
  }

  #address(c: RegionCompiler, pc: number): void {
    const { w } = c;
    w.get(P.state);
    w.mem("i32.load", STATE.codeBase);
    w.get(pc);
    w.op("i32.add");
  }
}
