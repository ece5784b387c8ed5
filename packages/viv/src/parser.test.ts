import { describe, expect, it } from "vitest";
import { exitCode } from "./exit-codes.js";
import { COMMANDS } from "./options.js";
import { parse } from "./parser.node.js";
import { allCommands } from "./usage.js";

/** Parses a command line without running anything, and says what would have run. */
async function parsed(
  argv: readonly string[],
): Promise<{ code: number; path?: string; args?: readonly string[]; options?: object }> {
  let called: { path: string; args: readonly string[]; options: object } | undefined;
  const code = await parse(argv, (path) =>
    Promise.resolve((invocation) => {
      called = { path, ...invocation };
      return Promise.resolve("ok");
    }),
  );
  return { code, ...called };
}

describe("the parser", () => {
  for (const { path, spec } of allCommands(COMMANDS)) {
    for (const { command } of spec.examples) {
      it(`accepts the example: ${command}`, async () => {
        // The command of a pipeline that is ours; a redirection ends it.
        const all = command.slice(command.search(/\bviv /)).match(/'[^']*'|\S+/g) ?? [];
        const end = all.findIndex((word) => /^[|>]/.test(word));
        const words = end < 0 ? all : all.slice(0, end);
        const argv = words.slice(1).map((word) => word.replace(/^'(.*)'$/, "$1"));
        expect(await parsed(argv)).toMatchObject({
          code: exitCode("ok"),
          path: expect.stringContaining(path.split(" ")[0] ?? ""),
        });
      });
    }
  }

  it("hands over typed values under the names of the table", async () => {
    const argv = [
      "run",
      "a.spi",
      "-g",
      "10k",
      "--timeout",
      "1.5s",
      "--memory=64KiB",
      "-a",
      "u8:1",
      "--tier",
      "portable",
      "--json",
    ];
    expect(await parsed(argv)).toEqual({
      code: exitCode("ok"),
      path: "run",
      args: ["a.spi"],
      options: { gas: 10_000n, timeout: 1500, memory: 65536, args: Uint8Array.of(1), tier: "portable", json: true },
    });
  });

  it("tells an option of a subcommand from the same option of its command", async () => {
    expect(await parsed(["trace", "diff", "a", "b", "--json"])).toMatchObject({
      path: "trace diff",
      options: { json: true },
    });
    expect(await parsed(["trace", "a.spi", "--json"])).toMatchObject({ path: "trace", options: { json: true } });
  });
});
