/** Runs single A64 instructions under qemu-aarch64. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SingleTest, STATE } from "./single.js";

const CROSS = "aarch64-linux-gnu-gcc";
const QEMU = "qemu-aarch64";

const runs = (command: string): boolean => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** What is missing for the comparison, or nothing. */
export function missingTools(): string[] {
  return [CROSS, QEMU].filter((tool) => !runs(tool));
}

/** Builds the harness; `dispose` takes it away. */
export function buildHarness(): { path: string; dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), "viv-a64-"));
  const path = join(folder, "harness");
  execFileSync(CROSS, [
    ..."-O1 -static -nostdlib -ffreestanding -fno-stack-protector -fno-tree-loop-distribute-patterns".split(" "),
    ..."-Wl,-Ttext=0x21000000 -Wl,--build-id=none -o".split(" "),
    path,
    join(import.meta.dirname, "harness.c"),
  ]);
  return { path, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** States after the tests under qemu. */
export function underQemu(harness: string, tests: readonly SingleTest[]): BigUint64Array[] {
  const input = new BigUint64Array(1 + tests.length * (1 + STATE));
  input[0] = BigInt(tests.length);
  tests.forEach((t, i) => {
    const at = 1 + i * (1 + STATE);
    input[at] = BigInt(t.word);
    input.set(t.before, at + 1);
  });
  const output = execFileSync(QEMU, [harness], {
    input: new Uint8Array(input.buffer),
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const states = new BigUint64Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength));
  return tests.map((_, i) => states.slice(i * STATE, (i + 1) * STATE));
}
