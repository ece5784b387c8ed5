import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { mountedFiles } from "./files.node.js";

const folder = mkdtempSync(join(tmpdir(), "viv-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);

it("reads and writes inside of mounts and nowhere else", () => {
  mkdirSync(join(folder, "in/deep"), { recursive: true });
  mkdirSync(join(folder, "out"));
  writeFileSync(join(folder, "secret"), "secret");
  writeFileSync(join(folder, "in/deep/a"), "hello");
  symlinkSync(join(folder, "secret"), join(folder, "in/link"));
  symlinkSync(folder, join(folder, "in/up"));
  symlinkSync(join(folder, "secret"), join(folder, "out/link"));
  const fs = mountedFiles(
    { in: join(folder, "in"), out: { folder: join(folder, "out"), write: true } },
    { maxBytes: 8 },
  );
  expect(text(fs.read?.("in/deep/a"))).toBe("hello");
  expect(fs.read?.("in/none")).toBe(undefined);
  fs.write?.("out/b", new TextEncoder().encode("new"));
  fs.write?.("out/b", new TextEncoder().encode("x"));
  expect([text(fs.read?.("out/b")), readFileSync(join(folder, "out/b"), "utf8")]).toEqual(["x", "x"]);
  for (const path of [
    "",
    "in",
    "in/",
    "in/..",
    "in/../secret",
    "in/deep/../../secret",
    "/in/deep/a",
    "in//deep/a",
    "in/./deep/a",
  ]) {
    expect(() => fs.read?.(path), path).toThrow(/is no path|there is no mount/);
  }
  expect(() => fs.read?.(`${folder}/secret`)).toThrow("there is no mount");
  expect(() => fs.read?.("in/link")).toThrow("is a link");
  expect(() => fs.read?.("in/up/secret")).toThrow("leads out of its mount");
  expect(() => fs.read?.("in/deep")).toThrow("is no file");
  expect(() => fs.write?.("in/deep/a", new Uint8Array(1))).toThrow("read-only");
  expect(() => fs.write?.("out/link", new Uint8Array(1))).toThrow("is a link");
  expect(() => fs.write?.("out/none/a", new Uint8Array(1))).toThrow("there is no folder");
  expect(() => fs.write?.("out/c", new Uint8Array(9))).toThrow("larger than 8 bytes");
  writeFileSync(join(folder, "in/large"), "123456789");
  expect(() => fs.read?.("in/large")).toThrow("larger than 8 bytes");
  expect(readFileSync(join(folder, "secret"), "utf8")).toBe("secret");
  expect(() => mountedFiles({ a: join(folder, "missing") })).toThrow("there is no folder");
  expect(() => mountedFiles({ "a/b": folder })).toThrow("no name of a mount");
});
