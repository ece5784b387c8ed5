import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LoadError } from "../../../machine/errors.js";
import { parseText } from "../text/parser.js";
import { printModules } from "../text/printer.js";
import { HASH_SEED, strictHash } from "./hash.js";
import { readBinary } from "./reader.js";
import { pack, unpack } from "./reduce.js";
import { writeBinary } from "./writer.js";

const SOURCE = `m:	module
	import	printf
p:	proto	i32, p:f, ...
a:	i8	-1, 127
	u64	18446744073709551615
b:	ld	1.5L, -2.25L
c:	bss	4294967296
	string	"hello"
f:	func	i64, i64:x, blk1:16(s), d:y, f:z
	local	i64:t, ld:w
	global	i64:g:rbx
L1:
	mov	t, i64:8(x, t, 8):al
	mov	i32:(x)::non, -5
	ldmov	w, 2.5L
	dmov	y, -0.0
	fmov	z, 1.5f
	call	p, printf, t, "x = %d\\n", x
	switch	t, L1, L2
L2:
	prset	t, 3
	prbeq	L1, t, 3
	laddr	t, L1
	ret	t
	endfunc
	export	f
	lref	L2, L1, 7
	ref	f, 16
	endmodule
`;

/** The outer layer's hash, straight from its definition on 64-bit numbers. */
function plainHash(bytes: Uint8Array, seed: bigint): bigint {
  const mask = (1n << 64n) - 1n;
  const [p1, p2] = [0x65862b62bdf5ef4dn, 0x288eea216831e6a7n];
  const half = 0xffffffffn;
  const m = (v: bigint, c: bigint): bigint => {
    const mid = ((v & half) * (c >> 32n) + (v >> 32n) * (c & half)) & mask;
    return ((v >> 32n) * (c >> 32n) + (mid >> 32n) + (v & half) * (c & half) + (mid << 32n)) & mask;
  };
  const word = (at: number, n: number): bigint => {
    let w = 0n;
    for (let i = 0; i < n; i++) w |= BigInt(bytes[at + i] as number) << BigInt(8 * (8 - n + i));
    return w;
  };
  let r = (seed + BigInt(bytes.length)) & mask;
  let at = 0;
  for (; bytes.length - at >= 16; at += 16) {
    r ^= m(word(at, 8), p1);
    r ^= m(word(at + 8, 8), p2);
    r ^= m(r, p1);
  }
  if (bytes.length - at >= 8) {
    r ^= m(word(at, 8), p1);
    at += 8;
  }
  if (at < bytes.length) r ^= m(word(at, bytes.length - at), p2);
  const t = r ^ m(r, p1);
  return t ^ m(t, p2);
}

describe("the binary format", () => {
  it("carries everything that text says", () => {
    const modules = parseText(SOURCE);
    const again = readBinary(writeBinary(modules));
    expect(printModules(again)).toBe(printModules(modules));
  });

  it("reads what the original's tools wrote", () => {
    // `m: module`, `f: func i64`, `ret 42`, `endfunc`, `endmodule`, packed by m2b.
    const hex = HELLO.match(/../g) as string[];
    const modules = readBinary(Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16)));
    expect(printModules(modules)).toBe("m:\tmodule\nf:\tfunc\ti64\n\tret\t42\n\tendfunc\n\tendmodule\n");
  });

  it("keeps the labels of functions apart", () => {
    const text = "m:\tmodule\nf:\tfunc\nL1:\n\tjmp\tL1\n\tendfunc\ng:\tfunc\nL2:\n\tjmp\tL2\n\tendfunc\n\tendmodule\n";
    expect(printModules(readBinary(writeBinary(parseText(text))))).toBe(text);
  });

  it("points at the place of damage", () => {
    const bytes = writeBinary(parseText(SOURCE));
    for (let length = 0; length < bytes.length; length += 7) {
      const attempt = (): unknown => readBinary(bytes.slice(0, length));
      expect(attempt).toThrow(LoadError);
      try {
        attempt();
      } catch (error) {
        expect((error as LoadError).offset).toBeTypeOf("number");
      }
    }
    const flipped = bytes.slice();
    flipped[bytes.length - 1] = (flipped[bytes.length - 1] as number) ^ 1;
    expect(() => readBinary(flipped)).toThrow(/hash/);
  });

  it("refuses to unpack more than it may", () => {
    const bomb = pack(new Uint8Array(1 << 20));
    expect(bomb.length).toBeLessThan(1000);
    expect(() => unpack(bomb, 1 << 19)).toThrow(/over the limit/);
    expect(unpack(bomb).length).toBe(1 << 20);
  });

  it("hashes as defined", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const { high, low } = strictHash(bytes, 0, bytes.length, HASH_SEED);
        expect((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toBe(plainHash(bytes, 42n));
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("packs and unpacks any bytes, across blocks too", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 30 }), fc.nat(5), (parts, repeat) => {
        const bytes = Uint8Array.from(Array.from({ length: repeat + 1 }, () => parts.flatMap((p) => [...p])).flat());
        expect(unpack(pack(bytes))).toEqual(bytes);
      }),
      { numRuns: 100, seed: 4 },
    );
    const large = Uint8Array.from({ length: 600_000 }, (_, i) => (i * i) >> 7);
    expect(unpack(pack(large))).toEqual(large);
  });
});

const HELLO =
  "4d4952e29a8186876d6f64756c6500826d008566756e630082660088656e648c848a656e649ce09618001801180218038081313d01ab092a3d180418053e005af3cc775d556631";
