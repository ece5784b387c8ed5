/** Reads JSON whose integers may exceed 2^53, and finds the folder of public test vectors. */

/** The folder that `VIV_VECTORS` names, or `undefined`. */
export const VECTORS: string | undefined = process.env.VIV_VECTORS || undefined;

/** Parses JSON; integers outside the safe range become BigInts. */
export function parseExact(text: string): unknown {
  // Digits inside strings are left alone: a string is matched first, as a whole.
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) => (token[0] === '"' ? token : `"#${token}"`));
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && /^#-?\d+$/.test(value) ? BigInt(value.slice(1)) : value,
  );
}
