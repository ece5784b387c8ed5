/** Makes PVM programs out of random numbers: valid ones, that loop, jump, fault and call the host. */

import { encodeBlob, maskOf } from "../../packages/vivarium/src/guests/pvm/blob.js";
import { type Profile, type ProfileRules, rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { layOut, type Placeable } from "../../packages/vivarium/src/isa/assembly/layout.js";
import { FIELDS, fieldsOf } from "../../packages/vivarium/src/isa/code.js";
import type { Access } from "../../packages/vivarium/src/machine/memory.js";
import { ALL_32, ALL_64, FEW_32, FEW_64, HOT_64 } from "./boundaries.js";
import type { Random } from "./random.js";
import { type Roles, rolesIn } from "./roles.js";

/** An instruction of a generated program; `raw` ones are bytes that decode to no instruction. */
export interface Item extends Placeable {
  readonly row: number;
  readonly raw?: { readonly bytes: readonly number[]; readonly marked: boolean };
}

export interface Region {
  readonly start: number;
  readonly length: number;
  readonly access: Access;
}

/** A program and everything that its run depends on. */
export interface Case {
  readonly profile: Profile;
  readonly items: readonly Item[];
  /** What the jump table holds: an item, or a code offset. */
  readonly table: readonly ({ readonly item: number } | { readonly pc: number })[];
  readonly registers: readonly bigint[];
  readonly regions: readonly Region[];
  readonly gas: number;
  /** Decides what happens between runs. */
  readonly plan: number;
}

const PAGE = 4096;
const REGISTERS = 13;
/** Divided by -1 they overflow. */
const LEAST = [-(2n ** 63n), -(2n ** 31n)];
/** Registers that mostly keep what they start with: addresses, and a handle. */
const POINTERS = [1, 2, 3] as const;
const HANDLE_REGISTER = 4;
const HALT = -0x10000;

/** Where memory may be: pages next to one another with different rights, both sides of 2^31, the last page. */
const PLACES: readonly Region[] = [
  { start: 0x20000, length: 2 * PAGE, access: "write" },
  { start: 0x22000, length: PAGE, access: "read" },
  { start: 0x24000, length: PAGE, access: "write" },
  { start: 0x25000, length: PAGE, access: "read" },
  { start: 0x10000, length: PAGE, access: "write" },
  { start: 0x7ffff000, length: 2 * PAGE, access: "write" },
  { start: 0xfffff000, length: PAGE, access: "write" },
  { start: 0xffffe000, length: PAGE, access: "read" },
];

/** Host calls that generated programs make, likely ones several times; `host.ts` says what each does. */
export const HOST_IDS = [0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, -1, 0x7fffffff, -0x80000000];

class Builder {
  readonly items: Item[] = [];
  readonly table: ({ item: number } | { pc: number })[] = [];
  /** Items at which blocks start. */
  readonly starts: number[] = [0];
  readonly pending: { item: number; field: number }[] = [];
  readonly regions: Region[];
  readonly #roles: readonly Roles[];
  readonly #by: Readonly<Record<Roles["kind"], readonly Roles[]>>;
  readonly #setters: readonly Roles[];
  readonly #calls: readonly Roles[];
  readonly #tableSize: number;

  constructor(
    readonly rules: ProfileRules,
    readonly r: Random,
  ) {
    this.#roles = rolesIn(rules.isa);
    const by: Record<Roles["kind"], Roles[]> = { plain: [], memory: [], host: [], control: [] };
    for (const roles of this.#roles) by[roles.kind].push(roles);
    this.#by = by;
    this.#setters = this.#roles.filter((x) => x.loadsImmediate);
    this.#calls = this.#roles.filter((x) => x.calls);
    this.regions = PLACES.filter(() => r.chance(0.5));
    if (this.regions.length === 0) this.regions.push(PLACES[0]);
    this.#tableSize = r.between(1, 4);
  }

  value(): bigint {
    const { r } = this;
    const kind = r.below(10);
    if (kind < 2) return r.pick(HOT_64);
    if (kind < 5) return r.pick(FEW_64);
    if (kind < 7) return r.pick(ALL_64);
    if (kind < 8) return BigInt(this.address());
    return BigInt.asIntN(64, kind < 9 ? r.u64() : BigInt(r.below(256)));
  }
  immediate(): number {
    const { r } = this;
    const kind = r.below(10);
    return kind < 5 ? r.pick(FEW_32) : kind < 7 ? r.pick(ALL_32) : kind < 9 ? r.u32() | 0 : r.below(70);
  }
  /** Mostly near an edge of memory. */
  address(): number {
    const { r } = this;
    if (r.chance(0.03)) return r.u32();
    if (r.chance(0.03)) return r.below(0x10000);
    const region = r.pick(r.chance(0.9) ? this.regions : PLACES);
    const edge = region.start + (r.chance(0.5) ? region.length : 0);
    return (r.chance(0.7) ? edge + r.between(-9, 9) : region.start + r.below(region.length)) >>> 0;
  }
  handle(): number {
    const { r } = this;
    if (r.chance(0.2)) return HALT;
    if (r.chance(0.9)) return 2 * (1 + r.below(this.#tableSize));
    return r.pick([0, 1, 3, 2 * this.#tableSize + 2, -2, 0x7ffffffe, -0x80000000]);
  }

  #push(row: number, operands: (bigint | number | "target")[]): void {
    const { isa } = this.rules;
    const specs = isa.rows[row].operands;
    const fields = new Int32Array(FIELDS);
    const first = fieldsOf(specs);
    operands.forEach((value, k) => {
      const at = first[k];
      if (value === "target") this.pending.push({ item: this.items.length, field: at });
      else {
        fields[at] = Number(BigInt.asIntN(32, BigInt(value)));
        if (specs[k].kind === "imm64") fields[at + 1] = Number(BigInt.asIntN(32, BigInt(value) >> 32n));
      }
    });
    const room = this.r.chance(0.05) ? this.r.below(5) : 0;
    this.items.push({ row, fields, targets: [], room });
  }

  /** Puts a value into a register, by whichever instruction can. */
  #set(register: number, value: number): void {
    const roles = this.r.pick(this.#setters);
    const { operands } = this.rules.isa.rows[roles.row];
    this.#push(
      roles.row,
      operands.map((o) => (o.kind === "reg" ? register : value)),
    );
  }

  #dataRegister(): number {
    return this.r.chance(0.93) ? this.r.between(5, REGISTERS - 1) : this.r.below(REGISTERS);
  }

  instruction(roles: Roles): void {
    const { r } = this;
    const { operands } = this.rules.isa.rows[roles.row];
    let base = -1;
    let offset = r.chance(0.7) ? r.between(-9, 9) : this.immediate();
    // An address or a handle is a sum of a register and an immediate; the two are chosen together.
    const aimed = roles.address.length > 0 ? roles.address : roles.handle;
    const aimedRegister = aimed.find((k) => operands[k].kind === "reg");
    if (aimedRegister === undefined) offset = this.address() | 0;
    else if (roles.address.length > 0) {
      base = r.chance(0.85) ? r.pick(POINTERS) : r.below(REGISTERS);
      if (r.chance(0.15)) this.#set(base, this.address() | 0);
    } else if (roles.handle.length > 0) {
      base = r.chance(0.6) ? HANDLE_REGISTER : r.below(REGISTERS);
      if (r.chance(0.7)) this.#set(base, (this.handle() - offset) | 0);
      else if (r.chance(0.8)) offset = 0;
    }
    const values = operands.map((spec, k) => {
      if (aimed.includes(k)) return spec.kind === "reg" ? base : offset;
      if (spec.kind === "target") return "target" as const;
      if (roles.hostId.includes(k)) return r.pick(HOST_IDS);
      if (spec.kind === "imm") {
        if (roles.calls && r.chance(0.8)) return 2 * (1 + r.below(this.#tableSize));
        return this.immediate();
      }
      if (spec.kind === "imm64") return this.value();
      return roles.writes.includes(k)
        ? this.#dataRegister()
        : r.chance(0.85)
          ? this.#dataRegister()
          : r.below(REGISTERS);
    });
    if (aimed.length === 0) this.#prepare(roles, values);
    this.#push(roles.row, values);
  }

  /** Now and then, gives an instruction values that make a case of their own together. */
  #prepare(roles: Roles, values: readonly (bigint | number | "target")[]): void {
    const { r } = this;
    if (!r.chance(0.2)) return;
    const { isa } = this.rules;
    const { operands, effects } = isa.rows[roles.row];
    const wide = this.#setters.find((x) => isa.rows[x.row].operands.some((o) => o.kind === "imm64"));
    const sources = operands.flatMap((o, k) =>
      o.kind === "reg" && effects.reads.includes(k) ? [values[k] as number] : [],
    );
    if (wide === undefined || sources.length === 0) return;
    const set = (register: number, value: bigint): void => this.#push(wide.row, [register, value]);
    const immediate = operands.findIndex((o) => o.kind === "imm");
    if (immediate >= 0 && r.chance(0.7)) {
      // The immediate itself, or one beside it.
      set(sources[sources.length - 1], BigInt(values[immediate] as number) + BigInt(r.pick([0, 0, 0, 1, -1])));
      return;
    }
    const kind = r.below(3);
    const first = kind === 0 ? r.pick(LEAST) : r.pick(HOT_64);
    set(sources[0], first);
    if (sources.length > 1) set(sources[sources.length - 1], kind === 0 ? -1n : kind === 1 ? first : r.pick(HOT_64));
  }

  /** Bytes that decode to no instruction; profile 080 refuses them. */
  #junk(): void {
    const { r } = this;
    const { defined } = this.rules.opcodes;
    const bytes = Array.from({ length: r.between(1, 30) }, () => r.below(256));
    const marked = r.chance(0.7);
    if (marked) {
      while (defined[bytes[0]] === 1) bytes[0] = r.below(256);
      bytes.length = Math.min(bytes.length, 25);
    }
    this.items.push({ row: -1, fields: new Int32Array(0), targets: [], raw: { bytes, marked } });
  }

  body(): void {
    const { r } = this;
    const kind = r.below(100);
    const { plain, memory, host } = this.#by;
    if (kind < 55) this.instruction(r.pick(plain));
    else if (kind < 85) this.instruction(r.pick(memory));
    else if (kind < 94) this.instruction(r.pick(host));
    else if (kind < 99 || this.rules.validates) this.#set(r.pick(POINTERS), this.address() | 0);
    else this.#junk();
  }

  terminator(): void {
    const { r } = this;
    if (r.chance(0.2)) this.instruction(r.pick(this.#calls));
    else this.instruction(r.pick(this.#by.control));
    this.starts.push(this.items.length);
  }

  /** Now that all blocks are there, jumps get their targets. */
  link(): void {
    const { r, items, starts } = this;
    for (const { item, field } of this.pending) {
      const kind = r.below(100);
      if (kind < 94) items[item] = { ...items[item], targets: [{ field, item: r.pick(starts) }] };
      else if (kind < 98) items[item] = { ...items[item], targets: [{ field, item: r.below(items.length + 1) }] };
      else {
        items[item].fields[field] = r.pick([-1, 100_000, 1, 2, 3]);
        items[item] = { ...items[item], targets: [{ field }] };
      }
    }
    for (let k = 0; k < this.#tableSize; k++) {
      if (r.chance(0.9)) this.table.push({ item: r.pick(starts) });
      else this.table.push(r.chance(0.5) ? { item: r.below(items.length) } : { pc: r.pick([1, 2, 1000, 0xffffffff]) });
    }
  }
}

export function generateCase(profile: Profile, r: Random): Case {
  const rules = rulesOf(profile);
  const b = new Builder(rules, r);
  const blocks = r.between(2, 6);
  for (let k = 0; k < blocks; k++) {
    for (let n = r.below(7); n > 0; n--) b.body();
    if (k < blocks - 1 || r.chance(0.9)) b.terminator();
  }
  if (b.items.length === 0) b.terminator();
  b.link();
  const registers = Array.from({ length: REGISTERS }, () => BigInt.asUintN(64, b.value()));
  for (const p of POINTERS) {
    // Bits above the 32 of an address must not matter.
    const high = r.chance(0.2) ? r.u64() & ~0xffffffffn : 0n;
    registers[p] = BigInt(b.address()) | high;
  }
  registers[HANDLE_REGISTER] = BigInt.asUintN(64, BigInt(b.handle()));
  const gas = rules.gas === "block" ? r.between(0, 900) : r.between(0, 110);
  return {
    profile,
    items: b.items,
    table: b.table,
    registers,
    regions: b.regions,
    gas,
    plan: r.u32(),
  };
}

/** The program blob of a case. */
export function encodeCase(c: Case): Uint8Array<ArrayBuffer> {
  const { isa, opcodes } = rulesOf(c.profile);
  const items = c.items.map((item) => ({ ...item, fields: item.fields.slice() }));
  const { starts, bytes: code } = layOut(items, (bytes, i, at, room) => {
    const { raw, row, fields } = items[i];
    if (raw !== undefined) {
      for (const byte of raw.bytes) bytes.push(byte);
      return;
    }
    const opcode = isa.numberOf(row);
    bytes.push(opcode);
    opcodes.formats[opcode]?.encode(bytes, fields, at, { minOffsetBytes: room });
  });
  const marks: number[] = [];
  items.forEach((item, i) => {
    if (item.raw?.marked !== false) marks.push(starts[i]);
  });
  const jumpTable = c.table.map((entry) => ("pc" in entry ? entry.pc : starts[entry.item]));
  return encodeBlob({ code, mask: maskOf(code.length, marks), jumpTable });
}
