/** Graphs on disk: opens a `.vxg` file or a database, and saves what a command has made of it. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { VivError } from "vivarium";
import {
  createGraph,
  type Graph,
  type GraphOptions,
  openGraph,
  type PortType,
  type Tagged,
  type Value,
} from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { openLmdb } from "vivarium/graph/lmdb";
import { lmntPayload } from "vivarium/graph/lmnt";
import { mirPayload } from "vivarium/graph/mir";
import { pvmPayload } from "vivarium/graph/pvm";
import { pythonPayload } from "vivarium/graph/python";
import { CliError } from "./exit-codes.js";
import { readInput } from "./input.node.js";
import { writeError, writeReason, writeResult } from "./output.node.js";

const OPTIONS: GraphOptions = {
  payloads: [a64Payload, pvmPayload, mirPayload, lmntPayload, pythonPayload],
  services: {
    out: (stream, bytes) => (stream === 2 ? writeError(bytes) : writeResult(bytes)),
    time: () => Date.now(),
  },
};

/** A graph that a command works on. */
export interface OpenGraph {
  readonly graph: Graph;
  /** Makes what the graph is now the one on disk. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Errors of the library as errors of the command line. */
export async function friendly<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VivError)) throw error;
    const { code, message } = error;
    const position = error as { section?: string; offset?: number };
    const details = {
      code,
      ...(position.section === undefined ? {} : { section: position.section }),
      ...(position.offset === undefined ? {} : { offset: position.offset }),
    };
    throw new CliError("input", `${name}: ${message}`, { cause: error, details });
  }
}

/** What exists is what it is; what does not is a file if its name ends in `.vxg`. */
function isFile(path: string): boolean {
  return path === "-" || (statSync(path, { throwIfNoEntry: false })?.isFile() ?? path.endsWith(".vxg"));
}

/** The file of a database that LMDB makes in its folder. */
const DATABASE = "data.mdb";

/** Opens a graph that exists, or, for `create`, makes one that does not. */
export async function openPath(
  path: string,
  how: { readonly create?: boolean; readonly record?: boolean; readonly bytes?: Uint8Array } = {},
): Promise<OpenGraph> {
  if (how.create === true && existsSync(path)) throw new CliError("input", `${path} exists already`);
  if (how.create !== true && path !== "-" && !existsSync(path))
    throw new CliError("input", `cannot read ${path}: there is no such graph`);
  // LMDB would make a database in any folder.
  if (how.create !== true && !isFile(path) && !existsSync(join(path, DATABASE)))
    throw new CliError("input", `cannot read ${path}: the folder holds no graph`);
  const options: GraphOptions = { ...OPTIONS, record: how.record === true };
  return friendly(path, async () => {
    if (!isFile(path)) {
      const { graph, close } = await openLmdb(path, {
        ...options,
        ...(how.bytes === undefined ? {} : { bytes: how.bytes }),
      });
      return { graph, save: () => graph.commit(), close };
    }
    const bytes = how.create === true ? how.bytes : readInput(path);
    const graph = bytes === undefined ? createGraph(options) : openGraph(bytes, options);
    return {
      graph,
      save: async () => {
        graph.generation++;
        writeAtomically(path, graph.save());
      },
      close: async () => graph.dispose(),
    };
  });
}

/** Writes a file so that a crash leaves the old one or the new one. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  if (path === "-") {
    writeResult(bytes);
    return;
  }
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, "wx");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new CliError("failure", `cannot write ${path}: ${writeReason(error)}`, { cause: error });
  }
}

/** Opens a graph, lets a command work on it, and closes it. */
export async function withGraph<T>(
  path: string,
  how: Parameters<typeof openPath>[1],
  work: (open: OpenGraph) => T | Promise<T>,
): Promise<T> {
  const open = await openPath(path, how);
  try {
    return await friendly(path, () => work(open));
  } finally {
    await open.close();
  }
}

/** A value from the command line, for a port of this type. */
export function parseValue(text: string, type: PortType): Value | Tagged {
  switch (type) {
    case "bool":
      if (text === "true" || text === "false") return text === "true";
      break;
    case "i32":
      if (/^-?\d{1,10}$/.test(text)) return Number(text);
      break;
    case "i64":
    case "u64":
      if (/^-?(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text))
        return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
      break;
    case "f64":
      if (text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
      break;
    case "str":
      return text;
    case "bytes":
      if (/^hex:([0-9a-f]{2})*$/i.test(text)) return Uint8Array.from(Buffer.from(text.slice(4), "hex"));
      return new TextEncoder().encode(text);
    case "unit":
      return null;
    case "any":
      if (/^-?\d{1,18}$/.test(text)) return BigInt(text);
      return text;
    default:
  }
  throw new CliError("usage", `${JSON.stringify(text)} is no ${type}`);
}

/** Reads a `.vxg` file completely, so that nothing is made of a damaged one. @throws CliError */
export async function checkedFile(path: string): Promise<Uint8Array> {
  const bytes = readInput(path);
  await friendly(path, () => openGraph(bytes, OPTIONS).dispose());
  return bytes;
}
