/** Strings as sequences of code points over JavaScript's UTF-16. */

let lastString = "";
let lastBmp = true;

/** Has the string no surrogates, so that units are code points? Remembers the last long one. */
export function isBmp(s: string): boolean {
  const { length } = s;
  if (length > 64) {
    if (s === lastString) return lastBmp;
    lastString = s;
    lastBmp = !/[\ud800-\udfff]/.test(s);
    return lastBmp;
  }
  for (let i = 0; i < length; i++) {
    const c = s.charCodeAt(i);
    if (c >= 0xd800 && c <= 0xdfff) return false;
  }
  return true;
}

/** The code points, each as a string. */
export function codePoints(s: string): string[] {
  return Array.from(s);
}

let splitOf = "";
let split: string[] = [];
/** As {@link codePoints}, remembering the last string. Do not change the result. */
export function sharedCodePoints(s: string): readonly string[] {
  if (s !== splitOf) {
    split = Array.from(s);
    splitOf = s;
  }
  return split;
}

export function strLength(s: string): number {
  return isBmp(s) ? s.length : sharedCodePoints(s).length;
}

/** The one-character string at a position that is known to exist. */
export function codePointAt(s: string, at: number): string {
  return isBmp(s) ? s[at]! : sharedCodePoints(s)[at]!;
}

/** The part from one position to another. */
export function substring(s: string, start: number, stop: number): string {
  return isBmp(s)
    ? s.slice(start, Math.max(start, stop))
    : sharedCodePoints(s).slice(start, Math.max(start, stop)).join("");
}

/** Converts an offset in UTF-16 units to one in code points. */
export function unitsToPoints(s: string, units: number): number {
  return isBmp(s) ? units : Array.from(s.slice(0, units)).length;
}

/** Converts an offset in code points to one in UTF-16 units. */
export function pointsToUnits(s: string, points: number): number {
  return isBmp(s) ? points : sharedCodePoints(s).slice(0, points).join("").length;
}
