/** Frames for payloads that are called by words: values into pairs of words and back. */
import { HostRefusal } from "../host.js";
import type { Frame, Outcome, Signature } from "../payload.js";
import { TAG, TRAPS, type Trap } from "../types.js";
import { scalarOf, scalarWords, type Tagged } from "../values.js";

/** Runs the short way of a payload for a frame. */
export function runScalar(
  frame: Frame,
  signature: Signature,
  call: (words: Uint32Array) => number,
  trapped: () => Trap,
  fuel: () => number,
): Outcome {
  const words = new Uint32Array(2 * Math.max(frame.inputs.length, signature.outputs.length, 1));
  frame.inputs.forEach((value, k) => {
    if (value !== undefined) words.set(scalarWords(value), 2 * k);
  });
  let number: number;
  try {
    number = call(words);
  } catch (error) {
    if (error instanceof HostRefusal) return { trap: { kind: "host", message: error.message }, fuel: fuel() };
    throw error;
  }
  if (number !== 0) {
    const { message } = trapped();
    return { trap: { kind: TRAPS[number] as Trap["kind"], message }, fuel: fuel() };
  }
  return { ok: signature.outputs.map(({ type }, k) => narrowed(type, words, k)), fuel: fuel() };
}

/** A register as a value of a port: cut to the port's type. */
export function narrowed(type: Signature["outputs"][number]["type"], words: Uint32Array, k: number): Tagged {
  const low = words[2 * k] as number;
  const high = words[2 * k + 1] as number;
  const tag = TAG[type];
  if (tag === TAG.bool) return scalarOf(tag, (low | high) !== 0 ? 1 : 0, 0);
  return scalarOf(tag, tag === TAG.unit ? 0 : low, tag === TAG.node ? 0 : high);
}
