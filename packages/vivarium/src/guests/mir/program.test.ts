/** What whole programs do: control flow, frames, calls, long jumps, data, limits — in every tier, optimised or not. */
import { describe, expect, it } from "vitest";
import { interpreter } from "../../tiers/interpreter/backend.js";
import { jitEager } from "../../tiers/jit/backend.js";
import { portable } from "../../tiers/portable/portable.js";
import { MirLoadError } from "./module.js";
import { createMir, type MirLoadOptions, type MirOptions, type MirResult } from "./program.js";

const mir = createMir({ interpreter: interpreter(), "jit:eager": jitEager, portable });
const WAYS: readonly ({ tier: "interpreter" | "jit:eager" | "portable" } & MirLoadOptions)[] = [
  { tier: "interpreter", optimize: true },
  { tier: "interpreter", optimize: false },
  { tier: "interpreter", optimize: true, inline: false },
  { tier: "jit:eager", optimize: true },
  { tier: "portable", optimize: true },
];

/** Runs a program in every way and returns what all of them gave. */
function run(text: string | readonly string[], options: MirOptions = {}): MirResult & { out: string } {
  const results = WAYS.map(({ tier, ...load }) => mir.load(text, load).invoke({ gas: 50_000_000n, ...options, tier }));
  const [first] = results as [MirResult];
  for (const r of results) {
    expect({ exit: r.exit.kind, code: r.exitCode, out: r.stdout }).toEqual({
      exit: first.exit.kind,
      code: first.exitCode,
      out: first.stdout,
    });
  }
  return { ...first, out: new TextDecoder().decode(first.stdout) };
}

/** A program whose main has these locals and this body; `p` is printf's prototype. */
const program = (body: string, before = ""): string =>
  `m: module\nimport printf, exit, abort\np: proto i32, p:f, ...\nq: proto i32:c\n${before}\nmain: func i32, i32:argc, p:argv\nlocal i64:a, i64:b, i64:c, i64:r, d:x, d:y, f:z, ld:w\n${body}\nret 0\nendfunc\nexport main\nendmodule\n`;

describe("control flow", () => {
  it("switches, and traps out of range", () => {
    const text = (index: number): string =>
      program(`mov a, ${index}\nswitch a, A, B, C\nA: ret 10\nB: ret 11\nC: ret 12`);
    expect([0, 1, 2].map((i) => run(text(i)).exitCode)).toEqual([10, 11, 12]);
    expect(run(text(3)).exit).toMatchObject({ kind: "trap", code: 4 });
    expect(run(text(-1)).exit).toMatchObject({ kind: "trap", code: 4 });
  });

  it("jumps to label values, from instructions and from data", () => {
    const text = program(
      "mov a, cell\nmov b, i64:(a)\njmpi b\nA: ret 1\nB: laddr c, C\nmov a, diff\nmov r, i64:(a)\nsub b, c, r\njmpi b\nC: ret 2\nD: ret 3",
      "forward cell, diff",
    ).replace("endmodule", "cell: lref B\ndiff: lref C, D\nendmodule");
    expect(run(text).exitCode).toBe(3);
    expect(run(program("mov a, 5\njmpi a\nL: laddr a, L")).exit).toMatchObject({ kind: "trap", code: 4 });
  });

  it("does not jump to labels of other functions", () => {
    const other = "f: func i64\nlocal i64:a\nladdr a, L\nL: ret a\nendfunc\ng: proto i64";
    expect(run(program("call g, f, a\njmpi a\nM: laddr b, M", other)).exit).toMatchObject({ kind: "trap", code: 4 });
  });

  it("leaves jcalled functions at a label of the caller", () => {
    const callee = "f: func\nglobal i64:t:rbx\njret t\nendfunc\nj: proto";
    const text = program("laddr t, B\njcall j, f\nA: ret 1\nB: ret 7", callee).replace(
      "ld:w",
      "ld:w\nglobal i64:t:rbx",
    );
    expect(run(text).exitCode).toBe(7);
  });

  it("leaves jcalled functions through a register, too", () => {
    const callee = "f: func\nlocal i64:a\nglobal i64:t:rbx\nmov a, t\nadd t, t, 1\njret a\nendfunc\nj: proto";
    const text = program("laddr t, B\ncall j, g\njcall j, f\nA: ret 1\nB: ret 8", `${callee}\ng: func\nret\nendfunc`);
    expect(run(text.replace("ld:w", "ld:w\nglobal i64:t:rbx")).exitCode).toBe(8);
  });

  it("gives 0 as the result of functions without one that are called through an address", () => {
    const f = "f: func i64:a\nadd a, a, 1\nret\nendfunc\ng: proto i64, i64:a";
    expect(run(program("mov b, f\nmov r, 9\ncall g, b, r, 5\nadd r, r, 3\nret r", f)).exitCode).toBe(3);
  });

  it("treats every property as 0", () => {
    expect(
      run(program("prset a, 3\nprbeq A, a, 3\nprbne B, a, 3\nA: ret 1\nB: prbeq C, a, 0\nret 2\nC: ret 3")).exitCode,
    ).toBe(3);
  });
});

