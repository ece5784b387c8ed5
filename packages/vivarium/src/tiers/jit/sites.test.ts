import { expect, it } from "vitest";
import { a64, assemble } from "../../a64.js";
import { jitProgram } from "./program.js";
import { AccessSites } from "./sites.js";
import { TUNING } from "./tuning.js";

const { times, every } = TUNING.elsewhere;

/** Misses of one access, one in `apart` gas, until code is made anew. */
function missUntilMadeAnew(sites: AccessSites, instruction: number, window: number, apart: number): void {
  for (let k = 1; k < times; k++) expect(sites.missed(instruction, window, k * apart)).toBe(false);
  expect(sites.missed(instruction, window, times * apart)).toBe(true);
  sites.learn(0, 100);
}

it("looks where an access was found, then into a second window where it wanders, and then asks no more", () => {
  const sites = new AccessSites();
  missUntilMadeAnew(sites, 7, 2, every);
  expect(sites.of(7)).toEqual({ window: 2, wanders: false });
  missUntilMadeAnew(sites, 7, 1, 1);
  expect(sites.of(7)).toEqual({ window: 1, wanders: true });
  for (let k = 0; k < 2 * times; k++) expect(sites.missed(7, 3, 0)).toBe(false);
});

it("lets accesses that are elsewhere now and then be", () => {
  const sites = new AccessSites();
  for (let k = 0; k < 4 * times; k++) expect(sites.missed(7, 2, k * 2 * every)).toBe(false);
});

it("takes an address outside of all windows for no sign of anything", () => {
  const sites = new AccessSites();
  for (let k = 0; k < 2 * times; k++) expect(sites.missed(7, -1, 0)).toBe(false);
});

it("comes to the same where one access goes to two windows in turn, with a bounded number of modules", () => {
  // Loads alternately from the stack and from the code, which is in a window of its own.
  const text = `
    movz x9, #0
    adr x2, data
    sub x3, sp, #16
    str x9, [x3]
    movz x10, #10000
  again:
    ldr x4, [x2]
    add x0, x0, x4
    mov x5, x2
    mov x2, x3
    mov x3, x5
    subs x10, x10, #1
    b.ne again
    ret
  data:
    nop
    nop`;
  const program = a64.load(assemble(text).bytes);
  const run = (tier: "jit" | "interpreter"): bigint => {
    using machine = program.instantiate({ tier });
    let sum = 0n;
    for (let k = 0; k < 10; k++) sum += machine.call(program.image.entry, [0n]).value;
    return sum;
  };
  expect(run("jit")).toBe(run("interpreter"));
  const { modules } = jitProgram(program.code).compiled;
  expect(modules).toBeGreaterThan(0);
  expect(modules).toBeLessThan(8);
});
