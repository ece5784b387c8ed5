/** Meanings that several guests need and WebAssembly has no instruction for: products of 128 bits, reversed bytes. */
import { i64, letIn } from "./build.js";
import type { Expr } from "./expr.js";

type R = Expr<"i64">;

const HALF = i64.const(0xffffffffn);
const C32 = i64.const(32);

/** High 64 bits of the 128-bit product of two unsigned numbers, from four products of halves. */
export const mulHighU = (a: R, b: R): R =>
  letIn(i64.and(a, HALF), (a0) =>
    letIn(i64.shr_u(a, C32), (a1) =>
      letIn(i64.and(b, HALF), (b0) =>
        letIn(i64.shr_u(b, C32), (b1) =>
          letIn(i64.add(i64.mul(a1, b0), i64.shr_u(i64.mul(a0, b0), C32)), (t) =>
            i64.add(
              i64.add(i64.mul(a1, b1), i64.shr_u(t, C32)),
              i64.shr_u(i64.add(i64.mul(a0, b1), i64.and(t, HALF)), C32),
            ),
          ),
        ),
      ),
    ),
  );
/** `b` if `a` is negative, else 0: what turns an unsigned high product into a signed one. */
const ifNegative = (a: R, b: R): R => i64.and(i64.shr_s(a, i64.const(63)), b);

export const mulHighS = (a: R, b: R): R => i64.sub(i64.sub(mulHighU(a, b), ifNegative(a, b)), ifNegative(b, a));
export const mulHighSU = (a: R, b: R): R => i64.sub(mulHighU(a, b), ifNegative(a, b));

/** Exchanges neighbouring groups of `by` bits; `mask` has the lower of each two. */
export const swapGroups = (v: R, mask: bigint, by: bigint): R =>
  i64.or(i64.and(i64.shr_u(v, i64.const(by)), i64.const(mask)), i64.shl(i64.and(v, i64.const(mask)), i64.const(by)));
export const reverseBytes = (v: R): R =>
  letIn(swapGroups(v, 0x00ff00ff00ff00ffn, 8n), (w) =>
    letIn(swapGroups(w, 0x0000ffff0000ffffn, 16n), (x) => i64.rotl(x, C32)),
  );