describe("frames", () => {
  it("give alloca memory back at bend and at return", () => {
    const text = program(
      "mov a, 0\nL: bstart b\nalloca c, 4096\nmov i64:(c), a\nbend b\ncall g, f, r\nadd a, a, 1\nblt L, a, 10000",
      "f: func i64\nlocal i64:x\nalloca x, 4096\nret x\nendfunc\ng: proto i64",
    );
    expect(run(text, { stack: 32 << 10 }).exitCode).toBe(0);
    expect(run(text.replace("bend b\n", "\n"), { stack: 32 << 10 }).exit).toMatchObject({ kind: "trap", code: 2 });
    expect(run(program("alloca a, -1\nmov i64:8(a), 5\nmov b, 0x7fffffffffffffff\nalloca c, b")).exit).toMatchObject({
      kind: "trap",
      code: 2,
    });
  });

  it("keep registers whose address is taken in memory, parameters and narrow parts too", () => {
    const f =
      "f: func i64, i64:n, d:x\nlocal i64:a, i64:b\naddr a, n\nadd i64:(a), i64:(a), 1\naddr8 b, n\nmov u8:(b), 200\naddr a, x\ndmov d:(a), 0.5\nd2i b, x\nadd n, n, b\nret n\nendfunc\ng: proto i64, i64:n, d:x";
    expect(run(program("call g, f, r, 4096, 9.0\neq r, r, 4296\nbf L, r\nret 1\nL: ret 2", f)).exitCode).toBe(1);
  });

  it("hold a million nested calls, and exit cleanly beyond the limit", () => {
    const text =
      "m: module\nj: proto i64, i64:n\nf: func i64, i64:n\nlocal i64:r\nbeq L, n, 0\nsub n, n, 1\ncall j, f, r, n\nadd r, r, 1\nret r\nL: ret 0\nendfunc\nexport f\nendmodule\n";
    const machine = mir.load(text, { inline: false }).instantiate({ tier: "interpreter", depth: 1_000_001 });
    machine.start("f", [1_000_000]);
    expect(machine.run().kind).toBe("halt");
    expect(machine.result()).toBe(1_000_000n);
    machine.start("f", [1_000_002]);
    expect(machine.run().kind).toBe("depth");
    machine.dispose();
  });
});

