/** Sums of numbers and names, as operands and directives of assembly use them. */
import type { Diagnostics, Position } from "./diagnostics.js";

/** `handle` is a name behind `@`: what the guest's computed jumps take to get there. */
export type Term =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "name" | "handle"; readonly name: string };

export interface Sum extends Position {
  readonly kind: "sum";
  readonly terms: readonly (Term & { readonly negative: boolean })[];
}
export interface FloatLiteral extends Position {
  readonly kind: "float";
  readonly value: number;
}
export interface StringLiteral extends Position {
  readonly kind: "string";
  readonly bytes: Uint8Array;
}
export type Argument = Sum | FloatLiteral | StringLiteral;

/** What names mean; `undefined` for one that is not defined, a string says why it cannot be used. */
export interface Symbols {
  name(name: string): bigint | string | undefined;
  handle(name: string): bigint | string | undefined;
}

/** The name that an argument consists of, if it does. */
export function plainName(argument: Argument): string | undefined {
  if (argument.kind !== "sum" || argument.terms.length !== 1) return undefined;
  const [term] = argument.terms;
  return term.kind === "name" && !term.negative ? term.name : undefined;
}

/** The value of a sum, or `undefined` after reporting what has none. */
export function evaluate(argument: Argument, symbols: Symbols, diagnostics: Diagnostics): bigint | undefined {
  if (argument.kind !== "sum") {
    diagnostics.report("ASM_OPERAND", `a ${argument.kind} cannot stand here`, argument, "a whole number");
    return undefined;
  }
  let sum = 0n;
  for (const term of argument.terms) {
    let value: bigint | string | undefined;
    if (term.kind === "integer") value = term.value;
    else value = term.kind === "name" ? symbols.name(term.name) : symbols.handle(term.name);
    if (typeof value !== "bigint") {
      const name = term.kind === "integer" ? "" : term.name;
      diagnostics.report("ASM_NAME", value ?? `${name} is not defined`, argument);
      return undefined;
    }
    sum += term.negative ? -value : value;
  }
  return sum;
}
