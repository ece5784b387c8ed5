/**
 * Bugs put into interpreter and compiler on purpose, to see whether the fuzzer finds them: rows with an altered meaning, generated
 * code that leaves something out, a driver that forgets something. The portable tier keeps the true rows.
 */

import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { createPvm, type PvmProgram } from "../../packages/vivarium/src/guests/pvm/program.js";
import { Code, FIELDS } from "../../packages/vivarium/src/isa/code.js";
import { InstructionSet, type Row } from "../../packages/vivarium/src/isa/table.js";
import { type BackendFactory, type BackendLimits, STOP } from "../../packages/vivarium/src/machine/backend.js";
import { InterpreterBackend, interpreterModule } from "../../packages/vivarium/src/tiers/interpreter/backend.js";
import { COST, costFrom, SLOT, segmentStarts } from "../../packages/vivarium/src/tiers/interpreter/icode.js";
import { P } from "../../packages/vivarium/src/tiers/jit/abi.js";
import { jitEager } from "../../packages/vivarium/src/tiers/jit/backend.js";
import { portable } from "../../packages/vivarium/src/tiers/portable/portable.js";
import { STATE, WINDOW } from "../../packages/vivarium/src/tiers/state.js";
import { FunctionWriter } from "../../packages/vivarium/src/wasm/module.js";
import { mutantsOf } from "./mutants.js";
import type { Target } from "./oracle.js";

export interface SeededBug {
  readonly name: string;
  /** Only programs with this instruction can show it. */
  readonly mnemonic?: string;
  /** Why no program can show it; then it is no bug. */
  readonly equivalent?: string;
  /** The tier with the bug beside a sound portable one. */
  target(): Target;
}

interface Defect {
  /** Alters the rows. */
  readonly rows?: (rows: readonly Row[]) => readonly Row[];
  /** Alters decoded code. */
  readonly code?: (code: Code) => Partial<Pick<Code, "args" | "table" | "leader" | "blockCost">>;
  /** Alters the generated WebAssembly. */
  readonly writer?: Peephole;
  /** Alters how the generated code is driven. */
  readonly backend?: new (
    code: Code,
    limits: BackendLimits,
  ) => InterpreterBackend;
}

class Sound extends InterpreterBackend {
  constructor(code: Code, limits: BackendLimits) {
    super(code, limits, "br_table", "interpreter", "");
  }
}

/** What is emitted instead of a call of a `FunctionWriter` method; `undefined` leaves it alone. */
type Peephole = (call: Call, history: readonly Call[]) => readonly Call[] | undefined;
type Call = readonly [method: string, ...args: readonly unknown[]];

/** What changes the emitter at the moment. */
let active: Peephole | undefined;
let installed = false;

/** Makes calls pass through the active peephole, one behind, so that it sees what came before. */
function install(): void {
  if (installed) return;
  installed = true;
  const prototype = FunctionWriter.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const names = ["i32", "op", "mem", "get", "set", "tee", "call", "if", "br", "brIf"];
  const original = new Map(names.map((name) => [name, prototype[name]]));
  const history = new WeakMap<object, Call[]>();
  let inside = false;
  for (const name of names) {
    const plain = original.get(name) as (...a: unknown[]) => unknown;
    prototype[name] = function (this: object, ...args: unknown[]): unknown {
      if (inside || active === undefined) return plain.apply(this, args);
      const before = history.get(this) ?? [];
      history.set(this, before);
      const call: Call = [name, ...args];
      const instead = active(call, before);
      before.push(call);
      if (before.length > 4) before.shift();
      // What methods call themselves is part of them.
      inside = true;
      try {
        if (instead === undefined) return plain.apply(this, args);
        for (const [method, ...rest] of instead) (original.get(method) as typeof plain).apply(this, rest);
        return undefined;
      } finally {
        inside = false;
      }
    };
  }
}

/** Generates with a changed emitter. */
function withPeephole<T>(peephole: Peephole, generate: () => T): T {
  install();
  const before = active;
  active = peephole;
  try {
    return generate();
  } finally {
    active = before;
  }
}

let serial = 0;

