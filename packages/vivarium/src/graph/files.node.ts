/** `vivarium/graph/files`: folders as the files that payloads may read and write. Node only. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, writeSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { GraphError } from "./errors.js";
import type { HostServices } from "./host.js";

/** A folder that payloads reach under a name. */
export interface Mount {
  /** Folder of this machine. */
  readonly folder: string;
  /** Files may be written too; default false. */
  readonly write?: boolean;
}

export interface FilesOptions {
  /** Bytes of a file at most, read or written; default 16 MiB. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 16 << 20;

/**
 * The service `fs` over folders. A path is `mount/rest`; nothing outside of the mount's folder can be named, neither by
 * `..` nor through links. Folders are not made.
 *
 * @throws GraphError `GRAPH_FILES` for a mount whose name has a slash, or whose folder does not exist
 */
export function mountedFiles(
  mounts: Readonly<Record<string, string | Mount>>,
  options: FilesOptions = {},
): NonNullable<HostServices["fs"]> {
  const most = options.maxBytes ?? MAX_BYTES;
  const roots = new Map(Object.entries(mounts).map(([name, mount]) => [name, rootOf(name, mount)]));
  /** The file of this machine that a path means, in a folder that exists. */
  const resolve = (path: string, writes: boolean): string => {
    const [name = "", ...rest] = path.split("/");
    const root = roots.get(name);
    if (root === undefined) throw new Error(`there is no mount ${JSON.stringify(name)}`);
    if (writes && !root.write) throw new Error(`the mount ${name} is read-only`);
    if (rest.length === 0 || rest.some((part) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part))) {
      throw new Error(`${JSON.stringify(path)} is no path of a file`);
    }
    const wanted = join(root.folder, ...rest);
    let folder: string;
    try {
      folder = realpathSync(dirname(wanted));
    } catch {
      throw new Error(`there is no folder for ${path}`);
    }
    if (folder !== root.folder && !folder.startsWith(root.folder + sep))
      throw new Error(`${path} leads out of its mount`);
    return join(folder, rest[rest.length - 1] as string);
  };
  return {
    read: (path) => {
      const file = open(resolve(path, false), constants.O_RDONLY, path);
      if (file === undefined) return undefined;
      try {
        const { size } = checked(file, path);
        if (size > most) throw new Error(`${path} is larger than ${most} bytes`);
        const bytes = new Uint8Array(size);
        let at = 0;
        while (at < size) {
          const got = readSync(file, bytes, at, size - at, at);
          if (got === 0) break;
          at += got;
        }
        return bytes.subarray(0, at);
      } finally {
        closeSync(file);
      }
    },
    write: (path, bytes) => {
      if (bytes.length > most) throw new Error(`${path} would be larger than ${most} bytes`);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
      const file = open(resolve(path, true), flags, path) as number;
      try {
        checked(file, path);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } finally {
        closeSync(file);
      }
    },
  };
}

function rootOf(name: string, mount: string | Mount): { folder: string; write: boolean } {
  const { folder, write = false } = typeof mount === "string" ? { folder: mount } : mount;
  if (name === "" || name.includes("/"))
    throw new GraphError("GRAPH_FILES", `${JSON.stringify(name)} is no name of a mount`);
  try {
    return { folder: realpathSync(folder), write };
  } catch (cause) {
    throw new GraphError("GRAPH_FILES", `mount ${name}: there is no folder ${folder}`, { cause });
  }
}

/** A link at the end of the path is not followed, and a pipe is not waited for. */
function open(file: string, flags: number, path: string): number | undefined {
  try {
    return openSync(file, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o666);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && (flags & constants.O_CREAT) === 0) return undefined;
    throw new Error(`${path}: ${code === "ELOOP" ? "is a link" : code}`);
  }
}

function checked(file: number, path: string): { size: number } {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw new Error(`${path} is no file`);
  return stat;
}
