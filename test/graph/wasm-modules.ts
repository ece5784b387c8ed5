/** WebAssembly modules for the tests of graphs, out of their texts. Node only: a page is given the bytes. */
import wabt from "wabt";

const TEXTS = {
  divide: `(func (export "run") (param i64 i64) (result i64) local.get 0 local.get 1 i64.div_u)`,
  forever: `(func (export "run") (param i64) (result i64) (loop $l (br_if $l (i64.ne (local.get 0) (i64.const 0)))) i64.const 1)`,
  unreachable: `(func (export "run") unreachable)`,
  outside: `(memory (export "memory") 1) (func (export "run") (result i64) (i64.load (i32.const -1)))`,
  deep: `(func $f (export "run") (result i64) (i64.add (call $f) (i64.const 1)))`,
  indirect: `(table 1 funcref) (type $t (func)) (func (export "run") (call_indirect (type $t) (i32.const 0)))`,
  /** Pages that it has after asking for so many more. */
  grow: `(memory (export "memory") 1) (func (export "run") (param i32) (result i32) (drop (memory.grow (local.get 0))) memory.size)`,
  large: `(memory 100) (func (export "run") (result i32) memory.size)`,
  /** Counts in its memory: 1 in every firing, for nothing is kept. */
  counts: `(memory (export "memory") 1) (func (export "run") (result i32)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (i32.load (i32.const 0)))`,
  /** Writes "hi", reads file "f", writes what it has read, gives its length and the time. */
  talks: `(import "viv" "out_write" (func $out (param i64 i32 i32) (result i64)))
    (import "viv" "fs_read" (func $read (param i32 i32 i32 i32) (result i64)))
    (import "viv" "time_now" (func $time (result i64)))
    (memory (export "memory") 1) (data (i32.const 0) "hif")
    (func (export "run") (result i64) (local $n i64)
      (drop (call $out (i64.const 1) (i32.const 0) (i32.const 2)))
      (local.set $n (call $read (i32.const 2) (i32.const 1) (i32.const 100) (i32.const 16)))
      (drop (call $out (i64.const 1) (i32.const 100) (i32.wrap_i64 (local.get $n))))
      (i64.add (local.get $n) (call $time)))`,
  /** Two random numbers, one minus the other. */
  random: `(import "viv" "rand_u64" (func $rand (result i64)))
    (func (export "run") (result i64) (i64.sub (call $rand) (call $rand)))`,
  /** Names memory that it does not have. */
  beyond: `(import "viv" "out_write" (func $out (param i64 i32 i32) (result i64)))
    (memory (export "memory") 1) (func (export "run") (result i64) (call $out (i64.const 1) (i32.const 65530) (i32.const 100)))`,
  /** Writes without an end. */
  chatters: `(import "viv" "out_write" (func $out (param i64 i32 i32) (result i64)))
    (memory (export "memory") 1) (func (export "run") (loop $l (drop (call $out (i64.const 1) (i32.const 0) (i32.const 60000))) (br $l)))`,
  /** Asks for the time without an end. */
  asks: `(import "viv" "time_now" (func $time (result i64)))
    (func (export "run") (loop $l (drop (call $time)) (br $l)))`,
  /** Gives back the values that it is given. */
  echo: `(memory (export "memory") 2) (func (export "alloc") (param i32) (result i32) i32.const 1024)
    (func (export "run") (param i32 i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1))))`,
  /** Gives back bytes that are no values. */
  garbage: `(memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) i32.const 0)
    (func (export "run") (param i32 i32) (result i64) (i64.const 0x0000010000000009))`,
} as const;

export type WasmModules = Readonly<Record<keyof typeof TEXTS, readonly number[]>>;

/** The bytes of all modules. */
export async function wasmModules(): Promise<WasmModules> {
  const { parseWat } = await wabt();
  const made = Object.entries(TEXTS).map(([name, text]) => {
    const { buffer } = parseWat(name, `(module ${text})`).toBinary({});
    return [name, [...buffer]] as const;
  });
  return Object.fromEntries(made) as Record<keyof typeof TEXTS, number[]>;
}
