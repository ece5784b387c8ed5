/** Numbers, text and tagged scalars as bytes, and back; reading checks everything. */

import { LoadError } from "../../../machine/errors.js";

export class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  private room(n: number): void {
    if (this.length + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + n));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
  u8(v: number): void {
    this.room(1);
    this.bytes[this.length++] = v;
  }
  u32(v: number): void {
    this.room(4);
    this.view.setUint32(this.length, v, true);
    this.length += 4;
  }
  /** A non-negative safe integer in groups of seven bits, the lowest first. */
  uint(v: number): void {
    this.room(8);
    while (v >= 0x80) {
      this.bytes[this.length++] = (v % 0x80) | 0x80;
      v = Math.floor(v / 0x80);
    }
    this.bytes[this.length++] = v;
  }
  f64(v: number): void {
    this.room(8);
    this.view.setFloat64(this.length, v, true);
    this.length += 8;
  }
  /** Text by UTF-16 units, for strings may hold lone surrogates; Latin-1 text takes one byte a unit. */
  text(s: string): void {
    let wide = 0;
    for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 0xff) wide = 1;
    this.uint(2 * s.length + wide);
    this.room(2 * s.length);
    for (let i = 0; i < s.length; i++) {
      const c = s.charCodeAt(i);
      this.bytes[this.length++] = c & 0xff;
      if (wide) this.bytes[this.length++] = c >> 8;
    }
  }
  raw(b: Uint8Array): void {
    this.room(b.length);
    this.bytes.set(b, this.length);
    this.length += b.length;
  }
  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }
}

export class Reader {
  at = 0;
  private readonly view: DataView;
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  fail(reason: string): never {
    throw new LoadError("SNAPSHOT_INVALID", reason, { offset: this.at });
  }
  private need(n: number): void {
    if (n > this.bytes.length - this.at) this.fail("the snapshot ends too early");
  }
  u8(): number {
    this.need(1);
    return this.bytes[this.at++]!;
  }
  u32(): number {
    this.need(4);
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  uint(): number {
    let v = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const b = this.u8();
      v += (b & 0x7f) * scale;
      if (v > Number.MAX_SAFE_INTEGER) this.fail("a number is too large");
      if (b < 0x80) return v;
    }
  }
  f64(): number {
    this.need(8);
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }
  /** A number of items that take at least `size` bytes each. */
  count(size = 1): number {
    const n = this.uint();
    this.need(n * size);
    return n;
  }
  text(): string {
    const head = this.uint();
    const n = Math.floor(head / 2);
    const size = 1 + (head % 2);
    this.need(n * size);
    const parts: string[] = [];
    for (let i = 0; i < n; i += 4096) {
      const units: number[] = [];
      for (let j = i; j < Math.min(n, i + 4096); j++, this.at += size)
        units.push(size === 1 ? this.bytes[this.at]! : this.view.getUint16(this.at, true));
      parts.push(String.fromCharCode(...units));
    }
    return parts.join("");
  }
  raw(n: number): Uint8Array<ArrayBuffer> {
    this.need(n);
    this.at += n;
    return this.bytes.slice(this.at - n, this.at) as Uint8Array<ArrayBuffer>;
  }
  get left(): number {
    return this.bytes.length - this.at;
  }
}
