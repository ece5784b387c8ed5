/** The portable tier with all that a guest may need: memory and guest calls. */
import type { Code } from "../../isa/code.js";
import type { MemoryBits } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import { type BackendFactory, type BackendLimits, type Frames, STOP } from "../../machine/backend.js";
import { SparseMemory } from "../../machine/sparse-memory.js";
import { clearDead } from "../frames.js";
import { PortableBackend } from "./backend.js";
import { AccessFault, type Control } from "./evaluate.js";

/** A guest call that waits: the call instruction and how far its callee's frame is above its own. */
interface Call {
  caller: number;
  window: number;
}

class CompleteBackend extends PortableBackend {
  readonly #memory: SparseMemory;
  readonly #depth: number;
  readonly #slotBytes: number;
  #calls: Call[] = [];

  constructor(code: Code, limits: BackendLimits) {
    const memory = new SparseMemory(limits.memory);
    super(code, memory);
    this.#memory = memory;
    this.#depth = limits.depth;
    this.#slotBytes = this.frameBank?.slotBytes ?? 8;
  }

  override load(address: number, bits: MemoryBits): bigint {
    this.#check(address, bits / 8, 1);
    let value = 0n;
    for (let i = 0; i < bits / 8; i++) {
      value |= BigInt(this.#memory.readU8((address + i) % 2 ** 32) as number) << BigInt(8 * i);
    }
    return value;
  }
  override store(address: number, bits: MemoryBits, value: bigint): void {
    this.#check(address, bits / 8, 2);
    for (let i = 0; i < bits / 8; i++) {
      this.#memory.writeU8((address + i) % 2 ** 32, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  }
  #check(address: number, width: number, level: 1 | 2): void {
    const fault = this.#memory.firstFault(address, width, level);
    if (fault >= 0) throw new AccessFault(fault, level);
  }

  protected override follow(control: Control | undefined, row: Row): number {
    if (control?.go === "call") return this.#call(control.fn, control.window, row);
    if (control?.go !== "return") return super.follow(control, row);
    const call = this.#calls.pop();
    if (call === undefined) return STOP.halt;
    this.frameAt -= call.window * this.#slotBytes;
    this.goTo(call.caller + 1);
    this.charged = false;
    return 0;
  }
  #call(fn: number, window: number, row: Row): number {
    const f = this.code.functions[fn];
    if (f === undefined) return STOP.panic;
    if (this.#calls.length >= this.#depth) {
      // The call has not happened, so it is not paid.
      if (this.code.isa.gas === "instruction") this.fuel += row.cost;
      return STOP.depth;
    }
    this.#calls.push({ caller: this.index, window });
    this.frameAt += window * this.#slotBytes;
    this.bytes(this.frameAt + f.params * this.#slotBytes, this.frameAt + f.slots * this.#slotBytes).fill(0);
    this.goTo(f.entry);
    this.charged = false;
    return 0;
  }

  override enter(fn: number): void {
    super.enter(fn);
    this.#calls = [];
  }
  override get depth(): number {
    return this.#calls.length;
  }
  override saveFrames(): Frames {
    const frames = { ...super.saveFrames(), calls: this.#calls.map((c) => ({ ...c })) };
    return clearDead(this.code, frames, this.index, this.#slotBytes);
  }
  override restoreFrames({ calls, slots }: Frames): boolean {
    if (this.frameBank === undefined) return calls.length === 0 && slots.length === 0;
    if (calls.length > this.#depth) return false;
    this.bytes(0, slots.length).set(slots);
    this.#calls = calls.map((c) => ({ ...c }));
    this.frameAt = this.#calls.reduce((sum, c) => sum + c.window, 0) * this.#slotBytes;
    return true;
  }
  override dispose(): void {
    this.#memory.clear();
  }
}

/** The portable tier. */
export const portable: BackendFactory = (code, limits) => new CompleteBackend(code, limits);
