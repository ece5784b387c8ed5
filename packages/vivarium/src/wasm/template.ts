/** Turns a finished module into text, and the text into the module again with only the functions that are wanted. */
import { ByteWriter } from "./module.js";

/** A function that nobody calls: no locals, `unreachable`. */
const ABSENT = Uint8Array.of(3, 0, 0x00, 0x0b);
const CODE_SECTION = 10;

/**
 * Text of a module whose last section is its code: everything in front of that, then the bodies of its functions, as
 * bytes in base64 behind a list of their lengths.
 */
export function templateOf(module: Uint8Array): string {
  let at = 8;
  const u32 = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (module[at] !== CODE_SECTION) {
    at++;
    const length = u32();
    at += length;
  }
  const lengths = [at++];
  u32();
  const count = u32();
  const first = at;
  for (let k = 0; k < count; k++) {
    const start = at;
    const length = u32();
    at += length;
    lengths.push(at - start);
  }
  if (at !== module.length) throw new TypeError("the code is not the module's last section");
  const bytes = [...module.subarray(0, lengths[0]), ...module.subarray(first)];
  return `${lengths.join()} ${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The module again; functions that are not wanted are there, but must not be called.
 *
 * @param wanted asked for every one of the module's own functions, by number, with how many there are
 */
export function fromTemplate(text: string, wanted: (fn: number, count: number) => boolean): Uint8Array<ArrayBuffer> {
  const space = text.indexOf(" ");
  const lengths = text.slice(0, space).split(",");
  const bytes = atob(text.slice(space + 1));
  const head = Number(lengths[0]);
  const code = new ByteWriter(4096);
  const count = lengths.length - 1;
  code.u32(count);
  let at = head;
  for (let k = 1; k <= count; k++) {
    const end = at + Number(lengths[k]);
    if (wanted(k - 1, count)) for (let b = at; b < end; b++) code.u8(bytes.charCodeAt(b));
    else code.append(ABSENT);
    at = end;
  }
  const out = new ByteWriter(head + code.length + 8);
  for (let b = 0; b < head; b++) out.u8(bytes.charCodeAt(b));
  out.u8(CODE_SECTION);
  out.u32(code.length);
  out.append(code.bytes.subarray(0, code.length));
  return out.done() as Uint8Array<ArrayBuffer>;
}