function targetWith(defect: Defect, tier: BuggyTier = "interpreter"): Target {
  const number = serial++;
  const sets = new Map<string, InstructionSet>();
  const codes = new WeakMap<Code, Code>();
  const setFor = (isa: InstructionSet): InstructionSet => {
    let found = sets.get(isa.profile);
    if (found === undefined) {
      const { profile, banks, vars, gas, rows } = isa;
      found = new InstructionSet({
        name: `seeded-${number}`,
        profile,
        banks,
        vars,
        gas,
        pure: isa.pure,
        fusions: isa.fusions,
        hot: isa.rows.slice(0, isa.hot).map((row) => row.mnemonic),
        rows: defect.rows?.(rows) ?? rows,
      });
      sets.set(profile, found);
      const generate = (): void => {
        interpreterModule(found as InstructionSet, "br_table", false);
        interpreterModule(found as InstructionSet, "br_table", true);
      };
      if (defect.writer === undefined || tier !== "interpreter") generate();
      else withPeephole(defect.writer, generate);
    }
    return found;
  };
  const Chosen = defect.backend ?? Sound;
  const buggy: BackendFactory = (code, limits) => {
    let changed = codes.get(code);
    if (changed === undefined) {
      const { count, op, pc, args, leader, table, blockCost, indexOf } = code;
      const all = { count, op, pc, args, leader, table, blockCost, indexOf, isa: setFor(code.isa) };
      changed = new Code({ ...all, ...defect.code?.(code) });
      codes.set(code, changed);
    }
    if (tier === "interpreter") return new Chosen(changed, limits);
    const backend = jitEager(changed, limits);
    const { writer } = defect;
    if (writer === undefined) return backend;
    // It compiles when it gets there.
    const run = backend.run.bind(backend);
    backend.run = (exact, steps) => withPeephole(writer, () => run(exact, steps));
    return backend;
  };
  return { pvm: createPvm({ [tier]: buggy, portable }), tiers: [tier] };
}

/** Which tier has the bugs: the interpreter, or the one that compiles all that it reaches. */
type BuggyTier = "interpreter" | "jit:eager";

const compiled = (name: string, writer: Peephole): SeededBug => ({
  name: `compiled code: ${name}`,
  target: () => targetWith({ writer }, "jit:eager"),
});

const special = (name: string, defect: Defect, extra: Partial<SeededBug> = {}): SeededBug => ({
  name,
  target: () => targetWith(defect),
  ...extra,
});

const perInstruction = (code: Code): boolean => code.isa.gas === "instruction";
const isOp = (call: Call | undefined, op: string): boolean => call?.[0] === "op" && call[1] === op;
const isMem = (call: Call | undefined, op: string, offset?: number): boolean =>
  call?.[0] === "mem" && call[1] === op && (offset === undefined || call[2] === offset);
const isConst = (call: Call | undefined, value: number): boolean => call?.[0] === "i32" && call[1] === value;

/** Replaces operations by others, everywhere. */
const replacing =
  (from: string, to: string): Peephole =>
  (call) =>
    isOp(call, from) ? [["op", to]] : isMem(call, from) ? [["mem", to, ...call.slice(2)]] : undefined;

