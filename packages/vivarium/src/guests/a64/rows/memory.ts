/** Loads and stores in every addressing mode, pairs, exclusives and atomics. */
import { bind, f32, f64, fixedReg, i32, i64, when } from "../../../isa/build.js";
import type { Expr, Stmt } from "../../../isa/expr.js";
import { format, op, type RegHandle, reg } from "../../../isa/table.js";
import { imm, low, MONITOR, type W, w, type X, x } from "./common.js";
import type { Make } from "./integer.js";

type Address = W;

/** A register as what is loaded into it or stored from it. */
interface Unit {
  readonly name: string;
  readonly operand: typeof x;
  readonly bytes: number;
  /** The operand's values from memory, low address first; what comes back assigns them. */
  load(d: RegHandle<"i64">, at: (offset: number) => Address, then: (set: Stmt[]) => Stmt[]): Stmt[];
  store?(d: RegHandle<"i64">, at: (offset: number) => Address): Stmt[];
}

const loaded =
  (value: (at: Address) => Expr): Unit["load"] =>
  (d, at, then) => [bind(value(at(0)) as X, (v) => then([d.set(v)]))];

function general(name: string, operand: typeof x, bytes: number, load: (a: Address) => Expr, store?: Stores): Unit {
  return {
    name,
    operand,
    bytes,
    load: loaded(load),
    ...(store === undefined ? {} : { store: (d: RegHandle<"i64">, at: (o: number) => Address) => [store(at(0), d)] }),
  };
}
type Stores = (at: Address, value: X) => Stmt;
const w64 = w as unknown as typeof x;
const stores = (f: unknown): Stores => f as Stores;

export const GENERAL: readonly Unit[] = [
  general("b.w", w64, 1, i32.load8_u, stores(i32.store8)),
  general("h.w", w64, 2, i32.load16_u, stores(i32.store16)),
  general("w", w64, 4, i32.load, stores(i32.store)),
  general("x", x, 8, i64.load, i64.store),
  general("sb.w", w64, 1, i32.load8_s),
  general("sb.x", x, 1, i64.load8_s),
  general("sh.w", w64, 2, i32.load16_s),
  general("sh.x", x, 2, i64.load16_s),
  general("sw.x", x, 4, i64.load32_s),
];

// A scalar load clears the rest of the vector register.
const vector = (type: "f32" | "f64" | "i64"): typeof x => reg("v", type, { count: 2 }) as unknown as typeof x;
const ZERO_F64 = f64.const(0) as unknown as X;
function scalar(
  name: string,
  type: "f32" | "f64" | "i64",
  bytes: number,
  load: (a: Address) => Expr,
  store: Stores,
): Unit {
  const zero = type === "f32" ? (f32.const(0) as unknown as X) : type === "f64" ? ZERO_F64 : i64.const(0);
  return {
    name,
    operand: vector(type),
    bytes,
    load: (d, at, then) => [bind(load(at(0)) as X, (v) => then([d.set(v), d.at(1).set(zero)]))],
    store: (d, at) => [store(at(0), d)],
  };
}
export const VECTOR: readonly Unit[] = [
  scalar("b", "i64", 1, i64.load8_u, i64.store8),
  scalar("h", "i64", 2, i64.load16_u, i64.store16),
  scalar("s", "f32", 4, f32.load, stores(f32.store)),
  scalar("d", "f64", 8, f64.load, stores(f64.store)),
  {
    name: "q",
    operand: vector("f64"),
    bytes: 16,
    load: (d, at, then) => [
      bind(f64.load(at(0)) as unknown as X, (a) => [
        bind(f64.load(at(8)) as unknown as X, (b) => then([d.set(a), d.at(1).set(b)])),
      ]),
    ],
    store: (d, at) => [
      f64.store(at(0), d as unknown as Expr<"f64">),
      f64.store(at(8), d.at(1) as unknown as Expr<"f64">),
    ],
  },
];

/** `address + offset` with a constant offset. */
const plus = (address: Address, offset: number): Address =>
  offset === 0 ? address : i32.add(address, i32.const(offset));

/** Where the base register goes after the access. */
type Mode = "off" | "pre" | "post";
const MODES: readonly Mode[] = ["off", "pre", "post"];
const MODE_DOC: Record<Mode, string> = {
  off: "[n + i]",
  pre: "[n + i], then n ← n + i",
  post: "[n], then n ← n + i",
};

function addressing(mode: Mode, n: RegHandle<"i64">, i: { i32: W; i64: X }): { at: Address; after: Stmt[] } {
  return {
    at: mode === "post" ? low(n) : i32.add(low(n), i.i32),
    after: mode === "off" ? [] : [n.set(i64.add(n, i.i64))],
  };
}

