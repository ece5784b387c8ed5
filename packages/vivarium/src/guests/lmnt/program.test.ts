import { describe, expect, it } from "vitest";
import {
  columns,
  createLmnt,
  LmntCallError,
  type LmntHost,
  type LmntMachine,
  portable,
  lmnt as shipped,
} from "../../lmnt.js";
import { lmnt as formulas } from "../../lmnt-formula.js";
import { direct } from "../../tiers/direct/backend.js";
import { interpreter } from "../../tiers/direct/interpreter.js";
import { assemble } from "./assembler.js";
import { OPERATIONS, operationsOf } from "./table.js";

/** The guest as it ships, except that every function is compiled at its first call. */
const lmnt = createLmnt({ interpreter: interpreter(), jit: direct(0), portable }, columns);
const TIERS = ["interpreter", "jit", "portable"] as const;

const machineOf = (text: string, tier: (typeof TIERS)[number], host: LmntHost = {}, memory?: number) =>
  lmnt.load(assemble(text), { memory }).instantiate({ tier, host });

const LOOP = `
.function count (n) -> (r)
  again:
    ADDSS r, =1, r
    CMP   r, n
    BRANCHCLT again
.end`;

describe("the op table", () => {
  it("has every number of both variants once, without gaps", () => {
    expect(operationsOf("head").map(({ head }) => head)).toEqual(Array.from({ length: 80 }, (_, i) => i));
    expect(operationsOf("2020-07").map(({ july2020 }) => july2020)).toEqual(Array.from({ length: 71 }, (_, i) => i));
    expect(new Set(OPERATIONS.map(({ mnemonic }) => mnemonic)).size).toBe(OPERATIONS.length);
  });
});