/** Bugs of generated code. */
const WRITERS: readonly SeededBug[] = [
  ...[2, 4, 8].map((width) =>
    special(`accesses of ${width} bytes are not checked for crossing a page`, {
      writer: (call, before) =>
        isConst(call, 4096 - width) && isOp(before.at(-1), "i32.and") ? [["i32", 4095]] : undefined,
    }),
  ),
  ...[2, 4, 8].map((width) =>
    special(`an access of ${width} bytes may cross a page by one byte`, {
      writer: (call, before) =>
        isConst(call, 4096 - width) && isOp(before.at(-1), "i32.and") ? [["i32", 4097 - width]] : undefined,
    }),
  ),
  special("stores ask for the right to read", {
    // The constant 2 that stands there becomes 1.
    writer: (call, before) =>
      isOp(call, "i32.and") && isConst(before.at(-1), 2) ? [["i32", 1], ["op", "i32.shr_u"], call] : undefined,
  }),
  // Not charging at all would be a program that does not end.
  special("blocks are charged by half", {
    writer: (call) =>
      isMem(call, "i32.load", COST)
        ? [call, ["i32", 1], ["op", "i32.add"], ["i32", 1], ["op", "i32.shr_u"]]
        : undefined,
  }),
  special("a block costs one more", {
    writer: (call) => (isMem(call, "i32.load", COST) ? [call, ["i32", 1], ["op", "i32.add"]] : undefined),
  }),
  special("gas of exactly the cost of a block is not enough", {
    writer: (call, before) => (isOp(call, "i32.lt_s") && isConst(before.at(-1), 0) ? [["op", "i32.le_s"]] : undefined),
  }),
  special("immediates are not sign-extended", { writer: replacing("i64.load32_s", "i64.load32_u") }),
  special("signed bytes are loaded unsigned", { writer: replacing("i64.load8_s", "i64.load8_u") }),
  special("signed words are loaded unsigned", { writer: replacing("i64.load16_s", "i64.load16_u") }),
  special("unsigned 32-bit words are loaded signed", { writer: replacing("i64.load32_u", "i64.load32_s") }),
  special("bytes are stored as 16 bits", { writer: replacing("i64.store8", "i64.store16") }),
  special("64-bit stores write 32 bits", {
    writer: (call, before) =>
      isMem(call, "i64.store") && isOp(before.at(-2), "i32.add")
        ? [["mem", "i64.store32", ...call.slice(2)]]
        : undefined,
  }),
  ...[16, 32].map((bits) =>
    special(`${bits}-bit loads over two pages are not sign-extended`, {
      writer: (call, before) => (isOp(call, `i64.extend${bits}_s`) && before.at(-1)?.[0] === "call" ? [] : undefined),
    }),
  ),
  special("gas that a host function gives or takes is lost", {
    writer: (call, before) =>
      isMem(call, "i32.load", STATE.fuel) && before.at(-2)?.[0] === "call"
        ? [
            ["op", "drop"],
            ["get", 2],
          ]
        : undefined,
  }),
  special("slow accesses take a byte too many", { writer: replacing("i32.lt_u", "i32.le_u") }),
  special("a negative count shifts out everything", {
    writer: (call) => (isOp(call, "i64.shl") ? [["op", "i64.rotl"]] : undefined),
  }),
];

const isGet = (call: Call | undefined, local: number): boolean => call?.[0] === "get" && call[1] === local;
const isStore = (call: Call, offset: number): boolean => isMem(call, "i32.store", offset);
/** A constant is taken from the fuel, or added to it. */
const changesFuel = (call: Call, before: readonly Call[], op: string): boolean =>
  isOp(call, op) && before.at(-1)?.[0] === "i32" && isGet(before.at(-2), P.fuel);
const one = (op: string): Call[] => [
  ["i32", 1],
  ["op", op],
];

/** Bugs of the compiler. */
const COMPILER: readonly SeededBug[] = [
  compiled("segments cost one more", (call, before) =>
    changesFuel(call, before, "i32.sub") ? [call, ...one("i32.sub")] : undefined,
  ),
  compiled("gas of exactly the cost is not enough", (call, before) =>
    isOp(call, "i32.lt_s") && isConst(before.at(-1), 0) && before.at(-2)?.[0] === "tee"
      ? [["op", "i32.le_s"]]
      : undefined,
  ),
  // Giving back nothing, or too much, would be a program that does not end.
  compiled("what was paid and not executed is given back short of one", (call, before) =>
    changesFuel(call, before, "i32.add") ? [call, ...one("i32.sub")] : undefined,
  ),
  compiled("it leaves at the next slot", (call, before) =>
    isOp(call, "i32.add") && before.at(-1)?.[0] === "i32" && isMem(before.at(-2), "i32.load", STATE.codeBase)
      ? [call, ["i32", SLOT], ["op", "i32.add"]]
      : undefined,
  ),
  compiled("gas that a host function gives or takes is lost", (call, before) =>
    isMem(call, "i32.load", STATE.fuel) && isGet(before.at(-1), P.state)
      ? [
          ["op", "drop"],
          ["get", P.fuel],
        ]
      : undefined,
  ),
  compiled("registers are put back as 32 bits", (call) =>
    isMem(call, "i64.store") && (call[2] as number) > 0 ? [["mem", "i64.store32", call[2]]] : undefined,
  ),
  compiled("registers are fetched as 32 bits", (call) =>
    isMem(call, "i64.load") && (call[2] as number) > 0 ? [["mem", "i64.load32_u", call[2]]] : undefined,
  ),
  compiled("windows are one byte longer", replacing("i32.ge_u", "i32.gt_u")),
  compiled("calls come back to where they are expected, wherever they go", (call, before) =>
    isOp(call, "i32.eq") && isGet(before.at(-1), P.expected)
      ? [
          ["op", "drop"],
          ["op", "drop"],
          ["i32", 1],
        ]
      : undefined,
  ),
  compiled("the place of an exit is forgotten", (call) =>
    isStore(call, STATE.pc)
      ? [
          ["op", "drop"],
          ["op", "drop"],
        ]
      : undefined,
  ),
  compiled("windows for reading are written to", (call) => {
    const field = isMem(call, "i32.load") ? (call[2] as number) - WINDOW.first : -1;
    return field >= 0 && field < 64 && field % WINDOW.bytes === WINDOW.writeMax
      ? [["mem", "i32.load", (call[2] as number) - WINDOW.writeMax + WINDOW.readMax]]
      : undefined;
  }),
  compiled("signed comparisons are unsigned", replacing("i64.lt_s", "i64.lt_u")),
  compiled("not below is above", replacing("i64.ge_u", "i64.gt_u")),
  compiled("signed shifts are unsigned", replacing("i64.shr_s", "i64.shr_u")),
  compiled("counts of shifts are not cut off", replacing("i64.shl", "i64.rotl")),
  compiled("32-bit results are zero-extended", replacing("i64.extend_i32_s", "i64.extend_i32_u")),
  compiled("signed bytes are loaded unsigned", replacing("i64.load8_s", "i64.load8_u")),
  compiled("signed words are loaded unsigned", replacing("i64.load16_s", "i64.load16_u")),
  compiled("unsigned 32-bit words are loaded signed", replacing("i64.load32_u", "i64.load32_s")),
  compiled("bytes are stored as 16 bits", replacing("i64.store8", "i64.store16")),
  compiled("16 bits are stored as a byte", replacing("i64.store16", "i64.store8")),
  compiled("divisions are unsigned", replacing("i64.div_s", "i64.div_u")),
];

