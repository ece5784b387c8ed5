import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MirLoadError } from "../module.js";
import { parseText } from "./parser.js";
import { printF32, printF64, printF80, printModules, printString } from "./printer.js";

const wrap = (body: string): string => `m: module\n${body}\nendmodule\n`;
const inFunc = (body: string, head = "i64, i64:a, d:x, f:y"): string => wrap(`f: func ${head}\n${body}\nendfunc`);

/** The errors of a program that must not load. */
function errorsOf(source: string | Uint8Array): readonly { message: string; line?: number; column?: number }[] {
  try {
    parseText(source);
  } catch (error) {
    if (error instanceof MirLoadError) return error.errors;
    throw error;
  }
  throw new Error("it loads");
}

/** What a program prints as. */
const reprint = (source: string): string => printModules(parseText(source));

describe("the text reader", () => {
  it("reads every kind of item and prints them so that they read the same", () => {
    const text = reprint(
      wrap(`
        import printf, puts
        export main; forward helper
      p: proto i32, i64:a, blk2:24(b), ...
      q: proto i64, d, f:x, ld:y, rblk:8(z)
      data: i8 -1, 2
            u16 65535 ; i64 -9223372036854775808, 0x10, 017, 1_000
      fl:   f 1.5f, -0.0f, 3.4028235e38f
      db:   d 1.0, 1e-300
      lo:   ld 1.0L, 3.14159265358979323846L
      zero: bss 100
            bss 8
      r:    ref data, -4
      s:    string "a\\tb\\n\\x41\\101\\\\\\""
      e:    expr one
      l:    lref L1, L2, 5
      one:  func i64
            ret 1
            endfunc
      helper: func i64:n
            local i64:t, d:u
            global i64:g:rbx
      L1:   mov t, i64:8(n, t, 4):al:non
            mov u8:-3(n)::non, 7
      L2:   call p, printf, t, n, blk2:24(n), 5
            switch t, L1, L2
            ret
            endfunc
      main: func i32
            ret 0
            endfunc`)
        .replace("e:    expr one\n", "")
        .replace("      endfunc\n      helper", "      endfunc\n e: expr one\n      helper"),
    );
    expect(reprint(text)).toBe(text);
    expect(text).toContain('string\t"a\\tb\\nAA\\\\\\""');
    expect(text).toContain("mov\tt, i64:8(n, t, 4):al:non");
    expect(text).toContain("mov\tu8:-3(n)::non, 7");
    expect(text).toContain("blk2:24(b), ...");
  });

  it("reads what the original prints for NaN and infinity", () => {
    const text = reprint(inFunc("dmov x, nan\ndmov x, -inf\nfmov y, -nanf\nfmov y, inff\ndmov x, nan(0x123)\nret 0"));
    for (const literal of ["x, nan\n", "x, -inf\n", "y, -nanf\n", "y, inff\n", "x, nan(0x123)\n"]) {
      expect(text).toContain(literal);
    }
    expect(reprint(text)).toBe(text);
  });

  it("takes registers before items, and registers named like keywords or types", () => {
    const text = wrap("import mov\nf: func i64, i64:mov, i64:i32\nadd mov, i32, mov\nret mov\nendfunc").replace(
      "import mov\n",
      "",
    );
    expect(reprint(text)).toContain("add\tmov, i32, mov");
  });

  it("saturates integers and applies the sign modulo 2^64", () => {
    const text = reprint(
      inFunc("mov a, 99999999999999999999999\nmov a, -0xffffffffffffffff\nmov a, 0xFFFFFFFFFFFFFFFF\nret a"),
    );
    expect(text).toContain("mov\ta, -1\n\tmov\ta, 1\n\tmov\ta, -1\n");
  });

  it("keeps the NUL rules of strings", () => {
    const [module] = parseText(wrap('a: string ""\nb: string "x"\nc: string "x\\000"\nd: string "x\\000y"'));
    const bytes = module?.items.map((item) => (item.kind === "data" ? [...item.bytes] : []));
    expect(bytes).toEqual([[], [120, 0], [120, 0], [120, 0, 121, 0]]);
  });

  it("keeps bytes of strings in byte input and encodes characters of text input", () => {
    const bytes = Uint8Array.from(wrap('a: string "\u00ff"'), (ch) => ch.charCodeAt(0));
    const ofBytes = parseText(bytes)[0]?.items[0];
    const ofText = parseText(wrap('a: string "\u00ff"'))[0]?.items[0];
    expect(ofBytes?.kind === "data" && [...ofBytes.bytes]).toEqual([0xff, 0]);
    expect(ofText?.kind === "data" && [...ofText.bytes]).toEqual([0xc3, 0xbf, 0]);
  });

  it("adds the return that is understood, unless the function ends in a jump", () => {
    const implicit = (body: string): boolean => {
      const item = parseText(inFunc(body))[0]?.items[0];
      return item?.kind === "func" && item.implicitReturn;
    };
    expect(implicit("mov a, 1")).toBe(true);
    expect(implicit("L: jmp L")).toBe(false);
    expect(implicit("ret 1")).toBe(false);
  });
});

