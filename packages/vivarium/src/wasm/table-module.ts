/** Modules that call functions through a table. */
import { type ByteWriter, ModuleWriter, type WriteSection } from "./module.js";

const FUNCREF = 0x70;

/** A module with a table of functions, imported or its own. */
export class TableModuleWriter extends ModuleWriter {
  readonly #elements: { offset: number; functions: number[] }[] = [];
  #own: number | undefined;

  importTable(module: string, name: string): void {
    this.import(module, name, (w) => {
      w.u8(1);
      limits(w, 0);
    });
  }
  /** Declares a table of functions of its own. */
  table(min: number): void {
    this.#own = min;
  }
  elements(offset: number, functions: number[]): void {
    this.#elements.push({ offset, functions });
  }
  exportTable(name: string): void {
    this.exports.push({ name, kind: 1, index: 0 });
  }

  protected override beforeExports(section: WriteSection): void {
    const min = this.#own;
    if (min === undefined) return;
    section(4, (w) => {
      w.u32(1);
      limits(w, min);
    });
  }
  protected override behindExports(section: WriteSection): void {
    if (this.#elements.length === 0) return;
    section(9, (w) => {
      w.u32(this.#elements.length);
      for (const e of this.#elements) {
        w.u32(0);
        w.u8(0x41);
        w.s32(e.offset);
        w.u8(0x0b);
        w.u32(e.functions.length);
        for (const f of e.functions) w.u32(f);
      }
    });
  }
}

function limits(w: ByteWriter, min: number): void {
  w.u8(FUNCREF);
  w.u8(0);
  w.u32(min);
}
