/** Python programs for the commands that look at a program; `viv run` and `viv py` run them. */

import { disassemble } from "vivarium/python";
import { CliError } from "../exit-codes.js";
import type { Guest } from "../guest.js";

const decoder = new TextDecoder();

export const guest: Guest = {
  load: (bytes) => {
    const listing = disassemble(decoder.decode(bytes));
    return {
      guest: "python",
      inspect: () => inspect(listing, bytes.length),
      disassemble: () => listing,
      grantable: [],
      start: () => {
        throw new CliError("usage", "Python programs have a machine of their own: viv run and viv py run them");
      },
    };
  },
  assemble: () => {
    throw new CliError("usage", "Python programs are not assembled: viv py dis shows their bytecode");
  },
};

/** A code object's first line, and an instruction's. */
const CODE_HEAD = /^(\S+): \d+ parameters, stack \d+$/;
const IMPORT = /\bIMPORT_NAME\s+\d+ \((.*)\)$/;

function inspect(listing: string, fileBytes: number): Readonly<Record<string, unknown>> {
  const lines = listing.split("\n");
  const found = (pattern: RegExp): string[] => [
    ...new Set(lines.flatMap((line) => pattern.exec(line.trim())?.slice(1) ?? [])),
  ];
  return {
    format: "Python source",
    sizes: { file: fileBytes },
    "code objects": found(CODE_HEAD),
    imports: found(IMPORT),
  };
}
