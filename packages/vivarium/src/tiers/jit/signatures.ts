/** How guest functions are called as WebAssembly functions: which slots of their frame come as parameters and results. */
import type { ValType } from "../../isa/expr.js";
import type { WasmType } from "../../wasm/module.js";
import { hasBit } from "../frames.js";
import { REGION_PARAMS } from "./abi.js";
import type { ControlFlow } from "./flow.js";
import { slotTypes } from "./registers.js";

export interface Signature {
  /** Slots that the function may read before it writes them, in order; those that are no parameters are zero. */
  readonly inputs: readonly { readonly slot: number; readonly type: ValType; readonly given: boolean }[];
  /** Types of the slots from 0 that it leaves. */
  readonly results: readonly ValType[];
  readonly params: readonly WasmType[];
  readonly wasmResults: readonly WasmType[];
  /** Every input is a parameter. */
  readonly plain: boolean;
}

/** V8 takes functions of up to 1,000 parameters and results; what has more is entered through memory. */
const MAX_VALUES = 64;

/** Signatures of the functions of a program, found out when they are first asked for. */
export class Signatures {
  readonly #known = new Map<number, Signature | undefined>();

  constructor(readonly flow: ControlFlow) {}

  /** Of the function that starts at `entry`; `undefined` where none does, or it cannot be called like this. */
  of(entry: number): Signature | undefined {
    if (!this.#known.has(entry)) this.#known.set(entry, this.#make(entry));
    return this.#known.get(entry);
  }

  #make(entry: number): Signature | undefined {
    const { frames, code } = this.flow;
    const fn = code.functions[frames?.numberOf(entry) ?? -1];
    if (frames === undefined || fn === undefined || !frames.disciplined || fn.returnsTwice === true) return undefined;
    const slots = frames.at(entry);
    const live = slots?.liveAt(entry);
    if (slots === undefined || live === undefined || fn.results > MAX_VALUES) return undefined;
    const types = slotTypes(code, entry, slots.end, slots.width);
    const inputs: Signature["inputs"][number][] = [];
    for (let slot = 0; slot < slots.width; slot++) {
      if (!hasBit(live, slot)) continue;
      const given = slot >= (fn.firstParam ?? 0) && slot < fn.params;
      inputs.push({ slot, type: types[slot] as ValType, given });
    }
    if (inputs.length > MAX_VALUES) return undefined;
    const results = types.slice(0, fn.results);
    while (results.length < fn.results) results.push("i64");
    return {
      inputs,
      results,
      params: [...REGION_PARAMS, ...inputs.map((p) => p.type)],
      wasmResults: ["i32", ...results],
      plain: inputs.every((p) => p.given),
    };
  }
}
