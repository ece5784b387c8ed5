/** The ends of a compiled region: code that puts registers into memory and leaves, shared by all places that store the same. */
import type { Label } from "../../wasm/module.js";
import { STATE } from "../state.js";
import { P } from "./abi.js";
import type { RegionCompiler } from "./compile.js";
import type { Mask } from "./registers.js";

/** `leave`: the region stops here. `unwind`: a function that it called has stopped. */
type Kind = "leave" | "unwind";

/** Ends are blocks around the region's code, opened when it has been written and they are all known. */
export class Exits {
  readonly #known: Readonly<Record<Kind, Map<Mask, number>>> = { leave: new Map(), unwind: new Map() };
  readonly #groups: { readonly kind: Kind; readonly mask: Mask }[] = [];

  /** Goes to the end for a set of registers. */
  branch(c: RegionCompiler, kind: Kind, mask: Mask): void {
    const known = this.#known[kind];
    let n = known.get(mask);
    if (n === undefined) {
      n = this.#groups.push({ kind, mask }) - 1;
      known.set(mask, n);
    }
    c.w.brOut(n);
  }

  /**
   * Writes the ends, and what is common to all.
   *
   * @param pc local with an offset in the ICode
   * @param stop local with minus the stop code; where a callee has left, with the bytes between the frames
   */
  close(c: RegionCompiler, pc: number, stop: number): void {
    const { w } = c;
    const groups = this.#groups;
    const around = w.surround(groups.length + 2);
    const tails: Record<Kind, Label> = {
      unwind: around[groups.length] as Label,
      leave: around[groups.length + 1] as Label,
    };
    for (const { kind, mask } of groups) {
      w.end();
      c.store(mask);
      w.br(tails[kind]);
    }
    w.end();
    if (this.#known.unwind.size > 0) {
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