describe.each(TIERS)("a machine in tier %s", (tier) => {
  it("lays out its memory as the seed describes", () => {
    using machine = machineOf(
      ".constants 10, 20\n.function f (a, b) -> (r)\n  ADDSS a, b, t0\n  ADDSS t0, k1, r\n.end",
      tier,
      {},
      512,
    );
    const { header, bytes } = machine.program.archive;
    expect(machine.area.length).toBe(512);
    expect(machine.area.subarray(0, bytes.length)).toEqual(bytes);
    expect(machine.stack.length).toBe((512 - header.constants.offset) / 4);
    machine.call("f", [1, 2]);
    expect([...machine.stack.subarray(0, 6)]).toEqual([10, 20, 1, 2, 23, 3]);
    expect(machine.argumentsOf("f").byteOffset - machine.area.byteOffset).toBe(header.constants.offset + 8);
    expect([...machine.returnValuesOf("f")]).toEqual([23]);
  });

  it("keeps what a function leaves on the stack until it is reset", () => {
    using machine = machineOf(".function f () -> (r)\n  ADDSS t0, =1, t0\n  ASSIGNSS t0, r\n.end", tier);
    expect([1, 2, 3].map(() => machine.execute("f") && machine.returnValuesOf("f")[0])).toEqual([1, 2, 3]);
    machine.reset();
    machine.execute("f");
    expect(machine.returnValuesOf("f")[0]).toBe(1);
  });

  it("keeps the archive outside of the memory area when asked to", () => {
    const text = ".constants 5\n.data d: 7, 8\n.function f (i) -> (r)\n  DLOADIRS d, i, t0\n  ADDSS t0, k0, r\n.end";
    const program = lmnt.load(assemble(text), { inPlace: true });
    using machine = program.instantiate({ tier });
    machine.call("f", [1]);
    expect(machine.returnValuesOf("f")[0]).toBe(13);
    expect(machine.stack[0]).toBe(5);
    expect(machine.area.length).toBe(64);
  });

  it("keeps all bits of a NaN that it copies, and makes canonical ones", () => {
    using machine = machineOf(".function f (a) -> (copy, made)\n  ASSIGNSS a, copy\n  ADDSS a, a, made\n.end", tier);
    const args = machine.argumentsOf("f");
    new Uint32Array(args.buffer, args.byteOffset, 1)[0] = 0xff812345;
    machine.execute("f");
    const rvals = machine.returnValuesOf("f");
    expect([...new Uint32Array(rvals.buffer, rvals.byteOffset, 2)]).toEqual([0xff812345, 0x7fc00000]);
  });

  it("ends with an access violation where an index leaves the data or the stack", () => {
    using machine = machineOf(
      ".data d: 1, 2, 3\n.function f (i) -> (r)\n  DLOADIRS d, i, r\n.end\n.function g (i) -> (r)\n  INDEXRIS i, 0, r\n.end",
      tier,
    );
    for (const index of [-0.5, 3, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40]) {
      const result = machine.call("f", [index]);
      expect([result.code, result.name], `data ${index}`).toEqual([-0x40, "ACCESS_VIOLATION"]);
      expect(machine.call("g", [index]).code, `slot ${index}`).toBe(index === 3 ? -0x40 : -0x40);
    }
    expect(machine.call("f", [2.9]).code).toBe(1);
    expect(machine.returnValuesOf("f")[0]).toBe(3);
  });

  it("never lets a constant be overwritten by a computed index", () => {
    using machine = machineOf(".function f (i) -> ()\n  INDEXRIR i, 0, i\n  ASSIGNSS =42, t0\n.end", tier);
    expect(machine.call("f", [0]).code).toBe(-0x40);
    expect(machine.stack[0]).toBe(42);
    expect(machine.call("f", [1]).code).toBe(0);
  });

  it("passes a host function its arguments in place, and its result through", () => {
    const seen: number[][] = [];
    const host: LmntHost = {
      "mix/2/1": (args, rvals) => {
        seen.push([...args]);
        rvals[0] = (args[0] as number) * (args[1] as number);
        return args[0] === 9 ? -123456789 : 0;
      },
    };
    using machine = machineOf(
      ".extern mix (2) -> (1)\n.function f (a, b) -> (r)\n  ASSIGNSS a, t0\n  ASSIGNSS b, t1\n  EXTCALL mix, t0\n  ASSIGNSS t2, r\n.end",
      tier,
      host,
    );
    expect(machine.call("f", [3, 4]).code).toBe(1);
    expect(machine.returnValuesOf("f")[0]).toBe(12);
    expect(machine.call("f", [9, 1]).code).toBe(-123456789);
    expect(machine.call("mix", [5, 6]).code).toBe(1);
    expect(machine.returnValuesOf("mix")[0]).toBe(30);
    expect(seen).toEqual([
      [3, 4],
      [9, 1],
      [5, 6],
    ]);
  });

  it("reports a host function that throws, and repeats the call when it is resumed", () => {
    let broken = true;
    using machine = machineOf(".extern h (0) -> (1)\n.function f () -> (r)\n  EXTCALL h, r\n.end", tier, {
      h: (_, rvals) => {
        if (broken) throw new Error("no");
        rvals[0] = 4;
      },
    });
    expect(machine.execute("f").exit).toMatchObject({ kind: "host-error", name: "h" });
    broken = false;
    expect(machine.resume("f").code).toBe(1);
    expect(machine.returnValuesOf("f")[0]).toBe(4);
  });

  it("awaits asynchronous host functions", async () => {
    using machine = machineOf(
      ".extern h (1) -> (1)\n.function f (a) -> (r)\n  EXTCALL h, a\n  ASSIGNSS r, r\n.end",
      tier,
      {
        h: async (args, rvals) => {
          const [x] = args as unknown as [number];
          await Promise.resolve();
          rvals[0] = x + 1;
        },
      },
    );
    machine.setArguments("f", [7]);
    expect((await machine.executeAsync("f")).code).toBe(1);
    expect(machine.returnValuesOf("f")[0]).toBe(8);
  });

  it("stops at the exact instruction when gas ends, and goes on from there", () => {
    using machine = machineOf(LOOP, tier);
    machine.setArguments("count", [100]);
    for (const [gas, at] of [
      [1n, 1],
      [7n, 2],
      [50n, 1],
    ] as const) {
      machine.gas = gas;
      const result = machine.suspended === undefined ? machine.execute("count") : machine.resume("count");
      expect([result.exit.kind, machine.gas, machine.nextInstruction]).toEqual(["out-of-gas", 0n, at]);
    }
    machine.gas = 10_000n;
    expect(machine.resume("count").code).toBe(1);
    expect(machine.returnValuesOf("count")[0]).toBe(100);
    expect(machine.gas).toBe(10_000n - (300n - 58n));
  });

  it("comes back from an endless loop at a deadline, and from an interrupt between slices", async () => {
    using machine = machineOf(".function f () -> (r)\n  again:\n  ADDSS r, =1, r\n  BRANCH again\n.end", tier);
    expect(machine.execute("f", { timeout: 5 }).exit).toMatchObject({ kind: "interrupted", reason: "deadline" });
    expect(machine.resume("f", { timeout: 5 }).name).toBe("INTERRUPTED");
    const running = machine.resumeAsync("f");
    setTimeout(() => machine.interrupt(), 5);
    expect((await running).exit).toMatchObject({ kind: "interrupted", reason: "interrupt" });
    expect(machine.suspended?.name).toBe("f");
  });

  it("abandons a suspended run when anything else is executed", () => {
    const text = `${LOOP}\n.extern h (0) -> (0)\n.function g () -> ()\n.end`;
    for (const other of ["g", "h", "count"]) {
      using machine = machineOf(text, tier, { h: () => 0 });
      machine.setArguments("count", [9]);
      machine.gas = 4n;
      machine.execute("count");
      expect(machine.suspended?.name).toBe("count");
      machine.gas = 1000n;
      expect(machine.execute(other).exit.kind).toBe("halt");
      expect(machine.suspended).toBeUndefined();
      expect(machine.resume("count").name).toBe("DEF_MISMATCH");
      using copy = machine.program.restore(machine.snapshot(), { tier, host: { h: () => 0 } });
      expect(copy.suspended).toBeUndefined();
    }
  });

  it("drops a request that comes while nothing runs, and refuses to resume what is not suspended", () => {
    using machine = machineOf(LOOP, tier);
    machine.interrupt();
    expect(machine.call("count", [3]).code).toBe(1);
    expect(machine.resume("count")).toMatchObject({ code: -0x22, name: "DEF_MISMATCH" });
  });

  it("saves and restores a suspended run", () => {
    using machine = machineOf(LOOP, tier);
    machine.setArguments("count", [50]);
    machine.gas = 40n;
    machine.execute("count");
    const saved = machine.snapshot();
    using copy = machine.program.restore(saved, { tier });
    expect(copy.area).toEqual(machine.area);
    expect([copy.suspended?.name, copy.nextInstruction, copy.gas]).toEqual(["count", machine.nextInstruction, 0n]);
    copy.gas = 1000n;
    expect(copy.resume("count").code).toBe(1);
    expect(copy.returnValuesOf("count")[0]).toBe(50);
    using fresh = machine.program.restore(copy.snapshot(), { tier });
    expect(fresh.suspended).toBeUndefined();
  });
});

