/**
 * Sequences of rows that the interpreter carries out in one handler, most valuable first: what the hot loops of C programs
 * consist of, counted on the programs under `bench/mir/`.
 */
const LINES = `
  stx.i8 adds bles.i
  muls adds adds.i blts.i
  ldx.i64 ldx.i64 ldx.i32 ldx.i32
  ldx.i32 muls
  ands.i uext32 bf
  ld.i64 mov call.a
  dmul dmul dadd
  dmul dadd dsub
  dadd dsub dadd
  dadd dmul dmul
  dmul adds.i bges.i
  stx.i8 adds.i bles.i
  add.i ldx.i32 stx.i32
  ursh.i muls.i xors.i
  mov adds.i blts.i
  ddiv dadd
  adds.i blts.i
  adds.i blts
  adds.i bles.i
  adds.i bges.i
  adds.i bges
  adds.i bnes.i
  adds.i jmp
  adds bles.i
  adds adds.i
  muls adds
  subs.i call
  mov ret
  mov call
  mov call.a
  mov.i ret
  mov mov
  mov adds.i
  mov add.i
  dmul dmul
  dmul dadd
  dmul dsub
  dadd dmul
  dadd dble
  dadd dsub
  dsub dadd
  dsub dmul
  ld.d dmul
  dmul ld.d
  ld.d dsub
  ldx.d dmul
  dmul dadd adds.i blts
  add.i ld.i8
  add.i ldx.i32
  add.i mov
  ld.i64 mov
  ld.i64 bne.i
  ld.i64 beq.i
  ld.i8 bnes
  ld.i8 bf
  ldx.i8 bf
  ldx.i64 ldx.i64
  ldx.i64 ldx.i32
  ldx.i32 ldx.i32
  ldx.i32 stx.i32
  stx.i8 adds
  stx.i8 adds.i
  stx.i32 adds.i
  st.i32 mov
  st.i64 mov
  st.i64 add.i
  st.i64 st.i64
  ld.i64 ld.i64
  ld.i64 st.i64
  ands.i uext32
  uext32 bf
  ext32 bf
  muls.i adds.i
  subs ret
`;

/** The sequences as mnemonics. */
export const FUSIONS: readonly (readonly string[])[] = LINES.trim()
  .split("\n")
  .map((line) => line.trim().split(" "));
