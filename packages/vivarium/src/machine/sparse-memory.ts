/** Guest memory as a map of page buffers: what runs without WebAssembly, and the oracle for the paged one. */
import { GuestMemory, PAGE } from "./memory.js";

export class SparseMemory extends GuestMemory {
  readonly #pages = new Map<number, Uint8Array>();

  protected override get residentPages(): number {
    return this.#pages.size;
  }
  protected override pages(): Iterable<number> {
    return this.#pages.keys();
  }
  protected override find(page: number): Uint8Array | undefined {
    return this.#pages.get(page);
  }
  protected override create(page: number): Uint8Array {
    const bytes = new Uint8Array(PAGE);
    this.#pages.set(page, bytes);
    return bytes;
  }
  protected override drop(page: number): void {
    this.#pages.delete(page);
  }
  protected override changed(): void {}
}
