import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ArgumentCursor, formatPrintf } from "./printf.js";
import { parseFloatText } from "./scanf.js";

/** Random numbers that are the same every time. */
class Random {
  private state = 12345;
  next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return (this.state ^ (this.state >>> 16)) >>> 0;
  }
  below(n: number): number {
    return this.next() % n;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

type Value =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "double"; readonly bits: bigint }
  | { readonly kind: "text"; readonly text: string };

const TEXTS = ["", "a", "hello, world", "x".repeat(40)];
const scratch = new DataView(new ArrayBuffer(8));

/** Formats with the values as arguments. */
function ours(format: string, values: readonly Value[]): string {
  let next = 0;
  const args: ArgumentCursor = {
    integer: () => {
      const v = values[next++] as Value;
      return v.kind === "int" ? v.value : v.kind === "text" ? BigInt(1000 + TEXTS.indexOf(v.text)) : 0n;
    },
    double: () => {
      const v = values[next++] as Value;
      scratch.setBigUint64(0, v.kind === "double" ? v.bits : 0n);
      return scratch.getFloat64(0);
    },
    longDouble: () => args.double(),
  };
  const bytes = formatPrintf(new TextEncoder().encode(format), args, {
    string: (address, most) => new TextEncoder().encode((TEXTS[address - 1000] as string).slice(0, most)),
    wideString: () => new Uint8Array(0),
    storeCount: () => undefined,
  });
  return bytes === null ? "(null)" : new TextDecoder("latin1").decode(bytes);
}

const int = (value: bigint): Value => ({ kind: "int", value });
const double = (value: number): Value => {
  scratch.setFloat64(0, value);
  return { kind: "double", bits: scratch.getBigUint64(0) };
};

