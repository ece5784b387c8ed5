import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { starterTemplate } from "../../packages/vivarium/src/tiers/interpreter/generate.js";
import type { DocumentGenerator } from "../docs.js";

/** The starter interpreters that the library brings along. */
const generate: DocumentGenerator = () => {
  const entries = (["072", "080"] as const).map((profile) => {
    const text = starterTemplate(rulesOf(profile).isa);
    return `  // biome-ignore format: one line\n  "${profile}": "${text}",`;
  });
  const lines = [
    "/**",
    " * The starter interpreters of both profiles, generated from their rows by `npm run docs`: see",
    " * `tiers/interpreter/generate.ts`. Tests hold them to what the rows say now.",
    " */",
    "export const STARTERS: Readonly<Record<string, string>> = {",
    ...entries,
    "};",
  ];
  return [{ path: "packages/vivarium/src/guests/pvm/starters.ts", text: `${lines.join("\n")}\n` }];
};
export default generate;