describe("calls", () => {
  it("narrow arguments and results on both sides", () => {
    const f =
      "f: func i8, u8:a, i16:b\nadd a, a, b\nret a\nendfunc\ng: proto i8, u8:a, i16:b\nh: proto i64, i64:a, i64:b";
    expect(
      run(
        program("call g, f, a, 511, 0x18001\nmov r, f\ncall h, r, b, 511, 0x18001\nne c, a, b\nsub a, a, c\nret a", f),
      ).exitCode,
    ).toBe(Number(BigInt.asUintN(8, BigInt.asIntN(8, 255n + BigInt.asIntN(16, 0x8001n)))));
  });

  it("return several results, and exchange them", () => {
    const f = "f: func i64, i64, d, i64:a, i64:b, d:c\nret b, a, c\nendfunc\ng: proto i64, i64, d, i64:a, i64:b, d:c";
    expect(
      run(program("call g, f, a, b, x, 3, 9, 2.0\nd2i c, x\nmul a, a, 10\nadd a, a, b\nadd a, a, c\nret a", f))
        .exitCode,
    ).toBe(95);
  });

  it("copy blocks for the callee, and pass return blocks by address", () => {
    const f =
      "f: func i64, blk:24(a), rblk:8(b)\nadd i64:8(a), i64:8(a), 18\nmov i64:(b), 5\nret i64:8(a)\nendfunc\ng: proto i64, blk:24(a), rblk:8(b)";
    const body =
      "alloca a, 32\nmov i64:8(a), 24\ncall g, f, r, blk:24(a), rblk:8(a)\nmul b, i64:8(a), 4\nadd b, b, i64:(a)\nadd r, r, b\nret r";
    expect(run(program(body, f)).exitCode).toBe(42 + 24 * 4 + 5);
  });

  it("read variadic arguments of every kind, directly and through a pointer", () => {
    const f = `f: func i64, i64:n, ...
      local i64:va, i64:a, i64:b, i64:s, d:x, ld:w
      alloca va, 32
      alloca b, 24
      va_start va
      va_arg a, va, i64:0
      mov s, i32:(a)
      va_arg a, va, d:0
      d2i a, d:(a)
      add s, s, a
      va_block_arg b, va, 20, 0
      add s, s, i32:16(b)
      va_arg a, va, ld:0
      ld2i a, ld:(a)
      add s, s, a
      va_arg a, va, i64:0
      add s, s, i64:(a)
      va_end va
      ret s
      endfunc
      g: proto i64, i64:n, ...`;
    const args = "1, 2, 3.5, blk:20(a), w, 6";
    const body = `alloca a, 32\nmov i32:16(a), 4\nldmov w, 5.0L\ncall g, f, r, ${args}\nmov b, f\ncall g, b, c, ${args}\nadd r, r, c\nret r`;
    expect(run(program(body, f)).exitCode).toBe(2 * (2 + 3 + 4 + 5 + 6));
  });

  it("through a prototype without parameters reach functions that have some", () => {
    const f = "f: func i64, i64:a, d:b\nd2i a, b\nret a\nendfunc\ng: proto i64, ...";
    expect(run(program("call g, f, r, 1, 7.0\nmov b, f\ncall g, b, c, 1, 8.0\nadd r, r, c\nret r", f)).exitCode).toBe(
      15,
    );
  });

  it("of what is no function trap", () => {
    expect(run(program("mov a, 5\ncall q, a, 1")).exit).toMatchObject({ kind: "trap", code: 3 });
    expect(run(program("mov a, main\nadd a, a, 1\ncall q, a, 1")).exit).toMatchObject({ kind: "trap", code: 3 });
  });

  it("reach host functions by name and by address", () => {
    const text =
      "m: module\nimport twice\nt: proto i64, i64:a, d:b\nmain: func i32\nlocal i64:a, i64:b\ncall t, twice, a, 20, 0.5\nmov b, twice\ncall t, b, b, 1, 0.5\nadd a, a, b\nret a\nendfunc\nexport main\nendmodule\n";
    const host = {
      twice: (c: { i64(k: number): bigint; f64(k: number): number }) => c.i64(0) * 2n + BigInt(c.f64(1) * 2),
    };
    expect(run(text, { host }).exitCode).toBe(44);
    expect(() => mir.load(text).instantiate()).toThrow(/import of 'twice'/);
    const lazy = mir.load(text).instantiate({ lazy: true, tier: "interpreter" });
    expect(lazy.run().kind).toBe("host");
  });
});

