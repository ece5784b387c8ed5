/** Memory accesses byte by byte, for what the fast path cannot do: crossing pages, touching them, faulting. */
import { FunctionWriter, type Label } from "../../wasm/module.js";
import { STATE } from "../state.js";

/** Loads `width` bytes one by one, touching pages: for accesses that cross pages or meet one that is not resident. */
export function writeLoadSlow(touch: number): FunctionWriter {
  const w = new FunctionWriter(["i32", "i32", "i32"], ["i64"]);
  const [state, address, width] = [0, 1, 2];
  const i = w.local("i32");
  const value = w.local("i64");
  const at = w.local("i32");
  const entry = w.local("i32");
  const loop = w.loop();
  byteEntry(w, { state, address, i, at, entry }, 1, touch, () => {
    w.i64(0n);
    w.op("return");
  });
  w.get(value);
  w.get(entry);
  w.i32(-4096);
  w.op("i32.and");
  w.get(at);
  w.op("i32.add");
  w.mem("i64.load8_u");
  w.get(i);
  w.i32(3);
  w.op("i32.shl");
  w.op("i64.extend_i32_u");
  w.op("i64.shl");
  w.op("i64.or");
  w.set(value);
  nextByte(w, i, width, loop);
  w.end();
  w.get(value);
  return w;
}

/** Stores bytes one by one, after all of them have been found writable: nothing is ever stored in part. */
export function writeStoreSlow(touch: number): FunctionWriter {
  const w = new FunctionWriter(["i32", "i32", "i32", "i64"], []);
  const [state, address, width, value] = [0, 1, 2, 3];
  const i = w.local("i32");
  const at = w.local("i32");
  const entry = w.local("i32");
  const check = w.loop();
  byteEntry(w, { state, address, i, at, entry }, 2, touch, () => w.op("return"));
  nextByte(w, i, width, check);
  w.end();
  w.i32(0);
  w.set(i);
  const store = w.loop();
  byteEntry(w, { state, address, i, at, entry }, 2, touch, () => w.op("return"));
  w.get(entry);
  w.i32(-4096);
  w.op("i32.and");
  w.get(at);
  w.op("i32.add");
  w.get(value);
  w.mem("i64.store8");
  w.get(value);
  w.i64(8n);
  w.op("i64.shr_u");
  w.set(value);
  nextByte(w, i, width, store);
  w.end();
  return w;
}

function nextByte(w: FunctionWriter, i: number, width: number, loop: Label): void {
  w.get(i);
  w.i32(1);
  w.op("i32.add");
  w.tee(i);
  w.get(width);
  w.op("i32.lt_u");
  w.brIf(loop);
}

/** Leaves the page table entry of byte `address + i` in `entry`, after `touch` where it lacks the right. */
function byteEntry(
  w: FunctionWriter,
  l: { state: number; address: number; i: number; at: number; entry: number },
  level: 1 | 2,
  touch: number,
  fail: () => void,
): void {
  const lookUp = (): void => {
    w.get(l.state);
    w.mem("i32.load", STATE.pageTable);
    w.get(l.at);
    w.i32(10);
    w.op("i32.shr_u");
    w.i32(0x3ffffc);
    w.op("i32.and");
    w.op("i32.add");
    w.mem("i32.load");
    w.tee(l.entry);
    w.i32(level);
    w.op("i32.and");
    w.op("i32.eqz");
  };
  w.get(l.address);
  w.get(l.i);
  w.op("i32.add");
  w.set(l.at);
  lookUp();
  w.if();
  w.get(l.state);
  w.get(l.at);
  w.i32(level);
  w.call(touch);
  w.op("i32.eqz");
  w.if();
  w.get(l.state);
  w.get(l.at);
  w.mem("i32.store", STATE.faultAddress);
  w.get(l.state);
  w.i32(level);
  w.mem("i32.store", STATE.faultLevel);
  fail();
  w.end();
  lookUp();
  w.op("drop");
  w.end();
}
