/** Small programs for `mini`: recursion, memory, host calls, a switch, deep calls. */
import type { MiniFunction } from "./mini.js";

/** fib(n): register 0 is parameter and result; the callee's frame starts where its parameter was put. */
export const fib: MiniFunction = {
  name: "fib",
  params: 1,
  results: 1,
  slots: 8,
  body: [
    ["const", 1, 2],
    ["lt", 2, 0, 1],
    ["jnz", 2, "fib.end"],
    ["addi", 4, 0, -1],
    ["call", "fib", 4],
    ["mov", 3, 4],
    ["addi", 4, 0, -2],
    ["call", "fib", 4],
    ["add", 0, 3, 4],
    "fib.end",
    ["ret"],
  ],
};

/** Sums the bytes of memory[r0 .. r0 + r1). */
export const sum: MiniFunction = {
  name: "sum",
  params: 2,
  results: 1,
  slots: 5,
  body: [
    ["const", 2, 0],
    "sum.loop",
    ["jz", 1, "sum.end"],
    ["load8", 3, 0, 0],
    ["add", 2, 2, 3],
    ["addi", 0, 0, 1],
    ["addi", 1, 1, -1],
    ["jmp", "sum.loop"],
    "sum.end",
    ["mov", 0, 2],
    ["ret"],
  ],
};

/** Calls itself r0 times and counts in global 0 on the way back. */
export const deep: MiniFunction = {
  name: "deep",
  params: 1,
  results: 1,
  slots: 3,
  body: [["jz", 0, "deep.end"], ["addi", 2, 0, -1], ["call", "deep", 2], ["count"], "deep.end", ["ret"]],
};

/** Calls host function 7 in the middle of straight code, r0 times. */
export const caller: MiniFunction = {
  name: "caller",
  params: 1,
  results: 1,
  slots: 4,
  body: [
    ["mov", 1, 0],
    ["const", 0, 0],
    "caller.loop",
    ["jz", 1, "caller.end"],
    ["addi", 1, 1, -1],
    ["host", 7],
    ["addi", 0, 0, 1],
    ["jmp", "caller.loop"],
    "caller.end",
    ["ret"],
  ],
};

/** Sums fib(k) for k below r0, through the number of the function, with globals and floats alive across the calls. */
export const mixed: MiniFunction = {
  name: "mixed",
  params: 1,
  results: 1,
  slots: 16,
  body: [
    ["const", 1, 0],
    ["const", 2, 0],
    ["const", 3, 0],
    ["tof", 4, 0],
    "mixed.loop",
    ["lt", 5, 1, 0],
    ["jz", 5, "mixed.end"],
    ["mov", 8, 1],
    ["calli", 3, 8],
    ["add", 2, 2, 8],
    ["count"],
    ["fadd", 4, 4, 4],
    ["mov", 9, 1],
    ["call", "fib", 9],
    ["xor", 2, 2, 9],
    ["addi", 1, 1, 1],
    ["jmp", "mixed.loop"],
    "mixed.end",
    ["add", 0, 2, 4],
    ["ret"],
  ],
};

/** Visits a binary tree of height r0, with a host call at every leaf. */
export const tree: MiniFunction = {
  name: "tree",
  params: 1,
  results: 1,
  slots: 8,
  body: [
    ["jz", 0, "tree.leaf"],
    ["addi", 4, 0, -1],
    ["call", "tree", 4],
    ["mov", 1, 4],
    ["addi", 5, 0, -1],
    ["call", "tree", 5],
    ["add", 0, 1, 5],
    ["ret"],
    "tree.leaf",
    ["host", 7],
    ["addi", 0, 0, 1],
    ["ret"],
  ],
};

/** A switch over r0 in the code table: 10, 20, 30. */
export const choose: MiniFunction = {
  name: "choose",
  params: 1,
  results: 1,
  slots: 2,
  body: [
    ["switch", 0],
    "case0",
    ["const", 0, 10],
    ["ret"],
    "case1",
    ["const", 0, 20],
    ["ret"],
    "case2",
    ["const", 0, 30],
    ["ret"],
  ],
};
export const CASES = ["case0", "case1", "case2"];