describe("errors in text", () => {
  it("are all collected, with line, column and what was expected", () => {
    const errors = errorsOf(`m: module
f: func i64, i64:a
  add a, a
  frob a
  mov a, b
  mov 5, a
  bt nowhere, a
  ret a, a
endfunc
`);
    const text = errors.map((e) => `${e.line}:${e.column} ${e.message}`);
    expect(text).toContain("4:3 unknown instruction 'frob'");
    expect(text).toContain("5:10 undeclared name 'b'");
    expect(text.at(-1)).toMatch(/module is not ended/);
    const second = errorsOf(wrap("f: func i64, i64:a\n  add a, a\n  mov 5, a\n  ret a, a\nendfunc"));
    expect(second.map((e) => `${e.line}:${e.column} ${e.message}`)).toEqual([
      "3:3 add: wrong number of operands (2)",
      "4:3 mov: operand 1 cannot be written",
      "5:3 ret: wrong number of results (2)",
    ]);
  });

  const cases: readonly (readonly [why: string, source: string, message: RegExp])[] = [
    ["undefined labels", inFunc("jmp nowhere\nret 0"), /undefined label 'nowhere'/],
    ["labels defined twice in a module", inFunc("L: mov a, 1\nL: ret a"), /defined twice/],
    ["labels without an instruction", inFunc("ret 0\nL:"), /endfunc takes no label/],
    ["wrong operand classes", inFunc("dadd x, x, a\nret 0"), /operand 3 is of class integer/],
    ["float literals of another class", inFunc("dmov x, 1.0f\nret 0"), /operand 2 is of class f/],
    ["registers declared twice", inFunc("local i64:a\nret 0"), /declared twice/],
    ["reserved registers", inFunc("local i64:hr3\nret 0"), /reserved/],
    ["names defined twice", wrap("a: bss 8\na: bss 8"), /defined twice/],
    ["import and definition of one name", wrap("import a\na: bss 8"), /imported and defined/],
    ["forward of nothing", wrap("forward a"), /forward of undefined item 'a'/],
    ["export of nothing", wrap("export a"), /export of undefined item 'a'/],
    ["calls without a prototype", inFunc("call a, a\nret 0"), /not a prototype/],
    [
      "calls with a wrong number of arguments",
      wrap("p: proto i64:a\nf: func\ncall p, f\nret\nendfunc"),
      /wrong number/,
    ],
    ["f32 variadic arguments", wrap("p: proto i64:a, ...\nf: func f:y\ncall p, 5, 1, y\nret\nendfunc"), /f32 variadic/],
    [
      "blocks of another size",
      wrap("p: proto blk:8(a)\nf: func i64:a\ncall p, a, blk:16(a)\nret\nendfunc"),
      /block of 16/,
    ],
    ["va_start without varargs", inFunc("va_start a\nret 0"), /not in a vararg function/],
    ["vararg functions without a fixed parameter", wrap("f: func ...\nret\nendfunc"), /needs a fixed parameter/],
    ["ret and jret in one function", wrap("f: func i64:a\njret a\nret\nendfunc"), /ret and jret/],
    ["overflow branches without an overflow", inFunc("L: add a, a, 1\nbo L\nret a"), /no overflow instruction/],
    ["unsigned flags of signed products", inFunc("L: mulo a, a, a\nubo L\nret a"), /unsigned overflow/],
    ["addresses of what is no register", inFunc("addr a, 5\nret a"), /not a register/],
    ["block memory outside calls", inFunc("mov a, blk:8(a)\nret a"), /block type outside a call/],
    [
      "expr of a function with parameters",
      wrap("f: func i64, i64:a\nret a\nendfunc\nexpr f"),
      /cannot be used by expr/,
    ],
    [
      "lref of labels of two functions",
      wrap("f: func\nA: ret\nendfunc\ng: func\nB: ret\nendfunc\nlref A, B"),
      /different functions/,
    ],
    ["unfinished strings", wrap('a: string "abc'), /unfinished string/],
    ["hexadecimal floats", inFunc("dmov x, 0x1.8\nret 0"), /unexpected|wrong/],
    ["exponents without digits", inFunc("dmov x, 1e+\nret 0"), /exponent without digits/],
    ["wrong octal digits", inFunc("mov a, 089\nret 0"), /octal/],
    ["carriage returns", wrap("\r"), /wrong character/],
    ["data of another class", wrap("d 1"), /another type/],
    ["scales above 255", inFunc("mov a, i64:(a, a, 256)\nret a"), /wrong scale/],
    ["instructions of the engine", inFunc("phi a, a, a\nret a"), /unknown instruction 'phi'/],
  ];
  it.each(cases)("refuses %s", (_why, source, message) => {
    expect(
      errorsOf(source)
        .map((e) => e.message)
        .join("\n"),
    ).toMatch(message);
  });

  it("stop being collected at a hundred", () => {
    expect(errorsOf(wrap(Array(500).fill("frob").join("\n")))).toHaveLength(100);
  });
});

describe("literals", () => {
  it("of f64, f32 and 80 bits read back bit for bit", () => {
    const read = (literal: string, type: string): unknown => {
      const item = parseText(wrap(`${type} ${literal}`))[0]?.items[0];
      return item?.kind === "data" ? [...item.bytes] : [];
    };
    const little = (bits: bigint, count: number, size: number): number[] =>
      Array.from({ length: size }, (_, i) => (i < count ? Number((bits >> BigInt(8 * i)) & 0xffn) : 0));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (bits) => {
        expect(read(printF64(bits), "d")).toEqual(little(bits, 8, 8));
        const low = Number(bits & 0xffffffffn) | 0;
        expect(read(printF32(low), "f")).toEqual(little(BigInt(low >>> 0), 4, 4));
        const wide = (((bits & 0x3fffn) | 1n) << 64n) | (((bits >> 20n) & 1n) << 79n) | bits | (1n << 63n);
        expect(read(printF80(wide), "ld")).toEqual(little(wide, 10, 16));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it("of strings read back byte for byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const ended = bytes.length > 0 && bytes.at(-1) !== 0 ? Uint8Array.from([...bytes, 0]) : bytes;
        const item = parseText(wrap(`string ${printString(ended)}`))[0]?.items[0];
        expect(item?.kind === "data" && [...item.bytes]).toEqual([...ended]);
      }),
      { numRuns: 500, seed: 8 },
    );
  });
});
