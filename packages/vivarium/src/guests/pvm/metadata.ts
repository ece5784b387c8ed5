/** Turns the preimage of a service's code into its metadata and the program behind it (`N(len) metadata program`). */

import { LoadError, VivError } from "../../machine/errors.js";
import { ByteReader, concatBytes, encodeNatural } from "./natural.js";

/** What SDKs write about a program (JIP-6). */
export interface ProgramInfo {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly authors: readonly string[];
}

/** A program with the metadata in front of it. The byte arrays are views of the input. */
export interface WrappedProgram {
  /** The metadata as it stands there; any bytes are allowed. */
  readonly metadata: Uint8Array;
  /** The metadata decoded, when it follows the convention of JIP-6. */
  readonly info: ProgramInfo | undefined;
  /** What follows the metadata: a standard program, or for CoreVM guests a container. Not looked at here. */
  readonly payload: Uint8Array;
  /** Offset of the payload in the file. */
  readonly payloadOffset: number;
}

/** The byte with which metadata of the conventional form begins. */
const CONVENTIONAL = 0;

/**
 * Splits metadata from program.
 * @param base offset of `bytes` in its file, for errors
 * @throws LoadError `PVM_TRUNCATED`, `PVM_NATURAL_NOT_SHORTEST`
 */
export function decodeWrapped(bytes: Uint8Array, base = 0): WrappedProgram {
  const reader = new ByteReader(bytes, base);
  const metadata = reader.take(reader.length("the length of the metadata"), "the metadata");
  const payloadOffset = reader.offset;
  const payload = reader.take(reader.remaining, "the program");
  return { metadata, info: decodeInfo(metadata), payload, payloadOffset };
}

/** Puts metadata in front of a program. */
export function encodeWrapped(metadata: Uint8Array | ProgramInfo, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = metadata instanceof Uint8Array ? metadata : encodeInfo(metadata);
  return concatBytes(encodeNatural(bytes.length), bytes, payload);
}

/**
 * Decodes metadata of the conventional form: a byte 0, then name, version and licence as strings, then the authors.
 * What follows is ignored, as the convention demands; metadata of any other form gives `undefined`, it is no error.
 */
export function decodeInfo(metadata: Uint8Array): ProgramInfo | undefined {
  const reader = new ByteReader(metadata);
  try {
    if (reader.unsigned(1, "the kind of metadata") !== CONVENTIONAL) return undefined;
    const name = readString(reader);
    const version = readString(reader);
    const license = readString(reader);
    // Every author takes at least the byte of its length, so the input bounds their number.
    const count = reader.length("the number of authors");
    const authors: string[] = [];
    for (let i = 0; i < count; i++) authors.push(readString(reader));
    return { name, version, license, authors };
  } catch (error) {
    if (error instanceof LoadError) return undefined;
    throw error;
  }
}

/** Encodes metadata of the conventional form. */
export function encodeInfo(info: ProgramInfo): Uint8Array<ArrayBuffer> {
  const strings = [info.name, info.version, info.license].map(encodeString);
  const authors = info.authors.map(encodeString);
  return concatBytes(Uint8Array.of(CONVENTIONAL), ...strings, encodeNatural(authors.length), ...authors);
}

function readString(reader: ByteReader): string {
  const { offset } = reader;
  const bytes = reader.take(reader.length("the length of a string"), "a string");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LoadError("PVM_METADATA_TEXT", "a string of the metadata is no UTF-8", { offset });
  }
}

function encodeString(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text))
    throw new VivError("PVM_METADATA_TEXT", "a string of the metadata has unpaired surrogates");
  const bytes = new TextEncoder().encode(text);
  return concatBytes(encodeNatural(bytes.length), bytes);
}
