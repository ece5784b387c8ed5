/** Turns a manifest file into limits and grants; what is wrong with it is reported by line and column. */

import { type Manifest, readManifest, VivError } from "vivarium";
import { CliError } from "./exit-codes.js";
import { readInput } from "./input.node.js";
import { JsonTextError, type Place, parseJsonText } from "./json-text.js";

/** A manifest and what its file is called. */
export interface ManifestFile extends Manifest {
  /** Refuses grants other than these, which the program's guest has. @throws CliError */
  checkGrants(grantable: readonly string[]): void;
}

/** @throws CliError with exit `input` */
export function readManifestFile(name: string): ManifestFile {
  const label = name === "-" ? "standard input" : name;
  const refuse = (place: Place, code: string, message: string, expected?: string): never => {
    throw new CliError("input", `${label}:${place.line}:${place.column}: ${message} (${code})`, {
      details: { code, ...place, ...(expected === undefined ? {} : { expected }) },
    });
  };
  const { value, placeOf } = parse(new TextDecoder().decode(readInput(name)), refuse);
  const check = (part: unknown, path: string): Manifest => {
    try {
      return readManifest(part);
    } catch (error) {
      if (!(error instanceof VivError)) throw error;
      return refuse(placeOf(path), error.code, error.message);
    }
  };
  // One field after the other first: then it is known which one is wrong.
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [field, content] of Object.entries(value)) check({ [field]: content }, field);
  }
  const manifest = check(value, "");
  return {
    ...manifest,
    checkGrants: (grantable) => {
      for (const grant of manifest.grant) {
        if (grantable.includes(grant)) continue;
        const items = (value as { readonly grant: readonly string[] }).grant;
        const expected = grantable.length === 0 ? "no grants" : `of ${grantable.join(", ")}`;
        const message = `there is no host function ${JSON.stringify(grant)} to grant (expected ${expected})`;
        refuse(placeOf(`grant/${items.indexOf(grant)}`), "MANIFEST_UNKNOWN_GRANT", message, expected);
      }
    },
  };
}

type Refuse = (place: Place, code: string, message: string, expected?: string) => never;

function parse(text: string, refuse: Refuse): ReturnType<typeof parseJsonText> {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return refuse(error.place, "MANIFEST_JSON", error.message, error.expected);
  }
}
