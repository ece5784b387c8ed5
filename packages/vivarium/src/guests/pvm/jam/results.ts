/** What host calls answer in r7 instead of a value (GP B.1). */

const MODULUS = 1n << 64n;

/** Result codes of host calls. */
export const RESULT = {
  OK: 0n,
  /** The item does not exist. */
  NONE: MODULUS - 1n,
  /** No such host call. */
  WHAT: MODULUS - 2n,
  /** Memory of an inner machine that is not accessible. */
  OOB: MODULUS - 3n,
  /** No such service or inner machine. */
  WHO: MODULUS - 4n,
  /** Storage full, or the thing exists already. */
  FULL: MODULUS - 5n,
  /** No such core. */
  CORE: MODULUS - 6n,
  /** Not enough balance. */
  CASH: MODULUS - 7n,
  /** Gas limit too low. */
  LOW: MODULUS - 8n,
  /** Not possible in this state, or not allowed. */
  HUH: MODULUS - 9n,
} as const;

/** Why a call of the chain state was refused. */
export type Refusal = "WHO" | "FULL" | "CORE" | "CASH" | "LOW" | "HUH";

/** How an inner machine came back from `invoke`. */
export const INNER = { HALT: 0n, PANIC: 1n, FAULT: 2n, HOST: 3n, OOG: 4n } as const;
