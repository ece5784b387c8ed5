/** What the operands of an instruction are for, read off its meaning: what a generator has to know to aim at something. */
import type { Expr, Stmt } from "../../packages/vivarium/src/isa/expr.js";
import type { InstructionSet, Row } from "../../packages/vivarium/src/isa/table.js";
import { expressionsOf, partsOf } from "../../packages/vivarium/src/isa/visit.js";

export interface Roles {
  readonly row: number;
  /** Operands that make up an address. */
  readonly address: readonly number[];
  /** Operands that make up the index of a computed jump. */
  readonly handle: readonly number[];
  /** Operands that make up the number of a host call. */
  readonly hostId: readonly number[];
  /** The code offset, -1 if there is none. */
  readonly target: number;
  readonly writes: readonly number[];
  /** The whole meaning is: a register becomes an immediate. */
  readonly loadsImmediate: boolean;
  /** A register becomes an immediate and control goes to the target: a call, when the immediate is a handle. */
  readonly calls: boolean;
  readonly kind: "memory" | "host" | "control" | "plain";
}

function rolesOf(row: Row, index: number): Roles {
  const locals = new Map<number, Set<number>>();
  const used = { address: new Set<number>(), handle: new Set<number>(), hostId: new Set<number>() };
  const operandsOf = (e: Expr): Set<number> => {
    const out = new Set<number>();
    const walk = (x: Expr): void => {
      if (x.k === "reg" || x.k === "imm") out.add(x.operand);
      if (x.k === "local") for (const o of locals.get(x.id) ?? []) out.add(o);
      if (x.k === "let") locals.set(x.id, operandsOf(x.value));
      if (x.k === "load") for (const o of operandsOf(x.addr)) used.address.add(o);
      for (const part of partsOf(x)) walk(part);
    };
    walk(e);
    return out;
  };
  const add = (to: Set<number>, e: Expr): void => {
    for (const o of operandsOf(e)) to.add(o);
  };
  const walk = (body: readonly Stmt[]): void => {
    for (const s of body) {
      for (const e of expressionsOf(s)) operandsOf(e);
      if (s.s === "let") {
        locals.set(s.id, operandsOf(s.value));
        walk(s.body);
      } else if (s.s === "if") {
        walk(s.then);
        walk(s.else);
      } else if (s.s === "store") add(used.address, s.addr);
      else if (s.s === "computedJump") add(used.handle, s.index);
      else if (s.s === "host") add(used.hostId, s.id);
    }
  };
  walk(row.meaning);
  const [first, second] = row.meaning;
  const loads = first?.s === "setReg" && first.value.k === "imm";
  const { effects } = row;
  return {
    row: index,
    address: [...used.address],
    handle: [...used.handle],
    hostId: [...used.hostId],
    target: row.operands.findIndex((o) => o.kind === "target"),
    writes: effects.writes,
    loadsImmediate: loads && row.meaning.length === 1,
    calls: loads && second?.s === "jump",
    kind: effects.endsBlock ? "control" : effects.callsHost ? "host" : effects.mayFault ? "memory" : "plain",
  };
}

const known = new WeakMap<InstructionSet, readonly Roles[]>();

/** The roles of every row, by index. */
export function rolesIn(isa: InstructionSet): readonly Roles[] {
  let found = known.get(isa);
  if (found === undefined) {
    found = isa.rows.map(rolesOf);
    known.set(isa, found);
  }
  return found;
}
