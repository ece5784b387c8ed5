/** Turns the bytes of a file into a program of whichever PVM format they are. */

import { LoadError } from "../../machine/errors.js";
import { decodeBlob, type ProgramBlob } from "./blob.js";
import { type Container, decodeContainer, looksLikeContainer } from "./container.js";
import { decodeWrapped, type WrappedProgram } from "./metadata.js";
import { decodeSpi, type StandardProgram } from "./spi.js";

/** A program file, by format. `wrapper` is there when metadata stands in front. */
export type ProgramFile =
  | { readonly format: "spi"; readonly program: StandardProgram; readonly wrapper?: WrappedProgram }
  | { readonly format: "container"; readonly program: Container; readonly wrapper?: WrappedProgram }
  | { readonly format: "blob"; readonly program: ProgramBlob };

/** The formats, as users know them. */
export type ProgramFormat = ProgramFile["format"] | "wrapped";

/**
 * Recognises and decodes a program file: a container by its magic, and a standard program, a program blob or one of
 * these behind metadata by the fact that all their lengths, one after the other, have to meet the end of the input.
 * A standard program is never taken for anything else, because that reading is tried first.
 *
 * @param bytes the whole file
 * @param format what the file is, when that is known; then its errors are exactly those of that format
 * @throws LoadError what the decoder of the recognised format throws; `PVM_UNRECOGNISED` when no reading fits, with the
 *   offset that the reading which got furthest stopped at
 */
export function decodeProgramFile(bytes: Uint8Array, format?: ProgramFormat): ProgramFile {
  if (format !== undefined) return DECODERS[format](bytes);
  if (looksLikeContainer(bytes)) return DECODERS.container(bytes);
  const errors: [string, LoadError][] = [];
  for (const [name, decode] of READINGS) {
    try {
      return decode(bytes);
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      errors.push([name, error]);
    }
  }
  throw unrecognised(errors);
}

const DECODERS: Readonly<Record<ProgramFormat, (bytes: Uint8Array) => ProgramFile>> = {
  spi: (bytes) => ({ format: "spi", program: decodeSpi(bytes) }),
  container: (bytes) => ({ format: "container", program: decodeContainer(bytes) }),
  blob: (bytes) => ({ format: "blob", program: decodeBlob(bytes) }),
  wrapped: (bytes) => {
    const wrapper = decodeWrapped(bytes);
    const { payload, payloadOffset } = wrapper;
    return looksLikeContainer(payload)
      ? { format: "container", program: decodeContainer(payload, payloadOffset), wrapper }
      : { format: "spi", program: decodeSpi(payload, payloadOffset), wrapper };
  },
};

/** The readings without a magic, in the order in which they are tried, with their names for errors. */
const READINGS: readonly (readonly [string, (bytes: Uint8Array) => ProgramFile])[] = [
  ["a standard program", DECODERS.spi],
  ["a program behind metadata", DECODERS.wrapped],
  ["a program blob", DECODERS.blob],
];

function unrecognised(errors: readonly (readonly [string, LoadError])[]): LoadError {
  // Behind metadata stands the magic of a container: what is wrong with that is worth more than a list of guesses.
  const container = errors.find(([, { code }]) => code.startsWith("PVM_CONTAINER_"));
  if (container !== undefined) return container[1];
  const furthest = errors.reduce((best, each) => ((each[1].offset ?? 0) > (best[1].offset ?? 0) ? each : best));
  const list = errors.map(([name, { message }]) => `not ${name}: ${message}`).join("; ");
  return new LoadError(
    "PVM_UNRECOGNISED",
    `this is no PVM program (${list})`,
    { offset: furthest[1].offset, expected: "a standard program, a program blob or a container" },
    { cause: furthest[1] },
  );
}
