/** The thirteen programs that are measured, with what they must come to. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type WholeProgram, wholePrograms } from "../../test/conformance/pvm.js";

export type Profile = "072" | "080";

export interface BenchProgram {
  readonly name: string;
  readonly profile: Profile;
  /** Path inside {@link PROGRAMS}. */
  readonly file: string;
  readonly n: number;
  readonly instructions: number;
  /** What an engine's answer must be: the output as hex, or register r7 of a program without output. */
  readonly expected: { readonly kind: "output" | "r7"; readonly value: string };
  /** Name of the C source in {@link SOURCES} that also exists as a WebAssembly twin. */
  readonly c: string | undefined;
}

const EXAMPLES = join(import.meta.dirname, "../../examples/pvm");
/** Folder of the programs. */
export const PROGRAMS: string = join(EXAMPLES, "programs");
/** Folder of their C sources. */
export const SOURCES: string = join(EXAMPLES, "c");
/** Folder of the same sources as WebAssembly. */
export const TWINS: string = join(import.meta.dirname, "twins");

function nameOf(file: string): string {
  return (file.split("/").pop() as string).split(".")[0] as string;
}

function programOf(p: WholeProgram): BenchProgram {
  const name = nameOf(p.file);
  if (p.instructions === undefined) throw new Error(`${p.file}: number of instructions not known`);
  return {
    name,
    profile: p.profile,
    file: p.file.replace(/^c\//, ""),
    n: p.n,
    instructions: p.instructions,
    expected: p.output === undefined ? { kind: "r7", value: String(p.r7) } : { kind: "output", value: p.output },
    c: p.file.startsWith("c/") ? name : undefined,
  };
}

/** The programs of a profile; `large` ones run for about 100 million instructions, the others for about a million. */
export function benchPrograms(profile: Profile, large: boolean): BenchProgram[] {
  return wholePrograms(large)
    .filter((p) => p.profile === profile && p.instructions !== undefined && p.instructions > 0)
    .map(programOf);
}

export function programBytes(file: string): Uint8Array {
  return readFileSync(join(PROGRAMS, file));
}
