/** The rows of A64 brought together as an instruction set. */
import { InstructionSet, type Row } from "../../isa/table.js";
import { BANKS } from "./rows/common.js";
import { controlRows } from "./rows/control.js";
import { floatRows } from "./rows/float.js";
import { FUSED } from "./rows/fused.js";
import { integerRows } from "./rows/integer.js";
import { memoryRows } from "./rows/memory.js";

const rows: Row[] = [];
const make = (row: (number: number) => Row): void => void rows.push(row(rows.length));
integerRows(make);
memoryRows(make);
floatRows(make);
controlRows(make);

export const A64_ISA = new InstructionSet({
  name: "a64",
  profile: "1",
  banks: BANKS,
  pure: FUSED,
  rows,
  gas: "instruction",
});
