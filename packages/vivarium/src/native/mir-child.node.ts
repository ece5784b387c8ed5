/** The child process in which a MIR program and the C library live together. */
import { writeSync } from "node:fs";
import type { MirMachine } from "../mir.js";
import { mir } from "../mir.js";
import { type CExit, CLibrary } from "./c-library.node.js";
import { childMain, confine, loadKoffi, tell } from "./confine.node.js";
import type { ExitData, RunRequest } from "./mir-protocol.js";
import { parsePrototype } from "./prototype.js";

/** Room for the heap to grow into without moving, so that pointers that C keeps stay good. */
const RESERVED_HEAP = 64 << 20;
const PAGE = 4096;

/** Writes everything, also where the other side is slow. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function reserveHeap(machine: MirMachine): void {
  const { memory } = machine;
  const first = Math.ceil(machine.program.linked.dataEnd / PAGE) * PAGE;
  const room = Math.floor((memory.limit - memory.mappedBytes) / PAGE) * PAGE;
  const length = Math.min(RESERVED_HEAP, room);
  if (length > 0 && memory.map(first, length, "write")) memory.unmap(first, length);
}

function asData(exit: CExit): ExitData {
  if (exit.kind === "host-error") {
    const message = exit.error instanceof Error ? exit.error.message : String(exit.error);
    return { kind: exit.kind, pc: exit.pc, name: exit.name, message };
  }
  if (exit.kind === "parked") return { kind: "host", id: exit.id, pc: exit.pc };
  return { ...exit };
}

await childMain(async () => {
  const koffi = await loadKoffi();
  confine(koffi);
  process.on("message", (request: RunRequest) => {
    void childMain(() => {
      const deadline = performance.now() + request.timeout;
      const program = mir.load(request.binary, request.load);
      const machine = program.instantiate({
        ...request.machine,
        lazy: true,
        stdout: (bytes) => writeAll(1, bytes),
        stderr: (bytes) => writeAll(2, bytes),
      });
      reserveHeap(machine);
      const prototypes = request.prototypes.map(parsePrototype);
      const library = new CLibrary(koffi, machine, prototypes, request.libraries, deadline);
      const exit = library.run();
      tell({ kind: "ended", exit: asData(exit), exitCode: library.exitCode, gas: machine.gas });
    });
  });
  tell({ kind: "ready" });
});