describe("the short ways in", () => {
  it("compiles and calls a formula in three lines", async () => {
    const { program } = await shipped.compile("hypot2(x, y) = sqrt(x*x + y*y)");
    using machine = program.instantiate();
    expect(machine.function<[x: number, y: number], number>("hypot2")(3, 4)).toBe(5);
  });

  it("gives vectors as arrays and throws where a call fails", () => {
    const { program } = formulas.compile("table t = [1, 2]\nv(x): vec3 = [x, 2*x, 3*x]\nat(i) = t[i]");
    using machine = program.instantiate();
    expect(machine.function("v")(2)).toEqual(Float32Array.of(2, 4, 6));
    expect(() => machine.function("at")(7)).toThrow(LmntCallError);
    expect(() => machine.function("v")(1, 2)).toThrow("has 1 arguments");
  });

  it("compiles a function only after it has been called often", () => {
    using machine = formulas.compile("f(x) = x*x + 1").program.instantiate({ tier: "jit" });
    const f = machine.function("f");
    for (let i = 0; i < 1000; i++) expect(f(i)).toBe(Math.fround(Math.fround(i * i) + 1));
  });

  it("serves thousands of functions", () => {
    const text = Array.from({ length: 3000 }, (_, i) => `f${i}(x) = x * ${i} + ${i % 7}`).join("\n");
    using machine = formulas.compile(text).program.instantiate({ tier: "jit" });
    for (let i = 0; i < 3000; i += 7) expect(machine.function(`f${i}`)(2)).toBe(2 * i + (i % 7));
  });

  it("refuses an archive that needs a host function nobody gives, and memory that is too small", () => {
    const bytes = assemble(".extern h (1) -> (1)");
    expect(() => lmnt.load(bytes).instantiate()).toThrow(expect.objectContaining({ code: "LMNT_MISSING_EXTCALL" }));
    expect(() => lmnt.load(bytes).instantiate({ host: { "h/2/1": () => 0 } })).toThrow("h/1/1");
    expect(() => lmnt.load(bytes, { memory: 63 })).toThrow(expect.objectContaining({ code: "LMNT_MEMORY_SIZE" }));
    expect(() => lmnt.load(bytes, { memory: bytes.length })).toThrow("do not hold");
  });
});

