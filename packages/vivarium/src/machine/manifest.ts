/** What a program may use and call, as one document: the same for the library, the command line and a server. */
import { VivError } from "./errors.js";

/** Everything that is not named is denied, and every limit that is not named has its default. */
export interface Manifest {
  /** Gas to begin with. */
  readonly gas?: bigint;
  /** Bytes of guest memory. */
  readonly memory?: number;
  /** Guest calls inside each other. */
  readonly depth?: number;
  /** Milliseconds for a run. */
  readonly timeout?: number;
  /** Host functions that are granted, by name. */
  readonly grant: readonly string[];
}

const NUMBERS = { memory: 2 ** 32, depth: 2 ** 26, timeout: 2 ** 31 - 1 } as const;

function refuse(what: string, expected: string): never {
  throw new VivError("MANIFEST_INVALID", `${what} (expected ${expected})`);
}

/**
 * Reads a manifest from parsed JSON: `{ "gas": 1000000, "memory": 1048576, "grant": ["log"] }`. Gas may be a string of
 * digits, for numbers beyond 2^53.
 *
 * @throws VivError `MANIFEST_INVALID`, also for a field that is not known
 */
export function readManifest(value: unknown): Manifest {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse("a manifest is an object", "{ … }");
  const out: { -readonly [K in keyof Manifest]: Manifest[K] } = { grant: [] };
  for (const [key, v] of Object.entries(value)) {
    switch (key) {
      case "gas": {
        const digits = typeof v === "number" && Number.isSafeInteger(v) ? String(v) : v;
        if (typeof digits !== "string" || !/^\d{1,19}$/.test(digits) || BigInt(digits) >= 2n ** 63n) {
          refuse("gas", "a whole number below 2^63, as number or string");
        }
        out.gas = BigInt(digits);
        break;
      }
      case "memory":
      case "depth":
      case "timeout":
        if (typeof v !== "number" || !Number.isInteger(v) || v < 0 || v > NUMBERS[key]) {
          refuse(key, `a whole number up to ${NUMBERS[key]}`);
        }
        out[key] = v;
        break;
      case "grant":
        if (!Array.isArray(v) || !v.every((name) => typeof name === "string")) refuse("grant", "a list of names");
        out.grant = [...new Set(v as string[])];
        break;
      default:
        refuse(`unknown field ${JSON.stringify(key)}`, "gas, memory, depth, timeout or grant");
    }
  }
  return out;
}

/**
 * The options with which a machine is made under a manifest: its limits, and of the host functions that the embedder
 * has only those that it grants.
 *
 * @throws VivError `MANIFEST_UNKNOWN_GRANT` for a grant that the embedder does not have
 */
export function underManifest<F>(
  manifest: Manifest,
  available: Readonly<Record<string, F>> = {},
): { gas?: bigint; memory?: { max: number }; depth?: number; host: Record<string, F> } {
  const host: Record<string, F> = {};
  for (const name of manifest.grant) {
    if (!Object.hasOwn(available, name)) {
      throw new VivError("MANIFEST_UNKNOWN_GRANT", `there is no host function ${JSON.stringify(name)} to grant`);
    }
    host[name] = available[name] as F;
  }
  return {
    ...(manifest.gas === undefined ? {} : { gas: manifest.gas }),
    ...(manifest.memory === undefined ? {} : { memory: { max: manifest.memory } }),
    ...(manifest.depth === undefined ? {} : { depth: manifest.depth }),
    host,
  };
}
