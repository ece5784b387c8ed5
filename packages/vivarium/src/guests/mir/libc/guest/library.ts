/** Finds the guest module of the C library that provides a name; modules are parsed when they are first needed. */
import type { MirModule } from "../../module.js";
import { parseText } from "../../text/parser.js";
import { EXIT, MALLOC, STDLIB, STRING } from "./modules.gen.js";

const TEXTS: Readonly<Record<string, string>> = { string: STRING, malloc: MALLOC, stdlib: STDLIB, exit: EXIT };

const parsed = new Map<string, MirModule>();
let index: Map<string, string> | undefined;

/** Module by exported name. */
function exportsOf(): Map<string, string> {
  if (index !== undefined) return index;
  index = new Map();
  for (const [module, text] of Object.entries(TEXTS)) {
    for (const match of text.matchAll(/^\s*export\s+(\S+)$/gm)) index.set(match[1] as string, module);
  }
  return index;
}

/** The module that exports a name of the C library, or null. */
export function guestModuleOf(name: string): MirModule | null {
  const key = exportsOf().get(name);
  if (key === undefined) return null;
  let module = parsed.get(key);
  if (module === undefined) {
    module = parseText(TEXTS[key] as string)[0] as MirModule;
    parsed.set(key, module);
  }
  return module;
}
