/** Payloads in JavaScript: functions that the embedder registers under a name. */
import { GraphError } from "./errors.js";
import type { HostPayloadFunction, Outcome, PayloadAdapter } from "./payload.js";
import { plain } from "./values.js";

/** Code of kind `host` is the name of a function. */
export function hostFunctions(functions: Readonly<Record<string, HostPayloadFunction>>): PayloadAdapter {
  return {
    kinds: ["host"],
    load: (code) => {
      const name = new TextDecoder().decode(code.bytes);
      const fn = Object.hasOwn(functions, name)
        ? functions[name]
        : Object.hasOwn(STANDARD, name)
          ? STANDARD[name]
          : undefined;
      if (fn === undefined) throw new GraphError("GRAPH_PAYLOAD", `no function ${JSON.stringify(name)} is registered`);
      return {
        run: ({ inputs, host }): Outcome | Promise<Outcome> => {
          const given = fn(
            inputs.map((value) => value && plain(value)),
            (call, ...args) => host.call(call, args),
          );
          return given instanceof Promise ? given.then((ok) => ({ ok })) : { ok: given };
        },
      };
    },
  };
}

/** Functions that are always there. */
const STANDARD: Readonly<Record<string, HostPayloadFunction>> = {
  /** The value as text: what an answer is made of. */
  format: ([value]) => [
    value === null || value === undefined ? "" : Array.isArray(value) ? value.join(" ") : String(value),
  ],
};
