/** What stands on a guest's stack, for monitors: where each frame is, its variables and its operands. */

import { OPS } from "./bytecode/table.js";
import type { Converter } from "./convert.js";
import { Cell, PyObj, type Value } from "./objects/core.js";
import type { Frame } from "./runtime/frame.js";
import type { Machine } from "./runtime/machine.js";

/** One frame of a run that stands still. */
export interface FrameView {
  /** Qualified name of the function. */
  readonly name: string;
  readonly filename: string;
  /** 1-based line of the instruction that is next, or under way in frames that wait for a call; -1 unknown. */
  readonly line: number;
  /** Index of that instruction among those of `viv py dis`. */
  readonly index: number;
  /** Its mnemonic. */
  readonly op: string;
  /** Values of the variables that are bound, converted. */
  readonly locals: ReadonlyMap<string, unknown>;
  /** The operand stack, the top last; `undefined` for an absent value. */
  readonly stack: readonly unknown[];
}

function view(frame: Frame, innermost: boolean, convert: Converter): FrameView {
  const { code, r } = frame;
  const index = innermost ? Math.min(frame.pc, code.instructions.length - 1) : Math.max(0, frame.pc - 1);
  // Names of keyword arguments stand on the stack as an array.
  const host = (v: Value): unknown =>
    v === undefined
      ? undefined
      : Array.isArray(v)
        ? [...v]
        : typeof v === "object" && !(v instanceof PyObj)
          ? null
          : convert.toHost(v);
  const locals = new Map<string, unknown>();
  for (const [i, name] of code.variables.entries()) {
    if (name.startsWith(".")) continue;
    const v = r[i] instanceof Cell ? r[i].v : r[i];
    if (v !== undefined) locals.set(name, host(v));
  }
  return {
    name: code.qualname,
    filename: code.filename,
    line: code.lineOf(index),
    index,
    op: OPS[code.instructions[index]! & 0xff]!.name,
    locals,
    stack: r.slice(code.base, frame.sp).map(host),
  };
}

export function viewFrames(vm: Machine, convert: Converter): FrameView[] {
  const out: FrameView[] = [];
  for (let f = vm.frame; f; f = f.back) if (f.kind === 0 && !f.code.hidden) out.push(view(f, f === vm.frame, convert));
  return out;
}