describe("NaNs", () => {
  it("keep their bits in loops that meet them again and again", () => {
    const text = `m: module
        import printf
        p: proto i32, p:f, ...
        cell: bss 8
        mix: func d, d:a, d:b
          local d:c
          dsub c, a, b
          dadd c, c, b
          ret c
          endfunc
        q: proto d, d:a, d:b
        main: func i32
          local i64:k, i64:sum, i64:r, i64:at, d:x, d:y, d:payload
          mov at, cell
          mov i64:(at), 0x7ff8000000000123
          dmov payload, d:(at)
          dmov x, inf
          mov k, 0
        LOOP: dmov y, payload
          and r, k, 1
          bt ODD, r
          dmov y, inf
        ODD: call q, mix, y, x, y
          dmov d:(at), y
          mov r, i64:(at)
          mul sum, sum, 31
          xor sum, sum, r
          add k, k, 1
          blt LOOP, k, 3000
          call p, printf, r, "%lx", sum
          ret 0
          endfunc
        export main
        endmodule
      `;
    const results = (["jit:eager", "interpreter", "portable"] as const).map((tier) => mir.load(text).invoke({ tier }));
    const [first] = results;
    expect(first).toMatchObject({ exitCode: 0 });
    for (const r of results) expect(r.stdout).toEqual(first?.stdout);
  });
});

describe("long jumps", () => {
  it("go to the right one of two places in one frame", () => {
    const text = `m: module
      import printf, _setjmp, longjmp
      p: proto i32, p:f, ...
      s: proto i32, p:b
      l: proto p:b, i32:v
      first: bss 200
      second: bss 200
      jumper: func i32:n
        local i64:b
        mov b, first
        call l, longjmp, b, n
        endfunc
      j: proto i32:n
      main: func i32
        local i64:a, i64:b, i64:r, i64:t
        mov a, first
        call s, _setjmp, r, a
        bne A, r, 0
        mov b, second
        call s, _setjmp, r, b
        bne B, r, 0
        call j, jumper, 5
        ret 1
      A: call p, printf, t, "A %d\\n", r
        ret 0
      B: call p, printf, t, "B %d\\n", r
        ret 2
        endfunc
      export main
      endmodule
    `;
    expect(run(text)).toMatchObject({ out: "A 5\n", exitCode: 0 });
  });

  it("come back to a setjmp that was called through its address", () => {
    const text = `m: module
        import setjmp, longjmp
        s: proto i32, p:b
        l: proto p:b, i32:v
        j: proto i32:n
        buffer: bss 200
        jumper: func i32:n
          local i64:b
          mov b, buffer
          call l, longjmp, b, n
          endfunc
        main: func i32
          local i64:a, i64:f, i64:g, i64:kept, i64:r
          mov a, buffer
          mov f, setjmp
          mov g, jumper
          mov kept, 42
          call s, f, r, a
          bne AGAIN, r, 0
          call j, g, 7
          ret 1
        AGAIN: sub kept, kept, 42
          sub r, r, 7
          or r, r, kept
          ret r
          endfunc
        export main
        endmodule
      `;
    expect(run(text)).toMatchObject({ exitCode: 0, exit: { kind: "halt" } });
  });

  it("to a frame that is gone are refused", () => {
    const text = `m: module
      import setjmp, longjmp
      s: proto i32, p:b
      l: proto p:b, i32:v
      buffer: bss 200
      f: func
        local i64:a, i64:r
        mov a, buffer
        call s, setjmp, r, a
        ret
        endfunc
      g: proto
      main: func i32
        local i64:a
        call g, f
        mov a, buffer
        call l, longjmp, a, 1
        ret 0
        endfunc
      endmodule
    `;
    expect(run(text).exit).toMatchObject({ kind: "panic", reason: "longjmp to a frame that is gone" });
  });
});

