/**
 * LMNT archive to the text that {@link assemble} turns back into the same bytes.
 *
 * Tables that are laid out as the writer would lay them out are shown as what they mean; one that is not (shared or
 * overlapping code, unusual padding, names that are no UTF-8) is shown as bytes, and the definitions refer to it by
 * offset. Either way the round trip is exact.
 */
import {
  constantBits,
  instructionsOf,
  type LmntArchive,
  type LmntArchiveSource,
  type LmntDefinition,
  type LmntDefinitionSource,
  type LmntInstruction,
  type LmntTable,
  readHeader,
  sectionBits,
  writeArchive,
} from "./archive.js";
import { DefinitionFlag } from "./codes.js";
import { formatFloat32 } from "./floats.js";
import { operationsOf } from "./table.js";
import { type ValidationOptions, validate } from "./validate.js";

const HEX_PER_LINE = 32;

/**
 * Text of an archive.
 *
 * @throws LmntLoadError if the archive is not valid.
 */
export function disassemble(bytes: Uint8Array, options: ValidationOptions = {}): string {
  const archive = validate(bytes, options);
  const raw = rawTables(archive);
  const lines = [`.lmnt ${archive.variant}${versionText(archive)}`];
  if (raw.strings) lines.push(...hexLines(".strings", tableBytes(archive, archive.header.strings)));
  const constants = constantBits(archive);
  if (constants.length > 0) lines.push(...listLines(".constants", constants));
  if (raw.data) lines.push(...hexLines(".data-bytes", tableBytes(archive, archive.header.data)));
  else archive.sections.forEach((s, i) => lines.push(...listLines(`.data d${i}:`, sectionBits(archive, s))));
  if (raw.code) lines.push(...hexLines(".code", tableBytes(archive, archive.header.code)));
  for (const definition of archive.definitions) lines.push("", ...definitionLines(archive, definition, raw));
  return `${lines.join("\n")}\n`;
}

/** Text of one function's instructions, one a line, with labels; for listings and traces. */
export function disassembleFunction(archive: LmntArchive, definition: LmntDefinition): string[] {
  const instructions = instructionsOf(archive, definition);
  const targets = branchTargets(archive, instructions);
  const lines: string[] = [];
  for (let i = 0; i <= instructions.length; i++) {
    if (targets.has(i)) lines.push(`L${i}:`);
    if (i < instructions.length) lines.push(`  ${instructionText(archive, definition, instructions[i])}`);
  }
  return lines;
}

/** What an archive is made of, to be changed and written again. */
export function sourceOf(archive: LmntArchive): LmntArchiveSource {
  return {
    variant: archive.variant,
    version: archive.header.version,
    definitions: archive.definitions.map((definition) => definitionSource(archive, definition)),
    sections: archive.sections.map((section) => sectionBits(archive, section)),
    constants: constantBits(archive),
  };
}

function definitionSource(archive: LmntArchive, definition: LmntDefinition): LmntDefinitionSource {
  const { name, flags, argsCount, rvalsCount, stackCount, july2020 } = definition;
  const base = { name, flags, argsCount, rvalsCount, stackCount, july2020, rawDefaultArgs: definition.defaultArgs };
  return flags & DefinitionFlag.EXTERN
    ? { ...base, codeOffset: definition.code }
    : { ...base, code: instructionsOf(archive, definition) };
}

interface RawTables {
  readonly strings: boolean;
  readonly code: boolean;
  readonly data: boolean;
}

/** Which tables the writer would not reproduce. */
function rawTables(archive: LmntArchive): RawTables {
  // A name with a NUL inside its entry or bytes that are no UTF-8 cannot be laid out again.
  const instructions = archive.definitions.reduce((sum, d) => sum + instructionsOf(archive, d).length, 0);
  if (8 * instructions > archive.header.code.length) {
    return { ...compareTables(archive, { ...sourceOf(archive), definitions: [] }), code: true, strings: true };
  }
  return compareTables(archive, sourceOf(archive));
}

function compareTables(archive: LmntArchive, source: LmntArchiveSource): RawTables {
  const bytes = writeArchive(source);
  const header = readHeader(bytes);
  if (header === undefined) return { strings: true, code: true, data: true };
  const differs = (theirs: LmntTable, ours: LmntTable) =>
    theirs.length !== ours.length || tableBytes(archive, theirs).some((byte, i) => byte !== bytes[ours.offset + i]);
  const tables = {
    strings: differs(archive.header.strings, header.strings),
    code: differs(archive.header.code, header.code),
    data: differs(archive.header.data, header.data),
  };
  if (tables.strings || tables.code) return tables;
  // Same tables, but the definitions may refer to them in another way.
  const same = !differs(archive.header.definitions, header.definitions);
  return same ? tables : { ...tables, strings: true, code: true };
}

function tableBytes(archive: LmntArchive, table: LmntTable): Uint8Array {
  return archive.bytes.subarray(table.offset, table.offset + table.length);
}

function versionText(archive: LmntArchive): string {
  const { version } = archive.header;
  return version.some((byte) => byte !== 0) ? ` ${version.join(" ")}` : "";
}