describe.each(TIERS)("a host function in tier %s", (tier) => {
  it("cannot run, move or reset its own machine, and disturbs nothing by trying", () => {
    const text = `
.extern host (1) -> (1)
.function other (a, b) -> (r, q)
  ADDSS a, b, r
.end
.function f (x) -> (r)
  EXTCALL host, x
  ADDSS x, r, r
.end`;
    const codes: string[] = [];
    using machine: LmntMachine = machineOf(text, tier, {
      host: (args, rvals) => {
        const tries = [
          () => machine.call("other", [8, 9]),
          () => machine.execute("other"),
          () => machine.function("other")(8, 9),
          () => machine.resume("f"),
          () => machine.reset(),
        ];
        for (const attempt of tries) {
          try {
            attempt();
            codes.push("done");
          } catch (error) {
            codes.push((error as { code: string }).code);
          }
        }
        rvals[0] = (args[0] as number) * 10;
      },
    });
    machine.function("other")(1, 2);
    const result = machine.call("f", [3]);
    expect([result.exit.kind, result.code, machine.returnValuesOf("f")[0]]).toEqual(["halt", 1, 33]);
    expect(codes).toEqual(new Array(5).fill("MACHINE_RUNNING"));
  });
});

/** A machine with functions of all kinds: straight, with two ends, failing, looping, calling the host. */
const MIXED = `
.constants 0.5
.extern host (1) -> (1)
.data d: 1, 2, 3
.function straight (a, b) -> (r)
  MULSS a, b, t0
  ADDSS t0, k0, r
.end
.function ends (a) -> (r)
  ASSIGNSS a, r
  BRANCHNEG a, out
  ADDSS r, k0, r
  RETURN
  out:
  ADDSS r, a, r
.end
.function fails (i) -> (r, q)
  ADDSS q, k0, q
  DLOADIRS d, i, r
  CMP r, q
.end
.function loop (n) -> (r)
  again:
    ADDSS r, k0, r
    CMP   r, n
    BRANCHCLT again
.end
.function calls (x) -> (r)
  ADDSS x, k0, t0
  EXTCALL host, t0
  ASSIGNSS t1, r
.end`;