function singles(unit: Unit, make: Make): void {
  const { name, operand } = unit;
  const direct = format(`ls ${name}`, { d: operand, n: x, i: imm });
  const indexed = format(`ls ${name} reg`, { d: operand, n: x, m: x, by: imm });
  for (const mode of MODES) {
    make((number) =>
      op(number, `ld.${name}.${mode}`, direct, `d ← memory${MODE_DOC[mode]}`, ({ d, n, i }) => {
        const { at, after } = addressing(mode, n, i);
        return unit.load(
          d,
          (o) => plus(at, o),
          (set) => [...after, ...set],
        );
      }),
    );
    if (unit.store === undefined) continue;
    const { store } = unit;
    make((number) =>
      op(number, `st.${name}.${mode}`, direct, `memory${MODE_DOC[mode]} ← d`, ({ d, n, i }) => {
        const { at, after } = addressing(mode, n, i);
        return [...store(d, (o) => plus(at, o)), ...after];
      }),
    );
  }
  // Extending the index to 64 bits makes no difference to the lower half of the sum.
  const at = (n: X, m: X, by: W): Address => i32.add(low(n), i32.shl(low(m), by));
  make((number) =>
    op(number, `ld.${name}.reg`, indexed, "d ← memory[n + (m shifted left by `by`)]", ({ d, n, m, by }) =>
      unit.load(
        d,
        (o) => plus(at(n, m, by.i32), o),
        (set) => set,
      ),
    ),
  );
  if (unit.store === undefined) return;
  const { store } = unit;
  make((number) =>
    op(number, `st.${name}.reg`, indexed, "memory[n + (m shifted left by `by`)] ← d", ({ d, n, m, by }) =>
      store(d, (o) => plus(at(n, m, by.i32), o)),
    ),
  );
}

function pairs(unit: Unit, make: Make): void {
  const { name, operand, bytes } = unit;
  const shape = format(`lsp ${name}`, { d: operand, e: operand, n: x, i: imm });
  for (const mode of MODES) {
    make((number) =>
      op(number, `ldp.${name}.${mode}`, shape, `d, e ← memory${MODE_DOC[mode]}`, ({ d, e, n, i }) => {
        const { at, after } = addressing(mode, n, i);
        return unit.load(
          d,
          (o) => plus(at, o),
          (first) =>
            unit.load(
              e,
              (o) => plus(at, bytes + o),
              (second) => [...after, ...first, ...second],
            ),
        );
      }),
    );
    const { store } = unit;
    if (store === undefined) continue;
    make((number) =>
      op(number, `stp.${name}.${mode}`, shape, `memory${MODE_DOC[mode]} ← d, e`, ({ d, e, n, i }) => {
        const { at, after } = addressing(mode, n, i);
        return [...store(d, (o) => plus(at, o)), ...store(e, (o) => plus(at, bytes + o)), ...after];
      }),
    );
  }
}

const monitor = fixedReg("x", MONITOR, "i64");
const guarded = (n: X): X => i64.add(i64.extend_i32_u(low(n)), i64.const(1));

/** One core: an exclusive store succeeds when the last exclusive load was at its address. */
function exclusives(unit: Unit, make: Make): void {
  const { name, operand, bytes } = unit;
  const store = unit.store as NonNullable<Unit["store"]>;
  make((number) =>
    op(number, `ldxr.${name}`, format(`lx ${name}`, { d: operand, n: x }), "d ← memory[n], watched", ({ d, n }) =>
      unit.load(
        d,
        (o) => plus(low(n), o),
        (set) => [monitor.set(guarded(n)), ...set],
      ),
    ),
  );
  make((number) =>
    op(
      number,
      `stxr.${name}`,
      format(`sx ${name}`, { s: w, d: operand, n: x }),
      "memory[n] ← d and s ← 0 if that is watched, else s ← 1",
      ({ s, d, n }) => [
        when(
          i64.eq(monitor, guarded(n)),
          [...store(d, (o) => plus(low(n), o)), monitor.set(i64.const(0)), s.set(i32.const(0))],
          [monitor.set(i64.const(0)), s.set(i32.const(1))],
        ),
      ],
    ),
  );
  if (bytes < 4) return;
  make((number) =>
    op(
      number,
      `ldxp.${name}`,
      format(`lxp ${name}`, { d: operand, e: operand, n: x }),
      "d, e ← memory[n], watched",
      (o) =>
        unit.load(
          o.d,
          (offset) => plus(low(o.n), offset),
          (first) =>
            unit.load(
              o.e,
              (offset) => plus(low(o.n), bytes + offset),
              (second) => [monitor.set(guarded(o.n)), ...first, ...second],
            ),
        ),
    ),
  );
  make((number) =>
    op(
      number,
      `stxp.${name}`,
      format(`sxp ${name}`, { s: w, d: operand, e: operand, n: x }),
      "memory[n] ← d, e and s ← 0 if that is watched, else s ← 1",
      ({ s, d, e, n }) => [
        when(
          i64.eq(monitor, guarded(n)),
          [
            ...store(d, (o) => plus(low(n), o)),
            ...store(e, (o) => plus(low(n), bytes + o)),
            monitor.set(i64.const(0)),
            s.set(i32.const(0)),
          ],
          [monitor.set(i64.const(0)), s.set(i32.const(1))],
        ),
      ],
    ),
  );
}

