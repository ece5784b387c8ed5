/** Counts which instructions have met which boundary values, and how they came to leave. */

import type { PvmMachine } from "../../packages/vivarium/src/guests/pvm/program.js";
import { type Code, FIELDS, fieldsOf } from "../../packages/vivarium/src/isa/code.js";
import type { InstructionSet } from "../../packages/vivarium/src/isa/table.js";
import type { ExitKind } from "../../packages/vivarium/src/machine/exits.js";
import { CLASSES, classOf } from "./boundaries.js";
import type { Observation } from "./subject.js";

const ONLY_WIDE: ReadonlySet<string> = new Set(["MIN64", "MAX64", "2^32"]);

interface Counts {
  /** Executions by class of the value of any source operand. */
  readonly values: Uint32Array;
  readonly exits: Map<string, number>;
  executed: number;
}

export class Coverage {
  readonly #byProfile = new Map<string, { isa: InstructionSet; rows: Counts[] }>();
  readonly exitKinds = new Map<string, number>();

  #rows(isa: InstructionSet): Counts[] {
    let found = this.#byProfile.get(isa.profile);
    if (found === undefined) {
      const rows = isa.rows.map(() => ({ values: new Uint32Array(CLASSES.length), exits: new Map(), executed: 0 }));
      found = { isa, rows };
      this.#byProfile.set(isa.profile, found);
    }
    return found.rows;
  }

  exits(trace: readonly Observation[]): void {
    for (const { exit } of trace) {
      const kind = exit.split(" ", 1)[0];
      this.exitKinds.set(kind, (this.exitKinds.get(kind) ?? 0) + 1);
    }
  }

  /** An instruction is about to be executed: notes what it reads. Returns its index. */
  before(machine: PvmMachine): number {
    const { code, registers } = machine;
    const { index } = machine.backend;
    const row = code.op[index];
    const { values } = this.#rows(code.isa)[row];
    const { operands, effects } = code.isa.rows[row];
    const fields = fieldsOf(operands);
    operands.forEach((spec, k) => {
      const field = code.args[FIELDS * index + fields[k]];
      if (spec.kind === "reg") {
        if (effects.reads.includes(k)) values[classOf(BigInt.asIntN(64, registers[field]))]++;
      } else if (spec.kind === "imm") values[classOf(BigInt(field))]++;
      else if (spec.kind === "imm64") {
        const high = BigInt(code.args[FIELDS * index + fields[k] + 1]);
        values[classOf((high << 32n) | BigInt(field >>> 0))]++;
      }
    });
    return index;
  }

  /** It has been executed, or could not be paid. */
  after(code: Code, index: number, exit: ExitKind): void {
    const counts = this.#rows(code.isa)[code.op[index]];
    if (exit !== "out-of-gas") counts.executed++;
    counts.exits.set(exit, (counts.exits.get(exit) ?? 0) + 1);
  }

  /** One line for each instruction, and what was never met. */
  report(): string {
    const out: string[] = [];
    for (const { isa, rows } of this.#byProfile.values()) {
      const width = Math.max(...isa.rows.map((row) => row.mnemonic.length));
      out.push(`profile ${isa.profile}: instruction, executions, values (${CLASSES.join(" ")}), exits`);
      let cells = 0;
      let met = 0;
      isa.rows.forEach((row, i) => {
        const { executed, values, exits } = rows[i];
        const reads = row.operands.some((o, k) =>
          o.kind === "reg" ? row.effects.reads.includes(k) : o.kind !== "target",
        );
        if (reads) {
          // A 32-bit immediate cannot be every number.
          const wide = row.operands.some(
            (o, k) => o.kind === "imm64" || (o.kind === "reg" && row.effects.reads.includes(k)),
          );
          cells += CLASSES.filter((name) => wide || !ONLY_WIDE.has(name)).length;
          met += values.reduce((n, v) => n + (v > 0 ? 1 : 0), 0);
        }
        const kinds = [...exits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${kind}:${n}`);
        const text = reads ? Array.from(values, (v) => (v > 999 ? "+" : v > 0 ? "." : "0")).join("") : "";
        out.push(
          `  ${row.mnemonic.padEnd(width)} ${String(executed).padStart(8)} ${text.padEnd(CLASSES.length)} ${kinds.join(" ")}`,
        );
      });
      const never = isa.rows.filter((_, i) => rows[i].executed === 0).map((row) => row.mnemonic);
      out.push(
        `  ${met} of ${cells} pairs of instruction and class of value; never executed: ${never.join(", ") || "none"}`,
      );
    }
    const kinds = [...this.exitKinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${kind} ${n}`);
    out.push(`exits: ${kinds.join(", ")}`);
    return out.join("\n");
  }

  /** Instructions of a profile that were never executed. */
  missing(profile: string): string[] {
    const found = this.#byProfile.get(profile);
    return found === undefined
      ? ["all"]
      : found.isa.rows.filter((_, i) => found.rows[i].executed === 0).map((row) => row.mnemonic);
  }
}
