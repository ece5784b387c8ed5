/** Counts live WebAssembly modules of compiled functions: a Node process dies of some 30,000, and cannot catch it. */

const MAX_MODULES = 8000;
let live = 0;
const collected = new FinalizationRegistry<undefined>(() => live--);

/** Compiles a module, unless there are too many. */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  if (live >= MAX_MODULES) return undefined;
  const module = new WebAssembly.Module(bytes);
  live++;
  collected.register(module, undefined);
  return module;
}