type Numbers = typeof i64;
interface AtomicWidth {
  readonly name: string;
  readonly operand: typeof x;
  readonly n: Numbers;
  readonly load: (at: Address) => X;
  readonly store: Stores;
  /** The value with its sign, for comparisons, and as it is loaded. */
  readonly signed: (v: X) => X;
  readonly unsigned: (v: X) => X;
}
const i32n = i32 as unknown as Numbers;
const same = (v: X): X => v;
const ATOMIC_WIDTHS: readonly AtomicWidth[] = [
  {
    name: "b.w",
    operand: w64,
    n: i32n,
    load: i32.load8_u as unknown as (at: Address) => X,
    store: stores(i32.store8),
    signed: (v) => i32n.extend8_s(v),
    unsigned: (v) => i32n.and(v, i32n.const(0xff)),
  },
  {
    name: "h.w",
    operand: w64,
    n: i32n,
    load: i32.load16_u as unknown as (at: Address) => X,
    store: stores(i32.store16),
    signed: (v) => i32n.extend16_s(v),
    unsigned: (v) => i32n.and(v, i32n.const(0xffff)),
  },
  {
    name: "w",
    operand: w64,
    n: i32n,
    load: i32.load as unknown as (at: Address) => X,
    store: stores(i32.store),
    signed: same,
    unsigned: same,
  },
  { name: "x", operand: x, n: i64, load: i64.load, store: i64.store, signed: same, unsigned: same },
];

/** What an atomic instruction stores, from what was there and its operand. */
const ATOMICS: Readonly<Record<string, (k: AtomicWidth, old: X, s: X) => X>> = {
  ldadd: (k, old, s) => k.n.add(old, s),
  ldclr: (k, old, s) => k.n.and(old, k.n.xor(s, k.n.const(-1))),
  ldeor: (k, old, s) => k.n.xor(old, s),
  ldset: (k, old, s) => k.n.or(old, s),
  ldsmax: (k, old, s) => k.n.select(k.n.gt_s(k.signed(old), k.signed(s)), old, s),
  ldsmin: (k, old, s) => k.n.select(k.n.lt_s(k.signed(old), k.signed(s)), old, s),
  ldumax: (k, old, s) => k.n.select(k.n.gt_u(old, k.unsigned(s)), old, s),
  ldumin: (k, old, s) => k.n.select(k.n.lt_u(old, k.unsigned(s)), old, s),
  swp: (_, __, s) => s,
};

function atomics(k: AtomicWidth, make: Make): void {
  const shape = format(`at ${k.name}`, { s: k.operand, t: k.operand, n: x });
  for (const [name, value] of Object.entries(ATOMICS)) {
    make((number) =>
      op(number, `${name}.${k.name}`, shape, "t ← memory[n], which gets a new value from it and s", ({ s, t, n }) => [
        bind(k.load(low(n)), (old) => [k.store(low(n), value(k, old, s)), t.set(old)]),
      ]),
    );
  }
  make((number) =>
    op(number, `cas.${k.name}`, shape, "s ← memory[n], which becomes t if it was s", ({ s, t, n }) => [
      bind(k.load(low(n)), (old) => [when(k.n.eq(old, k.unsigned(s)), [k.store(low(n), t)]), s.set(old)]),
    ]),
  );
}

export function memoryRows(make: Make): void {
  for (const unit of [...GENERAL, ...VECTOR]) singles(unit, make);
  for (const unit of [...GENERAL, ...VECTOR]) {
    if (["w", "x", "sw.x", "s", "d", "q"].includes(unit.name)) pairs(unit, make);
  }
  for (const unit of GENERAL) if (["b.w", "h.w", "w", "x"].includes(unit.name)) exclusives(unit, make);
  for (const k of ATOMIC_WIDTHS) atomics(k, make);
  make((number) => op(number, "clrex", format("", {}), "forgets the watched address", () => monitor.set(i64.const(0))));
}