describe("any order of calls, limits, watching and moving", () => {
  const program = lmnt.load(assemble(MIXED));
  const host: LmntHost = {
    host: (args, rvals, context) => {
      rvals[0] = (args[0] as number) * 2;
      if ((args[0] as number) > 3) context.interrupt();
      return args[0] === 2.5 ? -9 : 0;
    },
  };
  const names = ["straight", "straight", "straight", "ends", "ends", "fails", "loop", "calls"] as const;

  /** What a machine shows after each of the steps that `seed` gives. */
  const observed = (tier: (typeof TIERS)[number], seed: number): string[] => {
    let state = seed * 2654435761 + 1;
    const next = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >>> 8) % n;
    };
    let machine = program.instantiate({ tier, host, gas: 1_000_000n });
    const functions = Object.fromEntries(names.map((name) => [name, machine.function(name)]));
    const others: { dispose(): void }[] = [];
    const seen: string[] = [];
    let steps = 0;
    let unwatch: (() => void) | undefined;
    const note = (what: string, result: unknown): void => {
      const { pc, gas, status, suspended } = machine;
      const words = Array.from(new Uint32Array(machine.stack.slice().buffer)).join(",");
      seen.push(`${what} ${String(result)} ${pc} ${gas} ${status} ${suspended?.name} ${steps} ${words}`);
    };
    const attempt = (what: string, act: () => unknown): void => {
      let result: unknown;
      try {
        result = act();
      } catch (error) {
        result = (error as { code?: string }).code ?? String(error);
      }
      note(what, result);
    };
    let name: (typeof names)[number] = "straight";
    for (let k = 0; k < 80; k++) {
      // Mostly the same function again, which goes the shortest way.
      if (next(3) === 0) name = names[next(names.length)] as (typeof names)[number];
      const definition = program.definition(name);
      const args = Array.from({ length: definition.argsCount }, () => next(9) / 2 - 1);
      switch (next(20)) {
        case 0:
          attempt("execute", () => machine.execute(definition).code);
          break;
        case 1:
        case 2:
          attempt(name, () => functions[name]?.(...args));
          break;
        case 3:
          attempt("gas", () => (machine.gas = BigInt(next(12))));
          break;
        case 4:
          attempt("plenty", () => (machine.gas = 1_000_000n));
          break;
        case 5:
          attempt("resume", () => machine.resume(definition).code);
          break;
        case 6: {
          const at = next(program.code.count);
          attempt("breakpoint", () =>
            next(2) === 0 ? machine.addBreakpoint(at) : machine.breakpoints.forEach((b) => machine.removeBreakpoint(b)),
          );
          break;
        }
        case 7:
          unwatch?.();
          unwatch = next(2) === 0 ? undefined : machine.watch({ before: () => steps++ });
          break;
        case 8:
          attempt("steps", () => machine.call(definition, args, { steps: next(5) }).exit.kind);
          break;
        case 9:
          attempt("reset", () => machine.reset());
          break;
        case 10:
          machine.interrupt();
          break;
        case 11:
          // Memory that grows cuts views off.
          others.push(program.instantiate({ tier, host }));
          others.push(lmnt.load(assemble(MIXED), { memory: 1 << 16 }).instantiate({ tier, host }));
          break;
        case 12: {
          const saved = machine.snapshot();
          const before = machine;
          attempt("snapshot", () => (machine = program.restore(saved, { tier, host })) && null);
          machine.gas = 1_000_000n;
          before.dispose();
          for (const each of names) functions[each] = machine.function(each);
          unwatch = undefined;
          break;
        }
        default:
          attempt("call", () => machine.call(next(2) === 0 ? name : definition, args).code);
      }
    }
    for (const other of [machine, ...others]) other.dispose();
    return seen;
  };

  it("shows the same in every tier", () => {
    for (let seed = 0; seed < 30; seed++) {
      const want = observed("portable", seed);
      for (const tier of ["interpreter", "jit"] as const) {
        observed(tier, seed).forEach((text, k) => {
          expect(text, `${tier}, seed ${seed}, step ${k}`).toBe(want[k]);
        });
      }
    }
  });
});
