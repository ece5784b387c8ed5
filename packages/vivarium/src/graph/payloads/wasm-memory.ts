/** A module into the same one whose memories cannot grow beyond a limit. */
import { LoadError } from "../../index.js";
import { joined } from "../values.js";

const MEMORY_SECTION = 5;

/**
 * Lowers the maximum of every memory that the module declares, so that `memory.grow` gives -1 beyond it as the
 * WebAssembly specification says.
 *
 * @param bytes a module that is known to be valid
 * @param pages of 64 KiB
 * @returns `undefined` when a memory starts with more
 * @throws LoadError `GRAPH_WASM` for memories with 64-bit addresses or other kinds that limits cannot be put on
 */
export function limitMemory(bytes: Uint8Array, pages: number): Uint8Array<ArrayBuffer> | undefined {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at] as number;
    const size = unsigned(bytes, at + 1);
    const end = size.end + size.value;
    if (id !== MEMORY_SECTION) {
      at = end;
      continue;
    }
    const body = limited(bytes, size.end, pages);
    if (body === undefined) return undefined;
    const head = [Uint8Array.of(MEMORY_SECTION), leb(body.length)];
    return joined([bytes.subarray(0, at), ...head, body, bytes.subarray(end)]);
  }
  return Uint8Array.from(bytes);
}

function limited(bytes: Uint8Array, from: number, pages: number): Uint8Array | undefined {
  const count = unsigned(bytes, from);
  const parts = [leb(count.value)];
  let at = count.end;
  for (let k = 0; k < count.value; k++) {
    const flags = bytes[at] as number;
    // Bit 0: has a maximum; bit 1: shared between threads.
    if (flags > 3) throw new LoadError("GRAPH_WASM", "a memory is of a kind that is not supported", { offset: at });
    const least = unsigned(bytes, at + 1);
    const most = (flags & 1) !== 0 ? unsigned(bytes, least.end) : { value: pages, end: least.end };
    at = most.end;
    if (least.value > pages) return undefined;
    parts.push(Uint8Array.of(flags | 1), leb(least.value), leb(Math.min(most.value, pages)));
  }
  return joined(parts);
}

/** An unsigned LEB128 number; the module is valid, so it has 32 bits at most. */
function unsigned(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  let end = at;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[end++] as number;
    value += (byte & 127) * shift;
    if (byte < 128) return { value, end };
  }
}

function leb(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  do {
    out.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(out);
}