function hexLines(directive: string, bytes: Uint8Array): string[] {
  const lines = [directive];
  for (let at = 0; at < bytes.length; at += HEX_PER_LINE) {
    const row = Array.from(bytes.subarray(at, at + HEX_PER_LINE), (byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`  ${row.join(" ")}`);
  }
  return [...lines, ".end"];
}

function listLines(directive: string, words: Uint32Array): string[] {
  const lines: string[] = [];
  let line = directive;
  words.forEach((bits, i) => {
    const item = `${formatFloat32(bits)}${i + 1 < words.length ? "," : ""}`;
    if (line.length + item.length > 110) {
      lines.push(line);
      line = "   ";
    }
    line += ` ${item}`;
  });
  return [...lines, line];
}

function definitionLines(archive: LmntArchive, definition: LmntDefinition, raw: RawTables): string[] {
  const { flags, name, argsCount, rvalsCount, stackCount, july2020 } = definition;
  const isExtern = (flags & DefinitionFlag.EXTERN) !== 0;
  const isHead = archive.variant === "head";
  const words = [isExtern ? ".extern" : ".function", nameText(name), `(${argsCount}) -> (${rvalsCount})`];
  if (!isExtern || stackCount !== argsCount + rvalsCount) words.push(`stack=${stackCount}`);
  if (raw.strings) words.push(`name=@${definition.nameOffset}`);
  if (isExtern ? definition.code !== 0 : raw.code) words.push(`code=@${definition.code}`);
  const hasDefaults = isHead && (flags & DefinitionFlag.HAS_DEFAULT_ARGS) !== 0;
  if (hasDefaults) words.push(`default=${raw.data ? "" : "d"}${definition.defaultArgs}`);
  else if (definition.defaultArgs !== 0) words.push(`default-field=${definition.defaultArgs}`);
  const implied =
    (isExtern ? DefinitionFlag.EXTERN : 0) |
    (hasDefaults ? DefinitionFlag.HAS_DEFAULT_ARGS : 0) |
    (isHead && definition.hasBackBranches ? DefinitionFlag.HAS_BACKBRANCHES : 0);
  if (flags !== implied) words.push(`flags=${flags}`);
  if (july2020 !== undefined) {
    if (july2020.stackCountAligned !== 0) words.push(`aligned=${july2020.stackCountAligned}`);
    if (july2020.baseArgsCount !== 0) words.push(`base-args=${july2020.baseArgsCount}`);
    if (july2020.bases.length > 0) words.push(`bases=${july2020.bases.map((base) => `@${base}`).join(",")}`);
  }
  if (isExtern) return [words.join(" ")];
  const body = disassembleFunction(archive, definition);
  // Code that is shown as bytes is listed for the reader only.
  return raw.code ? [words.join(" "), ...body.map((line) => `; ${line}`)] : [words.join(" "), ...body, ".end"];
}

/** A name as the assembler reads it: bare where it is an identifier, quoted otherwise. */
function nameText(name: string): string {
  return /^[A-Za-z_][\w.$]*$/.test(name) ? name : JSON.stringify(name);
}

function branchTargets(archive: LmntArchive, instructions: readonly LmntInstruction[]): Set<number> {
  const operations = operationsOf(archive.variant);
  const targets = new Set<number>();
  for (const { opcode, b, c } of instructions) {
    if (operations[opcode].operands[1].role === "codeLow") targets.add((b | (c << 16)) >>> 0);
  }
  return targets;
}

function instructionText(archive: LmntArchive, definition: LmntDefinition, instruction: LmntInstruction): string {
  const { mnemonic, operands } = operationsOf(archive.variant)[instruction.opcode];
  const values = [instruction.a, instruction.b, instruction.c] as const;
  const shown: string[] = [];
  const ignored: string[] = [];
  operands.forEach(({ role }, i) => {
    const value = values[i];
    const pair = (value | ((values[i + 1] ?? 0) << 16)) >>> 0;
    if (role === "read" || role === "write" || role === "frame") shown.push(slotText(archive, definition, value));
    else if (role === "immediateLow") shown.push(formatFloat32(pair));
    else if (role === "integerLow") shown.push(`${pair | 0}`);
    else if (role === "codeLow") shown.push(`L${pair}`);
    else if (role === "definitionLow") shown.push(calleeText(archive, pair));
    else if (role === "section" || role === "index" || role === "offset") shown.push(`${value}`);
    else if (role === "ignored" && value !== 0) ignored.push(`${"abc"[i]}=${value}`);
  });
  const tail = ignored.length > 0 ? ` {${ignored.join(" ")}}` : "";
  return `${mnemonic.padEnd(9)} ${shown.join(", ")}${tail}`.trimEnd();
}

/** The host function a call names: by name where that finds the same definition. */
function calleeText(archive: LmntArchive, offset: number): string {
  const callee = archive.definitions.find((definition) => definition.offset === offset);
  const first = archive.definitions.find((definition) => definition.name === callee?.name);
  return callee !== undefined && callee === first && !callee.name.startsWith("@")
    ? nameText(callee.name)
    : `@${offset}`;
}

/** A slot by its part of the stack: constant, argument, return value, local; `s` and its number past the stack. */
function slotText(archive: LmntArchive, definition: LmntDefinition, slot: number): string {
  const k = archive.constantsCount;
  const { argsCount, rvalsCount, stackCount } = definition;
  if (slot < k) return `k${slot}`;
  if (slot < k + argsCount) return `a${slot - k}`;
  if (slot < k + argsCount + rvalsCount) return `r${slot - k - argsCount}`;
  return slot < k + stackCount ? `t${slot - k - argsCount - rvalsCount}` : `s${slot}`;
}
