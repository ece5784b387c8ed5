/** Gives registers their slots: parameters where they arrive, the others behind them. */
import type { FuncItem, MirModule } from "../module.js";

/** Slot of every register, and the number of slots in use. */
export interface Allocation {
  readonly slotOf: Int32Array;
  readonly slots: number;
}

/** Allocates slots of a function; registers in memory get none but their parameter's. */
export function allocateSlots(_module: MirModule, func: FuncItem, inMemory: ReadonlySet<number>): Allocation {
  const slotOf = new Int32Array(func.registers.length).fill(-1);
  const params = func.signature.params.length;
  let next = Math.max(params + 1, func.signature.results.length);
  for (let register = 1; register < func.registers.length; register++) {
    if (register <= params) slotOf[register] = register;
    else if (!inMemory.has(register) && func.registers[register]?.hard === null) slotOf[register] = next++;
  }
  return { slotOf, slots: next };
}
