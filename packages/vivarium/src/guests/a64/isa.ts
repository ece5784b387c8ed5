/** The rows of A64 brought together as an instruction set. */
import { InstructionSet, type Row } from "../../isa/table.js";
import { BANKS } from "./rows/common.js";
import { controlRows } from "./rows/control.js";
import { integerRows } from "./rows/integer.js";
import { memoryRows } from "./rows/memory.js";

const rows: Row[] = [];
const make = (row: (number: number) => Row): void => void rows.push(row(rows.length));
integerRows(make);
memoryRows(make);
controlRows(make);

export const A64_ISA = new InstructionSet({
  name: "a64",
  profile: "1",
  banks: BANKS,
  rows,
  gas: "instruction",
});
