/** The two profiles of the PVM: which numbers, which gas rule, what is checked before running. */
import { type GasModel, InstructionSet } from "../../isa/table.js";
import { type OpcodeTables, opcodeTables } from "./code.js";
import { FUSIONS, HOT } from "./fusions.js";
import { STARTERS } from "./starters.js";
import { ROWS } from "./table.js";

/** `072`: Gray Paper 0.7.2, one gas an instruction. `080`: Gray Paper 0.8.0, gas per block by the pipeline model. */
export type Profile = "072" | "080";

export interface ProfileRules {
  readonly profile: Profile;
  readonly isa: InstructionSet;
  readonly opcodes: OpcodeTables;
  readonly gas: GasModel;
  /** The whole code is checked when a program is loaded; otherwise a bad instruction traps when it is reached. */
  readonly validates: boolean;
}

/** Names of the registers (RISC-V's), as assembly writes them. */
export const REGISTER_NAMES = ["ra", "sp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5"] as const;

function rules(profile: Profile, gas: GasModel, validates: boolean): ProfileRules {
  const isa = new InstructionSet({
    name: "pvm",
    profile,
    banks: [{ name: "r", scope: "machine", slotBytes: 8, count: 13, label: (i) => REGISTER_NAMES[i] as string }],
    vars: [{ name: "heap", type: "i64", doc: "where the heap ends: what sbrk returns" }],
    rows: ROWS,
    gas,
    fusions: FUSIONS,
    hot: HOT,
    starter: STARTERS[profile],
  });
  return { profile, isa, opcodes: opcodeTables(isa), gas, validates };
}

const made = new Map<Profile, ProfileRules>();

/** The rules of a profile, made at first use. */
export function rulesOf(profile: Profile): ProfileRules {
  let found = made.get(profile);
  if (found === undefined) {
    found = profile === "072" ? rules("072", "instruction", false) : rules("080", "block", true);
    made.set(profile, found);
  }
  return found;
}