/** Bugs of what drives generated code. */
const DRIVERS: readonly SeededBug[] = [
  special("a fault does not give back the gas of the instructions behind it", {
    backend: class extends Sound {
      override run(exact: boolean, steps: number): number {
        const stop = super.run(exact, steps);
        const starts = segmentStarts(this.code);
        const next = this.index + 1;
        const stepped = steps >= 0;
        if (
          stop === STOP.fault &&
          perInstruction(this.code) &&
          !stepped &&
          next < this.code.count &&
          starts[next] === 0
        ) {
          this.fuel = Math.max(0, this.fuel - costFrom(this.code, starts, next));
        }
        return stop;
      }
    },
  }),
  special("a fault gives back the gas of its own instruction", {
    backend: class extends Sound {
      override run(exact: boolean, steps: number): number {
        const stop = super.run(exact, steps);
        if (stop === STOP.fault && perInstruction(this.code)) this.fuel += 1;
        return stop;
      }
    },
  }),
  special("a block is charged again when a fault has been dealt with", {
    backend: class extends Sound {
      override run(exact: boolean, steps: number): number {
        const stop = super.run(exact, steps);
        if (stop === STOP.fault) this.charged = false;
        return stop;
      }
    },
  }),
  special("the block at which the gas ran out is free", {
    backend: class extends Sound {
      override run(exact: boolean, steps: number): number {
        const stop = super.run(exact, steps);
        if (stop === STOP.fuel) this.charged = true;
        return stop;
      }
    },
  }),
  special("the last gas is not spent instruction by instruction", {
    backend: class extends Sound {
      override run(_exact: boolean, steps: number): number {
        return super.run(false, steps);
      }
    },
  }),
  special("one step more is executed than asked for", {
    backend: class extends Sound {
      override run(exact: boolean, steps: number): number {
        return super.run(exact, steps > 0 ? steps + 1 : steps);
      }
    },
  }),
  special("a fault reports the start of its page", {
    backend: class extends Sound {
      override get faultAddress(): number {
        return super.faultAddress - (super.faultAddress % 4096);
      }
    },
  }),
  special("a fault of a store is reported as one of a load", {
    backend: class extends Sound {
      override get faultLevel(): number {
        return 1;
      }
    },
  }),
  special("a page that changes its right is zeroed", {
    backend: class extends Sound {
      constructor(code: Code, limits: BackendLimits) {
        super(code, limits);
        const { memory } = this;
        const map = memory.map.bind(memory);
        memory.map = (address, length, access) => map(address, length, "none") && map(address, length, access);
      }
    },
  }),
  special("a snapshot forgets the last page", {
    backend: class extends Sound {
      constructor(code: Code, limits: BackendLimits) {
        super(code, limits);
        const contents = this.memory.contents.bind(this.memory);
        let told = false;
        const save = this.saveFrames.bind(this);
        this.saveFrames = () => {
          told = true;
          return save();
        };
        this.memory.contents = () => {
          const pages = contents();
          const whole = told ? pages.slice(0, -1) : pages;
          told = false;
          return whole;
        };
      }
    },
  }),
  special("a snapshot forgets that a block has been paid", {
    backend: class extends Sound {
      override restoreFrames(frames: Parameters<InterpreterBackend["restoreFrames"]>[0]): boolean {
        const fine = super.restoreFrames(frames);
        this.#forget = true;
        return fine;
      }
      #forget = false;
      override run(exact: boolean, steps: number): number {
        if (this.#forget) this.charged = false;
        this.#forget = false;
        return super.run(exact, steps);
      }
    },
  }),
];

const altered = (code: Code, change: (args: Int32Array, i: number) => void): { args: Int32Array } => {
  const args = code.args.slice();
  for (let i = 0; i < code.count; i++) change(args, i);
  return { args };
};

/** Bugs of decoding, of the gas model and of the rows' costs. */
const DECODERS: readonly SeededBug[] = [
  special("a handle without a block leads to the start", {
    code: (code) => ({ table: code.table.map((to) => Math.max(0, to)) }),
  }),
  special("the jump table is one entry short", { code: (code) => ({ table: code.table.slice(0, -1) }) }),
  special("a jump to where no block starts goes to the start", {
    code: (code) =>
      altered(code, (args, i) => {
        const at = code.isa.rows[code.op[i]].operands.findIndex((o) => o.kind === "target");
        if (at >= 0) args[FIELDS * i + at] = Math.max(0, args[FIELDS * i + at]);
      }),
  }),
  special("the high half of a 64-bit immediate is lost", {
    code: (code) =>
      altered(code, (args, i) => {
        const at = code.isa.rows[code.op[i]].operands.findIndex((o) => o.kind === "imm64");
        if (at >= 0) args[FIELDS * i + at + 1] = 0;
      }),
  }),
  special("block gas is one too high", { code: (code) => ({ blockCost: (leader) => code.blockCost(leader) + 1 }) }),
  special("block gas is at most 30", {
    code: (code) => ({ blockCost: (leader) => Math.min(30, code.blockCost(leader)) }),
  }),
  special("a block ends behind a host call", {
    code: (code) => ({
      leader: code.leader.map((is, i) => (i > 0 && code.isa.rows[code.op[i - 1]].effects.callsHost ? 1 : is)),
    }),
  }),
  special("loads cost two gas", {
    rows: (rows) => rows.map((row) => (row.effects.loads ? { ...row, cost: 2 } : row)),
  }),
  special("host calls are free", {
    rows: (rows) => rows.map((row) => (row.effects.callsHost ? { ...row, cost: 0 } : row)),
  }),
];

/** One bug for every place in every meaning where something can be changed. */
export function rowBugs(tier: BuggyTier = "interpreter"): SeededBug[] {
  const rows = new Map<string, Row>();
  for (const profile of ["072", "080"] as const)
    for (const row of rulesOf(profile).isa.rows) rows.set(row.mnemonic, row);
  return [...rows.values()].flatMap((row) =>
    mutantsOf(row).map(({ what, meaning, equivalent }) => ({
      name: `${tier === "interpreter" ? "" : `${tier}: `}${row.mnemonic}: ${what}`,
      mnemonic: row.mnemonic,
      equivalent,
      target: () =>
        targetWith({ rows: (all) => all.map((r) => (r.mnemonic === row.mnemonic ? { ...r, meaning } : r)) }, tier),
    })),
  );
}

export const specialBugs: readonly SeededBug[] = [...WRITERS, ...COMPILER, ...DRIVERS, ...DECODERS];

/** True when a program has an instruction of this name. */
export function uses(program: { readonly code: PvmProgram["code"] }, mnemonic: string): boolean {
  const row = program.code.isa.indexOf(mnemonic);
  return program.code.op.includes(row);
}
