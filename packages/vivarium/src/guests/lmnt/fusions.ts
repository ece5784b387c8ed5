/**
 * Sequences that the interpreter executes in one handler, most valuable first, with what their instructions pass on to
 * each other (`tiers/interpreter/fusion.ts` says how to read them).
 *
 * Printed by `npx tsx bench/lmnt/profile.ts 32 4` from what the programs of the benchmark and the examples execute.
 */
export const FUSIONS: readonly (readonly string[])[] = `
MULSS dead, ADDSS a=0
MULSS dead, MULSS, ADDSS a=0 b=1
MAXSS dead, MINSS a=0 dead, MULSS a=1 b=1, MULSS b=1
ADDSS dead, ADDSS a=0 dead, ADDSS a=1 dead, ADDSS a=2
SUBSS dead, MULSS a=0 b=0, SUBSS b=1, END
MULSS, POWSS dead, MULSS b=1 dead, SUBSS a=2
MULSS dead, MULSS, MULSS, ADDSS a=0 b=1
MULSS dead, POWSS b=0 dead, SUBSS b=1, CMP
ADDSS, END
MULSS, END
REMSS dead, ADDSS a=0 dead, REMSS a=1 dead, DIVSS a=2
SUBSS dead, ADDSS, MULSS a=0 b=0, MULSS a=2 b=0
MULSS, SUBSS b=0
ASSIGNSS, END
MULSS dead, ADDSS b=0 dead, MULSS, ADDSS a=1 b=2
MULSS dead, SUBSS b=0 dead, MULSS a=1 b=1, MULSS a=2 b=1
MULSS, ADDSS b=0, END
SIN, END
SQRTS, DIVSS b=0, DIVSS b=0, DIVSS b=0
MAXSS dead, MINSS a=0 dead, MULSS a=1, FLOORS a=2
DIVSS dead, MAXSS a=0, MINSS a=1, END
DIVSS dead, SUBSS b=0, CMP, ASSIGNCLT b=1
SUBSS, MULSS b=0, END
MULSS dead, SUBSS a=0 dead, MULSS a=1 dead, DIVSS a=2
MULSS dead, ADDSS a=0 dead, MULSS a=1 dead, ADDSS a=2
SUBSS dead, SUBSS, DIVSS a=0 b=1
MULSS, MULSS, ASSIGNIBS, ASSIGNIBS
ASSIGNIBS, ASSIGNIBS, ASSIGNIBS, END
SIN dead, MULSS dead, DIVSS a=0 b=1, ADDSS b=2
MULSS dead, MULSS a=0 dead, MULSS b=1
CMP, ASSIGNCLE, END
MULSS, MULSS, SUBSS a=0 b=1, ADDSS
`
  .trim()
  .split("\n")
  .map((line) => line.split(", "));
