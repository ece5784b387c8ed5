import { describe, expect, it } from "vitest";
import { type CRunOptions, runMirWithC } from "./mir.node.js";

const supported = process.platform === "linux";
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const run = (source: string, functions: readonly string[], more: Partial<CRunOptions> = {}) =>
  runMirWithC(source, { allowNativeCode: true, functions, timeout: 30_000, ...more });

/** A main that evaluates `body` into `r` and returns it. */
const main = (declarations: string, body: string, locals = "i64:r"): string => `
m: module
   export main
${declarations}
main: func i64
   local ${locals}
${body}
   ret r
   endfunc
   endmodule
`;

const QSORT = "void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))";

const SORT = (compareBody: string): string => `
m: module
   import qsort, printf, exit
   export main
p_qsort: proto p:base, i64:n, i64:size, p:compare
p_printf: proto i32, p:format, ...
p_exit: proto i32:code
fmt: string "%ld %ld %ld %ld %ld\\n"
data: i64 50, -7, 3000000000, 0, 12
compare: func i32, i64:a, i64:b
   local i64:x, i64:y, i64:r, i64:t
${compareBody}
   endfunc
main: func i64
   local i64:d, i64:r
   mov d, data
   call p_qsort, qsort, d, 5, 8, compare
   call p_printf, printf, r, fmt, i64:(d), i64:8(d), i64:16(d), i64:24(d), i64:32(d)
   ret 0
   endfunc
   endmodule
`;
const COMPARE = `
   mov x, i64:(a)
   mov y, i64:(b)
   lt r, y, x
   lt t, x, y
   sub r, r, t
   ret r`;

if (!supported) console.warn("C functions for MIR programs: skipped, they can be called on Linux");

describe.skipIf(!supported)("C functions for MIR programs", () => {
  it.each(["interpreter", "jit:eager"] as const)("sorts guest memory with the system's qsort, %s", async (tier) => {
    const { exit, exitCode, stdout } = await run(SORT(COMPARE), [QSORT], { tier });
    expect(exit.kind).toBe("halt");
    expect(exitCode).toBe(0);
    expect(text(stdout)).toBe("-7 0 12 50 3000000000\n");
  });

  it("gives C addresses of guest memory, and takes those that come back", async () => {
    const source = main(
      `   import strlen, strchr
p_len: proto i64, p:s
p_chr: proto p, p:s, i32:c
word: string "vivarium"`,
      `   call p_len, strlen, n, word
   call p_chr, strchr, at, word, 114
   mov w, word
   sub at, at, w
   call p_chr, strchr, none, word, 122
   mul r, n, 10
   add r, r, at
   add r, r, none`,
      "i64:r, i64:n, i64:at, i64:w, i64:none",
    );
    const result = await run(source, ["size_t strlen(const char *s)", "char *strchr(const char *s, int c)"]);
    expect(result.exit.kind).toBe("halt");
    expect(result.exitCode).toBe(84);
  });

  it("passes variadic arguments by the format, integers, floats and strings", async () => {
    const source = main(
      `   import snprintf, puts
p_sn: proto i32, p:b, i64:n, p:f, ...
p_puts: proto i32, p:s
format: string "%d|%s|%5.2f|%ld|%*d"
word: string "inside"
buffer: bss 100`,
      `   dmov x, 2.5
   call p_sn, snprintf, r, buffer, 100, format, -3, word, x, 5000000000, 4, 7
   call p_puts, puts, t, buffer`,
      "i64:r, i64:t, d:x",
    );
    const result = await run(source, [
      "int snprintf(char *, size_t, const char *, ...) __attribute__((format(printf, 3, 4)))",
      "int puts(const char *)",
    ]);
    expect(text(result.stdout)).toBe("-3|inside| 2.50|5000000000|   7\n");
    expect(result.exitCode).toBe(31);
  });

  it("passes floats and doubles in their registers", async () => {
    const source = main(
      `   import pow, fmaf
p_pow: proto d, d:x, d:y
p_fma: proto f, f:x, f:y, f:z`,
      `   call p_pow, pow, x, 3.0d0, 4.0d0
   call p_fma, fmaf, y, 2.0f, 3.0f, 4.0f
   d2i r, x
   f2i t, y
   add r, r, t`.replaceAll("d0", ""),
      "i64:r, i64:t, d:x, f:y",
    );
    const result = await run(source, ["double pow(double, double)", "float fmaf(float, float, float)"], {
      libraries: ["libm.so.6"],
    });
    expect(result.exitCode).toBe(91);
  });

  it("keeps the parent alive when C crashes, and says which signal it was", async () => {
    const source = main("   import strlen\np_len: proto i64, i64:s", "   call p_len, strlen, r, 0x7f0000000001");
    const result = await run(source, ["size_t strlen(const char *s)"]);
    expect(result.exit).toEqual({ kind: "signal", signal: "SIGSEGV", trap: "memory" });
    expect(result.exitCode).toBeUndefined();
  });

  it("faults before C is called with an address at which the guest has no memory", async () => {
    const source = main("   import strlen\np_len: proto i64, i64:s", "   call p_len, strlen, r, 0x70000000");
    const result = await run(source, ["size_t strlen(const char *s)"]);
    expect(result.exit).toMatchObject({ kind: "fault", address: 0x70000000 });
  });

  it("ends the run when a callback uses up the gas, or ends the program, or faults", async () => {
    expect((await run(SORT("   mov x, 1\nagain:\n   jmp again\n   ret x"), [QSORT], { gas: 100_000 })).exit.kind).toBe(
      "out-of-gas",
    );
    const exits = await run(SORT("   call p_exit, exit, 7\n   ret 0"), [QSORT]);
    expect([exits.exit.kind, exits.exitCode]).toEqual(["halt", 7]);
    expect((await run(SORT("   mov x, i64:16\n   ret x"), [QSORT])).exit).toMatchObject({ kind: "fault", address: 16 });
  });

  it("stops a callback that does not come back in time", async () => {
    const started = await run(SORT("   mov x, 1\nagain:\n   jmp again\n   ret x"), [QSORT], { timeout: 2000 });
    expect(["interrupted", "deadline"]).toContain(started.exit.kind);
  });

  it("says what it cannot do before anything runs", async () => {
    const source = main("   import strlen\np_len: proto i64, i64:s", "   call p_len, strlen, r, 0");
    await expect(run(source, ["size_t strlen(const char *s"])).rejects.toMatchObject({
      code: "C_PROTOTYPE",
      column: 28,
    });
    await expect(run(source, ["size_t strlen(const char *s)", "int no_such_function(void)"])).rejects.toMatchObject({
      code: "C_UNRESOLVED",
    });
    await expect(runMirWithC(source, { functions: [] } as never)).rejects.toMatchObject({ code: "NATIVE_DENIED" });
    await expect(run("m: module\n  oops\n endmodule", [])).rejects.toMatchObject({ code: "MIR_SYNTAX" });
    await expect(run(source, [], { tier: "portable" })).rejects.toMatchObject({ code: "TIER_UNAVAILABLE" });
  });

  it("says which argument does not fit its prototype", async () => {
    const source = main("   import strlen\np_len: proto i64, d:s", "   call p_len, strlen, r, 1.5");
    const result = await run(source, ["size_t strlen(const char *s)"]);
    expect(result.exit).toMatchObject({ kind: "host-error", name: "strlen" });
  });
});