describe("linking", () => {
  it("binds modules to each other, code and data", () => {
    const one =
      "a: module\nimport count, add\np: proto i64, i64:n\nmain: func i32\nlocal i64:r, i64:c\ncall p, add, r, 5\nmov c, count\nadd r, r, i64:(c)\nret r\nendfunc\nexport main\nendmodule\n";
    const two =
      "b: module\nexport count, add\nforward inner\ncount: i64 30\np: proto i64, i64:n\nadd: func i64, i64:n\nlocal i64:r\ncall p, inner, r, n\nret r\nendfunc\ninner: func i64, i64:n\nadd n, n, 2\nret n\nendfunc\nendmodule\n";
    expect(run([one, two]).exitCode).toBe(37);
    expect(run([two, one]).exitCode).toBe(37);
    expect(() => mir.load([two, two.replace("b: module", "c: module")])).toThrow(MirLoadError);
  });

  it("lays sections out without padding, with references and expressions", () => {
    const text = program(
      "mov a, table\nadd r, u8:(a), u16:1(a)\nadd r, r, i64:3(a)\nmov b, i64:11(a)\nadd r, r, u8:1(b)\nadd r, r, i32:19(a)\nret r",
      "four: func i32\nlocal i64:n\nmov n, 1\nL: add n, n, n\nblt L, n, 4\nret n\nendfunc\ntable: u8 1\nu16 2\nbss 8\nref table, 0\nexpr four",
    );
    expect(run(text).exitCode).toBe(1 + 2 + 0 + 2 + 4);
  });

  it("names every import that nothing provides", () => {
    const text = program("ret 0", "import nobody, nothing");
    expect(() => mir.load(text).instantiate()).toThrow(/nobody/);
    try {
      mir.load(text).instantiate();
    } catch (error) {
      expect((error as MirLoadError).errors.map((e) => e.message).join()).toMatch(/nobody.*nothing/);
    }
  });

  it("refuses data that does not fit into memory, before it is allocated", () => {
    expect(() => mir.load(program("ret 0", "b: bss 9223372036854775807"))).toThrow(/does not fit/);
    expect(() => mir.load(program("ret 0", "b: bss 1000000000")).instantiate()).toThrow(/more than/);
  });

  it("can refuse long double", () => {
    expect(() => mir.load(program("ret 0"), { longDouble: "refuse" })).toThrow(/long double/);
  });
});

