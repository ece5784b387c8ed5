/** What calls of native code cost: alone, in batches, and against the same function in JavaScript. */
import { NativeHost, runMirWithC } from "vivarium/native";
import { median, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";

const ADD = {
  x64: [0x48, 0x8d, 0x04, 0x37, 0xc3],
  arm64: [0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6],
};
const ROWS = 200_000;
const CALLS = 500;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 3 : 9);
  const arch = process.arch as keyof typeof ADD;
  const starts: number[] = [];
  const calls: number[] = [];
  const batches: number[] = [];
  const runs: number[] = [];
  const a = BigUint64Array.from({ length: ROWS }, (_, i) => BigInt(i));
  for (let round = 0; round < rounds; round++) {
    let host: NativeHost | undefined;
    starts.push(await timed(async () => (host = await NativeHost.start({ allowNativeCode: true, timeout: 60_000 }))));
    const own = host as NativeHost;
    const add = own.load({ arch, bytes: Uint8Array.from(ADD[arch]), params: ["u64", "u64"], result: "u64" });
    await own.call(add, [1n, 2n]);
    const alone = await timed(async () => {
      for (let k = 0; k < CALLS; k++) await own.call(add, [BigInt(k), 1n]);
    });
    calls.push((alone / CALLS) * 1e3);
    await own.batch(add, [a, a]);
    const together = await timed(async () => {
      const { completed, values } = await own.batch(add, [a, a]);
      if (completed !== ROWS || values?.[7] !== 14n) throw new Error("wrong result");
    });
    batches.push((together / ROWS) * 1e6);
    await own.close();
    const source = `m: module\n import strlen\n export main\np: proto i64, p:s\nw: string "four"\nmain: func i64\n local i64:r\n call p, strlen, r, w\n ret r\n endfunc\n endmodule`;
    runs.push(
      await timed(async () => {
        const { exitCode } = await runMirWithC(source, {
          allowNativeCode: true,
          functions: ["size_t strlen(const char *)"],
        });
        if (exitCode !== 4) throw new Error("wrong result");
      }),
    );
  }
  const rows = [
    ["start the child process (ms)", starts],
    ["one call (µs)", calls],
    [`one of ${ROWS.toLocaleString("en").replaceAll(",", " ")} calls in a batch (ns)`, batches],
    ["a MIR program with a C function, from nothing to its exit (ms)", runs],
  ] as const;
  return {
    text: table(
      ["", "median", "least"],
      rows.map(([name, values]) => [name, short(median(values)), short(Math.min(...values))]),
    ),
  };
}
