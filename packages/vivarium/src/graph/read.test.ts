/** Files whose checksums are right and whose contents are not: each is refused with section and offset, none crashes. */
import { describe, expect, it } from "vitest";
import { crc32c } from "./crc32c.js";
import { GraphFormatError } from "./errors.js";
import { AT, ENTRY, HEADER, SECTION } from "./format.js";
import { Graph } from "./graph.js";

const functions = { add: ([a, b]: readonly unknown[]): bigint[] => [(a as bigint) + (b as bigint)] } as never;

function sample(): Graph {
  const g = new Graph({ functions });
  g.input("x", "u64", 4);
  g.exec("add", {
    code: { kind: "host", bytes: "add" },
    in: { a: "u64", b: { type: "u64", latch: true, default: 7n } },
    out: { r: "u64" },
  });
  g.value("keep", "u64");
  g.pattern("plus", "_ + _ = ?");
  g.connect("x", "add.a");
  g.connect("add.r", "keep", 3);
  g.act("add", "keep", { delay: 2 });
  for (const n of [1n, 2n, 3n]) g.set("x", n);
  g.runSync({ maxSteps: 3 });
  g.addCold("notes", Uint8Array.of(1, 2, 3));
  return g;
}
/** With a recording too. */
function recorded(): Uint8Array {
  const g = sample();
  g.record();
  g.set("x", 4n);
  g.runSync({ maxSteps: 2 });
  return g.save({ recording: true });
}

/** Makes all checksums right again. */
function sealed(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer);
  const count = Math.min(view.getUint32(AT.sections, true), 16);
  for (let i = 0; i < count; i++) {
    const at = HEADER + ENTRY * i;
    const offset = Number(view.getBigUint64(at + 16, true));
    if (offset + 8 > file.length) continue;
    const stride = view.getUint32(at + 4, true);
    const length =
      stride === 0 ? 8 + Number(view.getBigUint64(offset, true)) : stride * Number(view.getBigUint64(at + 8, true));
    if (offset + length <= file.length) view.setUint32(at + 24, crc32c(file.subarray(offset, offset + length)), true);
  }
  view.setUint32(AT.crc, 0, true);
  if (HEADER + ENTRY * count <= file.length)
    view.setUint32(AT.crc, crc32c(file.subarray(0, HEADER + ENTRY * count)), true);
  return file;
}

/** What a file comes to: the section at fault, or `accepted`. */
function verdict(file: Uint8Array): string {
  try {
    const graph = Graph.fromBytes(file, { functions });
    // What is accepted is a graph like any other: it runs, within limits, and can be saved.
    graph.runSync({ maxSteps: 20, maxFires: 20 });
    graph.save();
    return "accepted";
  } catch (error) {
    if (error instanceof GraphFormatError && error.section !== "" && error.offset !== undefined) return error.section;
    throw error;
  }
}

function sectionAt(file: Uint8Array, kind: number): { entry: number; offset: number } {
  const view = new DataView(file.buffer);
  for (let i = 0; i < view.getUint32(AT.sections, true); i++) {
    const entry = HEADER + ENTRY * i;
    if (view.getUint32(entry, true) === kind) return { entry, offset: Number(view.getBigUint64(entry + 16, true)) };
  }
  throw new Error(`no section ${kind}`);
}

describe("a file with right checksums", () => {
  it("and any byte changed is refused with its place, or is a graph that runs", () => {
    const file = recorded();
    const seen = new Map<string, number>();
    for (let at = 0; at < file.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const copy = file.slice();
        copy[at] = (copy[at] as number) ^ change;
        const name = verdict(sealed(copy));
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
    }
    for (const name of [
      "header",
      "table",
      "STR",
      "NODE",
      "EDGE",
      "PORT",
      "VALUE",
      "CODE",
      "PATTERN",
      "COLD",
      "FRONTIER",
      "JOURNAL",
      "accepted",
    ]) {
      expect(seen.get(name), name).toBeGreaterThan(0);
    }
  });

  it("and overlapping sections, indices out of range or another architecture is refused", () => {
    const cases: [string, number, (view: DataView, entry: number, offset: number) => void][] = [
      [
        "table",
        SECTION.EDGE,
        (view, entry) => view.setBigUint64(entry + 16, view.getBigUint64(entry - ENTRY + 16, true), true),
      ],
      ["EDGE", SECTION.EDGE, (view, _, offset) => view.setUint32(offset, 1000, true)],
      ["NODE", SECTION.NODE, (view, _, offset) => view.setUint32(offset + 80 + 32, 9, true)],
      ["CODE", SECTION.CODE, (view, _, offset) => view.setUint8(offset + 8 + 1, 9)],
    ];
    for (const [section, kind, damage] of cases) {
      const file = sample().save();
      const { entry, offset } = sectionAt(file, kind);
      damage(new DataView(file.buffer), entry, offset);
      expect(verdict(sealed(file))).toBe(section);
    }
  });

  it("and sections that this version does not know is read, and they are written again", () => {
    const graph = sample();
    graph.unknownSections = [{ kind: 99, stride: 4, count: 2, flags: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }];
    const again = Graph.fromBytes(graph.save(), { functions });
    expect(again.unknownSections).toEqual(graph.unknownSections);
    expect(again.save()).toEqual(graph.save());
  });
});
