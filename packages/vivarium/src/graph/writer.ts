/** Numbers and bytes into one growing array, little-endian. */

export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for so many bytes, which are zero, and returns where they begin. */
  skip(count: number): number {
    const at = this.length;
    if (at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, at + count));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.length = at + count;
    return at;
  }
  /** Writes at places that exist already. Read this anew after anything that makes room. */
  get view(): DataView {
    return this.#view;
  }
  u8(value: number): void {
    const at = this.skip(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.skip(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.skip(4);
    this.#view.setUint32(at, value, true);
  }
  u64(value: number | bigint): void {
    const at = this.skip(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }
  f64(value: number): void {
    const at = this.skip(8);
    this.#view.setFloat64(at, value, true);
  }
  put(bytes: Uint8Array): void {
    const at = this.skip(bytes.length);
    this.#bytes.set(bytes, at);
  }
  align(): void {
    this.skip((8 - (this.length % 8)) % 8);
  }
  /** What has been written, in place. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}
