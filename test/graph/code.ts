/** Code for the tests of graphs: machine code as words, and what comes with it. */

/** A64 words as bytes. */
export function words(...list: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * list.length);
  const view = new DataView(bytes.buffer);
  list.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return bytes;
}

export const RET = 0xd65f03c0;
/** The bytes of the seed: `add x0, x0, x1; ret`. */
export const ADD: Uint8Array = Uint8Array.of(0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6);
export const SUB: Uint8Array = words(0xcb010000, RET);
export const MUL: Uint8Array = words(0x9b017c00, RET);

/** Code that fails, by the trap that it must come to. */
export const FAILING = {
  /** `mov x0, #0x10000; br x0 + 8` would be long: `br x0` with 65544 from outside goes to a word that is none. */
  illegal: words(0xd61f0000, RET, 0x00000000),
  /** `ldr x0, [x0]` at address 0. */
  memory: words(0xf9400000, RET),
  /** `stp x29, x30, [sp, #-16]!; bl` back to itself. */
  stack: words(0xa9bf7bfd, 0x97ffffff, RET),
  /** `b .` */
  fuel: words(0x14000000),
  /** `brk #0` */
  unreachable: words(0xd4200000, RET),
} as const;

/** A function that divides, which traps for 0; A64's own division does not. */
export const DIVIDE_MIR = `m:	module
	export	divide
divide:	func	i64, i64:a, i64:b
	local	i64:r
	div	r, a, b
	ret	r
	endfunc
	endmodule
`;
