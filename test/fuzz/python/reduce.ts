/** A program that shows a difference into a short one that still does: blocks are left out or taken out of their headers. */

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The line behind the block that a line opens. */
function blockEnd(lines: readonly string[], at: number): number {
  const depth = indentOf(lines[at] as string);
  let end = at + 1;
  while (end < lines.length && indentOf(lines[end] as string) > depth) end++;
  return end;
}

/** Shorter texts of the block at a line: without it, and with its inside in its place. */
function* shorter(lines: readonly string[], at: number): Generator<string[]> {
  const end = blockEnd(lines, at);
  const [before, after] = [lines.slice(0, at), lines.slice(end)];
  yield [...before, ...after];
  if (end === at + 1) return;
  const less = indentOf(lines[at + 1] as string) - indentOf(lines[at] as string);
  const inside = lines.slice(at + 1, end).map((line) => line.slice(less));
  yield [...before, ...inside, ...after];
  // `try:` goes with its handlers.
  let rest = end;
  while (rest < lines.length && /^ *(?:except|finally|else|elif|case)\b/.test(lines[rest] as string)) {
    rest = blockEnd(lines, rest);
  }
  if (rest === end) return;
  yield [...before, ...lines.slice(rest)];
  yield [...before, ...inside, ...lines.slice(rest)];
}

/** @param differs whether a text still shows the difference; asked at most `asks` times. */
export async function reduceProgram(
  text: string,
  differs: (text: string) => Promise<boolean>,
  asks = 400,
): Promise<string> {
  let lines = text.split("\n").filter((line) => line.trim() !== "");
  for (let smaller = true; smaller && asks > 0; ) {
    smaller = false;
    for (let at = lines.length - 1; at >= 0; at--) {
      for (const candidate of shorter(lines, Math.min(at, lines.length - 1))) {
        if (asks-- <= 0) return `${lines.join("\n")}\n`;
        if (!(await differs(`${candidate.join("\n")}\n`))) continue;
        lines = candidate;
        smaller = true;
        break;
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
