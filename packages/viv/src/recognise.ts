/** Turns the first bytes of a file into the guest it belongs to. */

import type { GuestName } from "./guest.js";

/** Bytes that are looked at to tell text from binary. */
const LOOK = 4096;

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return bytes.length >= magic.length && [...magic].every((char, i) => bytes[i] === char.charCodeAt(0));
}

/** MIR text begins, after comments and blank lines, with the label and head of a module. */
function looksLikeMirText(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, LOOK));
  return /^(?:\s|#[^\n]*\n)*[A-Za-z_$.%][\w$.%]*:\s*module\b/.test(text);
}

/** LMNT assembly begins, after comments, with a directive that no other has. */
function looksLikeLmntText(text: string): boolean {
  return /^(?:\s|;[^\n]*\n)*\.(?:lmnt|function|extern|constants)\b/.test(text.slice(0, LOOK));
}

/** A script that names its interpreter in the first line. */
function isPythonScript(bytes: Uint8Array): boolean {
  return /^#![^\n]*\bpython[\d.]*\b/.test(new TextDecoder().decode(bytes.subarray(0, 128)));
}

/** A file whose name says what its bytes do not. */
const EXTENSIONS: Readonly<Record<string, GuestName>> = {
  ".a64": "a64",
  ".formula": "lmnt",
  ".mir": "mir",
  ".bmir": "mir",
  ".py": "python",
  ".s": "a64",
};

/** The processor in the header of an ELF file. */
const AARCH64 = 183;

/** The first row that fits; a file that fits none is offered to the PVM, whose formats have no common mark. */
const MARKS: readonly (readonly [GuestName, (bytes: Uint8Array) => boolean])[] = [
  ["lmnt", (bytes) => startsWith(bytes, "LMNT\0")],
  ["mir", (bytes) => startsWith(bytes, "MIR") || looksLikeMirText(bytes)],
  ["python", isPythonScript],
  ["a64", (bytes) => startsWith(bytes, "\x7fELF") && bytes[18] === AARCH64],
];

/** The guest of a file, by its bytes, and failing that by its name. */
export function recognise(bytes: Uint8Array, name: string): GuestName {
  const extension = /\.[a-z0-9]+$/.exec(name)?.[0] ?? "";
  return MARKS.find(([, fits]) => fits(bytes))?.[0] ?? EXTENSIONS[extension] ?? "pvm";
}

/** The guest of an assembly text, by how it begins, and failing that by the name of its file. */
export function recogniseText(text: string, name: string): GuestName {
  if (looksLikeMirText(new TextEncoder().encode(text.slice(0, LOOK)))) return "mir";
  if (looksLikeLmntText(text)) return "lmnt";
  const guest = EXTENSIONS[/\.[a-z0-9]+$/.exec(name)?.[0] ?? ""];
  return guest === "mir" || guest === "a64" ? guest : "pvm";
}
