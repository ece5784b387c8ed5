/** One program for each instruction that gives it every pair of boundary values, derived from its row. */

import { type Profile, rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import type { PvmMachine } from "../../packages/vivarium/src/guests/pvm/program.js";
import { FIELDS, fieldsOf } from "../../packages/vivarium/src/isa/code.js";
import { FEW_32, FEW_64 } from "./boundaries.js";
import type { Case, Item } from "./generate.js";
import { type Roles, rolesIn } from "./roles.js";

const PAGE = 4096;
const OUT = 0x40000000;
const MARKER = 12;
const FIRST_REGISTER = 5;

/** Page edges with every right on either side, the last page, the first zone; some with bits above the 32. */
const ADDRESSES: readonly bigint[] = [
  ...[0x20000n, 0x21000n, 0x22000n, 0x23000n, 0xfffff000n, 0x100000000n].flatMap((edge) =>
    [-8n, -7n, -4n, -3n, -2n, -1n, 0n, 1n].map((d) => edge + d),
  ),
  ...[0n, 1n, 0xfff8n, 0xfffdn, 0x10000n, 0x20008n + (1n << 32n), 0x20008n - (1n << 63n), -1n],
];
const OFFSETS: readonly number[] = [0, 1, -1, 7, 4095, -4096, 2 ** 31 - 1, -(2 ** 31)];
const HANDLES: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  6n,
  8n,
  0xffff0000n,
  0xffff0001n,
  -0x10000n,
  -2n,
  2n ** 31n,
  2n ** 32n + 2n,
];
const HANDLE_OFFSETS: readonly number[] = [0, 1, 2, -2, -0x10000, 2 ** 31 - 1, -(2 ** 31)];

/** The values that an operand is given. */
function valuesOf(roles: Roles, operand: number, kind: string): readonly (bigint | number)[] {
  if (roles.address.includes(operand)) {
    const alone = roles.address.length === 1;
    return kind === "reg" ? ADDRESSES : alone ? ADDRESSES.map((v) => Number(BigInt.asIntN(32, v))) : OFFSETS;
  }
  if (roles.handle.includes(operand)) return kind === "reg" ? HANDLES : HANDLE_OFFSETS;
  return kind === "imm" ? FEW_32 : FEW_64;
}

export interface BoundaryProgram {
  readonly c: Case;
  /** Index of the instruction behind each combination of values. */
  readonly resume: readonly number[];
  /** Index of the instruction that ends the program. */
  readonly end: number;
}

/** Every combination of two operands' values; a third one goes through its values beside them. */
function* combinations(lists: readonly (readonly (bigint | number)[])[]): Generator<(bigint | number)[]> {
  const [first = [0n], second = [0n], third = [0n]] = lists;
  let n = 0;
  for (const a of first) for (const b of second) yield [a, b, third[n++ % third.length]];
}

export function boundaryProgram(profile: Profile, row: number): BoundaryProgram {
  const { isa } = rulesOf(profile);
  const roles = rolesIn(isa)[row];
  const { operands, effects } = isa.rows[row];
  const items: Item[] = [];
  const push = (mnemonic: string | number, ...values: (bigint | number)[]): number => {
    const index = typeof mnemonic === "number" ? mnemonic : isa.indexOf(mnemonic);
    const fields = new Int32Array(FIELDS);
    const specs = isa.rows[index].operands;
    fieldsOf(specs).forEach((at, k) => {
      fields[at] = Number(BigInt.asIntN(32, BigInt(values[k] ?? 0)));
      if (specs[k].kind === "imm64") fields[at + 1] = Number(BigInt.asIntN(32, BigInt(values[k]) >> 32n));
    });
    return items.push({ row: index, fields, targets: [] }) - 1;
  };
  const sources = operands
    .map((spec, k) => ({ spec, k }))
    .filter(({ spec, k }) => spec.kind !== "target" && (spec.kind !== "reg" || effects.reads.includes(k)));
  // The pair that matters most comes first: the parts of an address or a handle.
  const weight = (k: number): number => (roles.address.includes(k) || roles.handle.includes(k) ? 0 : 1);
  sources.sort((x, y) => weight(x.k) - weight(y.k));
  let out = OUT;
  const resume: number[] = [];
  const store = (register: number): void => {
    push("store_u64", register, out);
    out += 8;
  };
  for (const values of combinations(sources.map(({ spec, k }) => valuesOf(roles, k, spec.kind)))) {
    const given = operands.map((spec, k): bigint | number => (spec.kind === "reg" ? FIRST_REGISTER + k : 0));
    sources.forEach(({ spec, k }, i) => {
      if (spec.kind === "reg") push("load_imm_64", FIRST_REGISTER + k, values[i]);
      else given[k] = values[i];
    });
    push("load_imm", MARKER, resume.length);
    const at = push(row, ...given);
    resume.push(push("load_imm", MARKER, -1));
    push("fallthrough");
    if (roles.target >= 0) {
      const field = fieldsOf(operands)[roles.target];
      items[at] = { ...items[at], targets: [{ field, item: items.length }] };
      store(MARKER);
    }
    for (const k of effects.writes) store(FIRST_REGISTER + k);
  }
  const end = push("trap");
  const landings = [push("trap"), push("trap")];
  const size = Math.ceil((out - OUT) / PAGE) * PAGE;
  return {
    resume,
    end,
    c: {
      profile,
      items,
      table: [...landings.map((item) => ({ item })), { pc: 1 }],
      registers: new Array<bigint>(13).fill(0n),
      regions: [
        { start: 0x20000, length: 2 * PAGE, access: "write" },
        { start: 0x22000, length: PAGE, access: "read" },
        { start: 0xfffff000, length: PAGE, access: "write" },
        ...(size > 0 ? [{ start: OUT, length: size, access: "write" as const }] : []),
      ],
      gas: 0,
      plan: 0,
    },
  };
}

/** Runs it to its end, going on behind whatever stops it; one line for each exit. */
export function runThrough(machine: PvmMachine, { resume, end }: BoundaryProgram): string[] {
  const exits: string[] = [];
  const { code } = machine;
  for (;;) {
    const exit = machine.run();
    const detail = exit.kind === "fault" ? `${exit.access} ${exit.address}` : exit.kind === "host" ? exit.id : "";
    exits.push(`${exit.kind} at ${exit.pc} ${detail}`);
    if (exit.kind === "host") continue;
    const combination = Number(BigInt.asIntN(64, machine.registers[MARKER]));
    if (machine.backend.index === end || exit.kind === "out-of-gas") return exits;
    // Wherever a computed jump has led to: it goes on behind the jump.
    machine.pc = code.pc[resume[combination]];
  }
}