describe("printf", () => {
  const cases: readonly (readonly [format: string, values: readonly Value[], expected: string])[] = [
    ["%d|%5d|%-5d|%05d|%+d|% d", [42n, 42n, 42n, 42n, 42n, 42n].map(int), "42|   42|42   |00042|+42| 42"],
    ["%hhd %hd %d %ld", [300n, 70000n, 2n ** 32n + 5n, -(2n ** 63n)].map(int), "44 4464 5 -9223372036854775808"],
    ["%u %x %X %o %#x %#o %#x", [-1n, 255n, 255n, 8n, 255n, 8n, 0n].map(int), "4294967295 ff FF 10 0xff 010 0"],
    ["%.3d|%.0d|%5.3d|%-8.3d|%08.3d", [7n, 0n, 7n, 7n, 7n].map(int), "007||  007|007     |     007"],
    [
      "%f %.0f %.1f %e %g %g",
      [1.5, 2.5, 0.25, 12345.678, 0.0001, 1e20].map(double),
      "1.500000 2 0.2 1.234568e+04 0.0001 1e+20",
    ],
    ["%g %#g %G %a %.2a", [100000, 1, 1e-10, 1, 1.999].map(double), "100000 1.00000 1E-10 0x1p+0 0x2.00p+0"],
    [
      "%f %f %F %5.1f %05.0f",
      [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, 9.5].map(double),
      "nan -inf INF  -0.0 00010",
    ],
    ["%.60f", [double(0.1)], "0.100000000000000005551115123125782702118158340454101562500000"],
    [
      "%s|%.3s|%10s|%-6s|",
      TEXTS.map((text) => ({ kind: "text" as const, text: text.slice(0, 40) })),
      `|a|hello, world|${"x".repeat(40)}|`,
    ],
    ["%c%%%p %p", [65n, 0n, 0x1234n].map(int), "A%(nil) 0x1234"],
    ["%*d|%-*d|%.*f", [int(5n), int(1n), int(4n), int(2n), int(1n), double(0.55)], "    1|2   |0.6"],
    ["%y %l", [], "%y (null)"],
  ];
  it.each(cases)("%s", (format, values, expected) => {
    expect(ours(format, values)).toBe(format.endsWith("%l") ? "(null)" : expected);
  });

  const gcc = spawnSync("gcc", ["--version"]).status === 0;
  if (!gcc) console.warn("printf: the comparison with the machine's C library is skipped, there is no gcc");
  it.skipIf(!gcc)("gives what the machine's C library gives, on random formats and values", () => {
    const r = new Random();
    const doubles = [
      0,
      -0,
      1,
      -1.5,
      0.1,
      1e23,
      9.995,
      0.5,
      1.5,
      2.5,
      5e-324,
      1.7976931348623157e308,
      123456789.123,
      1e-5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ];
    const rows: { format: string; value: Value; length: string; conversion: string }[] = [];
    for (let n = 0; n < 3000; n++) {
      const conversion = r.pick([..."diuxXocseEfFgGaA"]);
      const flags = [..."-+ #0"].filter(() => r.chance(25)).join("");
      const width = r.chance(50) ? String(r.below(30)) : "";
      const precision = r.chance(50) ? `.${r.below(20)}` : "";
      const isInt = "diuxXo".includes(conversion);
      const length = isInt ? r.pick(["", "l", "ll", "h", "hh", "z"]) : "";
      let value: Value;
      if (isInt) value = int(BigInt.asIntN(64, (BigInt(r.next()) << 32n) | BigInt(r.next())) >> BigInt(r.below(64)));
      else if (conversion === "c") value = int(BigInt(33 + r.below(90)));
      else if (conversion === "s") value = { kind: "text", text: r.pick(TEXTS) };
      else if (r.chance(40)) value = double(r.pick(doubles));
      else
        value = {
          kind: "double",
          bits: (((BigInt(r.next()) << 32n) | BigInt(r.next())) & ~(1n << 62n)) | (r.chance(50) ? 0x3ff0n << 48n : 0n),
        };
      rows.push({ format: `%${flags}${width}${precision}${length}${conversion}`, value, length, conversion });
    }
    const folder = mkdtempSync(join(tmpdir(), "printf-"));
    try {
      const lines = rows.map(({ format, value, length }) => {
        const text = JSON.stringify(`${format}\n`);
        if (value.kind === "text") return `printf(${text}, ${JSON.stringify(value.text)});`;
        if (value.kind === "double")
          return `{ unsigned long b = ${value.bits}ul; double d; memcpy(&d, &b, 8); printf(${text}, d); }`;
        const type = length === "ll" ? "long long" : length === "l" || length === "z" ? "long" : "int";
        return `printf(${text}, (${type}) ${BigInt.asUintN(64, value.value)}ul);`;
      });
      writeFileSync(
        join(folder, "t.c"),
        `#include <stdio.h>\n#include <string.h>\nint main(void) {\n${lines.join("\n")}\nreturn 0; }\n`,
      );
      execFileSync("gcc", ["-w", "-O0", "-o", join(folder, "t"), join(folder, "t.c")]);
      const expected = execFileSync(join(folder, "t"), { maxBuffer: 64 << 20 })
        .toString("latin1")
        .split("\n");
      rows.forEach(({ format, value }, i) => {
        const shown =
          value.kind === "double" ? value.bits.toString(16) : value.kind === "int" ? value.value : value.text;
        expect(ours(format, [value]), `${format} of ${shown}`).toBe(expected[i]);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("floating-point text", () => {
  it("is rounded once, decimal and hexadecimal", () => {
    expect(parseFloatText("0x1.8p1")).toBe(3);
    expect(parseFloatText("-0x.8")).toBe(-0.5);
    expect(parseFloatText("0x1.00000000000008p0")).toBe(1);
    expect(parseFloatText("0x1.000000000000081p0")).toBe(1 + 2 ** -52);
    expect(parseFloatText("0x1p-1074")).toBe(5e-324);
    expect(parseFloatText("0x1p-1075")).toBe(0);
    expect(parseFloatText("+infinity")).toBe(Number.POSITIVE_INFINITY);
    expect(parseFloatText("9007199254740993")).toBe(9007199254740992);
  });
});

describe("the generated guest modules", () => {
  it("are compiled from the sources beside them: every function of the C files is exported", () => {
    for (const name of ["string", "malloc", "stdlib", "exit"]) {
      const source = readFileSync(new URL(`guest/${name}.c`, import.meta.url), "utf8");
      const modules = readFileSync(new URL("guest/modules.gen.ts", import.meta.url), "utf8");
      const defined = [...source.matchAll(/^(?!static|typedef|struct|#)[a-z][\w ]*[ *]+(\w+) \([^;]*\) \{/gm)].map(
        (m) => m[1],
      );
      expect(defined.length).toBeGreaterThan(1);
      for (const fn of defined) expect(modules, fn).toContain(`\texport\t${fn}\n`);
    }
  });
});