describe("a C program's surroundings", () => {
  it("are arguments, environment, standard streams and an exit code", () => {
    const text = `m: module
      import printf, getenv, getchar, exit
      p: proto i32, p:f, ...
      e: proto p, p:n
      c: proto i32
      x: proto i32:n
      main: func i32, i32:argc, p:argv
        local i64:t, i64:v
        call e, getenv, v, "HOME"
        call p, printf, t, "%d %s %s\\n", argc, p:8(argv), v
      L: call c, getchar, v
        blt D, v, 0
        call p, printf, t, "%c-", v
        jmp L
      D: call x, exit, 300
        endfunc
      endmodule
    `;
    const options = { args: ["prog", "one"], env: { HOME: "/home" }, stdin: "abc" };
    expect(run(text, options)).toMatchObject({ out: "2 one /home\na-b-c-", exitCode: 300 & 255 });
  });

  it("are deny by default: no clock, no files", () => {
    const text = program(
      'call t, time, a, 0\nadd a, a, 2\ncall o, fopen, b, "/etc/passwd", "r"\nadd a, a, b\nret a',
      "import time, fopen\nt: proto i64, p:a\no: proto p, p:a, p:b",
    );
    expect(run(text).exitCode).toBe(1);
  });

  it("sorts and searches with guest comparators, and can be stopped inside one", () => {
    const text = `m: module
      import qsort, printf
      s: proto p:b, i64:n, i64:z, p:c
      p: proto i32, p:f, ...
      data: i32 5, 3, 9, -1, 7, 0
      less: func i32, p:a, p:b
        local i64:r
        subs r, i32:(a), i32:(b)
        ret r
        endfunc
      main: func i32
        local i64:d, i64:f, i64:t
        mov d, data
        mov f, less
        call s, qsort, d, 6, 4, f
        call p, printf, t, "%d %d %d %d %d %d\\n", i32:(d), i32:4(d), i32:8(d), i32:12(d), i32:16(d), i32:20(d)
        ret 0
        endfunc
      endmodule
    `;
    expect(run(text).out).toBe("-1 0 3 5 7 9\n");
    const machine = mir.load(text).instantiate({ gas: 150n, tier: "interpreter" });
    expect(machine.run().kind).toBe("out-of-gas");
    const copy = mir.load(text).restore(machine.snapshot(), { tier: "portable" });
    copy.gas = 1_000_000n;
    expect(copy.run().kind).toBe("halt");
  });

  it("finds out bad frees", () => {
    const text = (body: string): string =>
      program(`call n, malloc, a, 40\n${body}`, "import malloc, free\nn: proto p, i64:n\nv: proto p:p");
    expect(run(text("call v, free, a\ncall v, free, a")).exit).toMatchObject({
      kind: "panic",
      reason: "free(): invalid pointer",
    });
    expect(run(text("add a, a, 16\ncall v, free, a")).exitCode).toBe(134);
    expect(run(text("call v, free, a\ncall v, free, 0\ncall n, malloc, b, 40\nsub a, a, b\nret a")).exitCode).toBe(0);
  });

  it("runs handlers of atexit, on return from main too", () => {
    const text = program(
      "mov a, bye\ncall t, atexit, r, a\nret 3",
      'import atexit\nt: proto i32, p:f\nbye: func\nlocal i64:r\ncall p, printf, r, "bye\\n"\nret\nendfunc',
    );
    expect(run(text)).toMatchObject({ out: "bye\n", exitCode: 3 });
  });

  it("reads arguments that were not passed as zero", () => {
    expect(run(program('call p, printf, r, "%d %d %s.", 7')).out).toBe("7 0 (null).");
  });

  it("faults where memory ends, in code and in host functions", () => {
    expect(run(program("mov a, 8\nmov b, i64:(a)")).exit).toMatchObject({ kind: "fault", address: 8, access: "read" });
    expect(run(program("mov a, 16\ncall p, printf, r, a")).exit).toMatchObject({ kind: "fault", address: 16 });
  });
});

describe("memory that grows during a host call", () => {
  it("does not lose the call's result", () => {
    const text = program(
      "mov a, 0\nL: call n, malloc, b, 1000000\nmov i64:(b), a\nadd a, a, 1\nblt L, a, 100\nret a",
      "import malloc\nn: proto p, i64:n",
    );
    expect(run(text, { memory: { max: 200 << 20 } }).exitCode).toBe(100);
  });
});

describe("a program without a meter", () => {
  const loop =
    "m: module\nf: func i64, i64:n\nlocal i64:s\nL: add s, s, n\nsub n, n, 1\nbne L, n, 0\nret s\nendfunc\nexport f\nendmodule\n";

  it.each(["interpreter", "jit:eager", "portable"] as const)(
    "counts no gas, and is stopped from outside: %s",
    (tier) => {
      const program = mir.load(loop, { meter: false });
      expect(() => program.instantiate({ tier, gas: 5n })).toThrow(/meter/);
      using machine = program.instantiate({ tier });
      const before = machine.gas;
      machine.start("f", [100]);
      expect(machine.run().kind).toBe("halt");
      expect(machine.result()).toBe(5050n);
      expect(machine.gas).toBe(before);
      machine.start("f", [0]);
      expect(machine.run({ timeout: 30 }).kind).toBe("interrupted");
      machine.interrupt();
      expect(machine.run().kind).toBe("interrupted");
    },
  );
});
