/** The hostile corpus is contained: each script ends as it must, in time, and the host is as it was. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type PythonExit, python } from "vivarium/python";
import { DETERMINISTIC, type End, HOSTILE, type Hostile } from "./hostile.js";

const GAS = 400_000;
const MEMORY = 32 << 20;
const OUTPUT = 1 << 20;
/** Processor time of one script, in milliseconds; most take less than a hundredth. */
const MOST_CPU_MS = 2_500;
/** What may be left at the end, in bytes: compiled code is kept, and with it the globals of the machine that ran it last. */
const MOST_LEFT = 600 << 20;
/** What the process may have grown to in between, in bytes: the scripts' 32 MiB, several times over. */
const MOST_RESIDENT = 2_000 << 20;

class Secret {
  readonly secret = process.env;
}

function grants(): { readonly host: Readonly<Record<string, unknown>> } {
  const secret = new Secret();
  return {
    host: {
      echo: (v: unknown) => v,
      same: (v: unknown) => v === secret,
      handle: () => secret,
      keywords: (names: object) => Object.keys(names),
      fail: () => {
        throw Object.assign(new TypeError("no"), { secret: process, cause: process });
      },
    },
  };
}

function run(source: string, options: object = {}): { exit: PythonExit; printed: string } {
  let printed = "";
  const take = (text: string): void => {
    printed += text;
  };
  const py = python.create({ gas: GAS, memory: MEMORY, output: OUTPUT, ...grants(), stdout: take, ...options });
  return { exit: py.runExec(source), printed };
}

function endOf({ source }: Hostile): { end: string; printed: string } {
  const { exit, printed } = run(source);
  return { end: exit.kind === "exception" ? exit.type : exit.kind, printed };
}

function fits(end: End, got: { end: string; printed: string }): boolean {
  return typeof end === "string" ? end === got.end : got.end === "value" && got.printed === end.prints;
}

/** Everything a guest could leave behind in the host: globals, prototypes, the environment. */
function hostState(): string {
  const objects: readonly [string, object][] = [
    ["globalThis", globalThis],
    ...Object.getOwnPropertyNames(globalThis).flatMap((name): [string, object][] => {
      const value = (globalThis as Record<string, unknown>)[name];
      if (typeof value !== "function") return [];
      const { prototype } = value as { prototype?: unknown };
      const own: [string, object] = [name, value];
      return prototype !== null && typeof prototype === "object" ? [own, [`${name}.prototype`, prototype]] : [own];
    }),
    ["generator", Object.getPrototypeOf(function* () {}) as object],
    ["async", Object.getPrototypeOf(async () => {}) as object],
    ["console", console],
    ["JSON", JSON],
    ["Math", Math],
    ["Reflect", Reflect],
  ];
  const lines = objects.map(([name, object]) => {
    const keys = Reflect.ownKeys(object).map((key) => {
      const at = Object.getOwnPropertyDescriptor(object, key);
      const value: unknown = at?.value;
      const shown = typeof value === "function" ? `${value.name}/${value.length}` : typeof value;
      return `${String(key)}:${shown}:${at?.writable}:${at?.enumerable}:${at?.configurable}:${typeof at?.get}`;
    });
    return `${name} ${Object.isExtensible(object)} ${keys.join(",")}`;
  });
  return `${lines.join("\n")}\n${JSON.stringify(process.env)}\n${process.cwd()}\n${JSON.stringify(process.argv)}`;
}

/** Bytes of living host objects. */
function live(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What a second machine sees: nothing of one machine may reach another. */
const PROBE =
  "import sys\nprint(sorted(sys.modules), sorted(dir(__builtins__)), [1, 2].append, dir(list), dir(str), dir(type), len(object.__subclasses__()), dir(ValueError()))";

describe("the hostile corpus", () => {
  const before = hostState();
  const probe = run(PROBE).printed;
  const memory = live();

  it("has at least 150 scripts, no two alike", () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(150);
    expect(new Set(HOSTILE.map(({ source }) => source)).size).toBe(HOSTILE.length);
  });

  it.each(HOSTILE.map((one) => [one.name, one] as const))("contains %s", (_name, one) => {
    const start = process.cpuUsage();
    const got = endOf(one);
    const { user, system } = process.cpuUsage(start);
    const shown = { end: got.end, printed: got.printed.slice(0, 500) };
    expect(one.ends.some((end) => fits(end, got)) ? "as it must" : shown).toBe("as it must");
    expect((user + system) / 1000).toBeLessThan(MOST_CPU_MS);
  });

  it.each(DETERMINISTIC)("prints the same in every run: %s", (source) => {
    const [first, second] = [run(source), run(source)];
    expect(first.printed).not.toBe("");
    expect(second.printed).toBe(first.printed);
  });

  it("leaves the host, and other machines, as they were", () => {
    expect(hostState()).toBe(before);
    expect(run(PROBE).printed).toBe(probe);
    expect(live() - memory).toBeLessThan(MOST_LEFT);
    expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(MOST_RESIDENT);
  });
});
