/** Checks a code object before it may run: operands in range, jumps on instructions, one stack depth at every place. */

import { LoadError } from "../../../machine/errors.js";
import { Code } from "./code.js";
import { Intrinsic, OPS, Op } from "./table.js";

const MAX_NESTING = 100;
const INTRINSICS = Object.keys(Intrinsic).length;

function fail(reason: string, pc?: number): never {
  throw new LoadError("PY_BYTECODE", reason, pc === undefined ? {} : { offset: pc });
}

/** Throws LoadError `PY_BYTECODE`, with the index of the offending instruction as offset. */
export function validate(code: Code, nesting = 0): void {
  if (nesting > MAX_NESTING) fail("code objects are nested too deeply");
  const { instructions, variables, consts, names, handlers, freeStart, freeCount, localCount } = code;
  const count = instructions.length;
  if (count === 0) fail("there are no instructions");
  if (code.positions.length !== 4 * count) fail("the source map does not fit the instructions");
  if (freeStart < localCount || freeStart + freeCount > variables.length) fail("free variables are out of range");
  if (code.parameterCount > variables.length || code.posOnlyCount > code.argCount) fail("parameters are out of range");
  for (const cell of code.cells) if (!(cell >= 0 && cell < freeStart)) fail("a cell variable is out of range");
  if (code.stackSize > 1 << 20 || variables.length > 1 << 20) fail("the frame is too large");
  for (const name of [...variables, ...names]) if (typeof name !== "string") fail("a name is no string");

  const cells = new Set<number>(code.cells);
  for (let i = 0; i < freeCount; i++) cells.add(freeStart + i);
  for (let i = 0; i < count; i++) if ((instructions[i]! & 0xff) === Op.MAKE_CELL) cells.add(instructions[i]! >> 8);

  for (let pc = 0; pc < count; pc++) {
    const row = OPS[instructions[pc]! & 0xff];
    const arg = instructions[pc]! >> 8;
    if (!row) fail("unknown op", pc);
    if (arg < 0) fail("negative operand", pc);
    switch (row.operand) {
      case "const":
        if (arg >= consts.length) fail("constant out of range", pc);
        break;
      case "name":
        if (arg >= names.length) fail("name out of range", pc);
        break;
      case "local":
        if (arg >= variables.length || cells.has(arg)) fail("not a local variable", pc);
        break;
      case "cell":
        if (arg >= variables.length || !cells.has(arg)) fail("not a cell variable", pc);
        break;
      case "target":
        if (arg >= count) fail("jump out of range", pc);
        break;
      case "count":
        if (arg > code.stackSize) fail("count exceeds the stack", pc);
        if (row.code === Op.COPY_FREE_VARS && arg !== freeCount) fail("free variables do not fit", pc);
        if (row.code === Op.BUILD_SLICE && arg !== 2 && arg !== 3) fail("a slice has two or three parts", pc);
        if (row.code === Op.RAISE_VARARGS && arg > 2) fail("raise takes at most two values", pc);
        break;
      case "flags":
        if (row.code === Op.INTRINSIC && (arg & 0xff) >= INTRINSICS) fail("unknown intrinsic", pc);
        break;
      case "none":
        if (arg !== 0) fail("operand where there is none", pc);
    }
  }
  for (const h of handlers) {
    if (!(h.start >= 0 && h.start < h.end && h.end <= count)) fail("a protected range is out of range", h.start);
    if (!(h.target >= 0 && h.target < count)) fail("a handler is out of range", h.start);
    if (h.depth < 0 || h.depth + 1 > code.stackSize) fail("a handler's stack depth is out of range", h.start);
  }
  checkDepth(code);
  for (const c of consts) if (c instanceof Code) validate(c, nesting + 1);
}

/** Walks all paths; every instruction must see one depth, within the declared size. */
function checkDepth(code: Code): void {
  const { instructions, handlers } = code;
  const depths = new Int32Array(instructions.length).fill(-1);
  const work: number[] = [];
  const reach = (pc: number, depth: number, from: number): void => {
    if (pc >= instructions.length) fail("execution runs off the end", from);
    if (depth > code.stackSize) fail("the stack overflows", from);
    if (depths[pc] === -1) {
      depths[pc] = depth;
      work.push(pc);
    } else if (depths[pc] !== depth) fail(`stack depth ${depth} where ${depths[pc]} was found before`, pc);
  };
  reach(0, 0, 0);
  for (let pc = work.pop(); pc !== undefined; pc = work.pop()) {
    const row = OPS[instructions[pc]! & 0xff]!;
    const arg = instructions[pc]! >> 8;
    const depth = depths[pc]!;
    const below = depth - row.pops(arg);
    if (below < 0) fail("the stack underflows", pc);
    for (const h of handlers)
      if (pc >= h.start && pc < h.end) {
        if (depth < h.depth) fail("a handler keeps more than the stack has", pc);
        reach(h.target, h.depth + 1, pc);
        break;
      }
    if (row.jumpPushes) reach(arg, below + row.jumpPushes(arg), pc);
    if (!row.terminal) reach(pc + 1, below + row.pushes(arg), pc);
  }
}
