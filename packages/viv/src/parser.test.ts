import { describe, expect, it, vi } from "vitest";
import { exitCode } from "./exit-codes.js";
import { COMMANDS } from "./options.js";
import * as output from "./output.node.js";
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

describe("help", () => {
  it("of a command inside another one names that command", async () => {
    const out = vi.spyOn(output, "writeResult").mockImplementation(() => undefined);
    expect((await parsed(["help", "graph", "add"])).code).toBe(exitCode("ok"));
    expect(out.mock.calls.flat().join("")).toContain("Usage: viv graph add");
    out.mockRestore();
  });

  it("of a command that does not exist is a usage error that lists those there are", async () => {
    await expect(parsed(["help", "graph", "nope"])).rejects.toThrow(
      /viv graph has no command 'nope' \(it has new, add/,
    );
    await expect(parsed(["help", "trace", "dif"])).rejects.toThrow("viv trace has no command 'dif' (it has diff)");
  });
});
