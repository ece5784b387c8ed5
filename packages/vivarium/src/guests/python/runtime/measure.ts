/** Measures the bytes that live guest objects take, by walking everything a machine can reach. */

import { Code } from "../bytecode/code.js";
import { GetSet, PyBuiltin, PyDict, PyObj, PyType, Shape, type Value } from "../objects/core.js";
import type { Machine } from "./machine.js";

/** Strings shorter than this are counted at each place that holds them. */
const SHORT = 64;

/** An estimate, in bytes, that depends on the guest's objects alone: the same on every host. */
export function measure(vm: Machine): number {
  let bytes = 0;
  const seen = new Set<object>();
  const texts = new Set<string>();
  const work: object[] = [];
  const visit = (v: Value): void => {
    switch (typeof v) {
      case "string":
        if (v.length >= SHORT) {
          if (texts.has(v)) return;
          texts.add(v);
        }
        bytes += 16 + 2 * v.length;
        return;
      case "bigint":
        bytes += 16 + (v.toString(16).length >> 1);
        return;
      case "object":
        if (v === null || seen.has(v)) return;
        if (
          v instanceof Code ||
          v instanceof PyBuiltin ||
          v instanceof GetSet ||
          v instanceof Shape ||
          v instanceof WeakRef
        )
          return;
        if (v instanceof PyType && !v.isHeap) return;
        seen.add(v);
        work.push(v);
    }
  };
  for (let frame: Value = vm.frame; frame; frame = frame.back) visit(frame);
  visit(vm.modules);
  visit(vm.builtins);
  visit(vm.subclasses);
  visit(vm.pending);
  visit(vm.handled);
  visit(vm.result);
  for (const v of vm.state.values()) visit(v);
  for (let o = work.pop(); o; o = work.pop()) {
    if (Array.isArray(o)) {
      bytes += 16 + 8 * o.length;
      for (const item of o) if (typeof item !== "number") visit(item);
    } else if (ArrayBuffer.isView(o)) bytes += 32 + o.byteLength;
    else if (o instanceof Map) {
      bytes += 48 * o.size;
      for (const [k, v] of o) {
        visit(k);
        visit(v);
      }
    } else if (o instanceof PyDict) {
      bytes += 64 + 32 * o.size;
      visit(o.keys);
      visit(o.vals);
      visit(o.slots);
      visit(o.dict);
      visit(o.cls);
    } else if (o instanceof PyObj || Object.getPrototypeOf(o) === Object.prototype || "k" in o) {
      bytes += 32;
      for (const v of Object.values(o))
        if (typeof v === "object" || typeof v === "string" || typeof v === "bigint") visit(v);
    }
  }
  return bytes;
}
