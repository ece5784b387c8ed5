import { describe, expect, it } from "vitest";
import { blake2b } from "./blake2b.js";

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe("Blake2b-256", () => {
  it.each([
    ["", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"],
    ["abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"],
    ["The quick brown fox jumps over the lazy dog", "01718cec35cd3d796dd00020e0bfecb473ad23457d063b75eff29c0ffa2e58a9"],
  ])("of %j is the published digest", (message, digest) => {
    expect(hex(blake2b(text(message)))).toBe(digest);
  });

  // Digests of the bytes (7 i + 3) mod 256, by Python's hashlib.
  it.each([
    [1, "e88bd757ad5b9bedf372d8d3f0cf6c962a469db61a265f6418e1ffed86da29ec"],
    [127, "c9ae3859964b35f04c54b36d33cf299d7290ee621005d28e51598a943560aaaa"],
    [128, "f0501d06597880592bc49234eef100ec1ff349058d0e9d9b753504e24af86dd6"],
    [129, "a34a4e1e03c541dfbf3099c4b6c143c022ced65c28bd7e8a10e0a098461aecf0"],
    [256, "d93ebb9c802f5630ab22516fd82b6c21bc8bd551d531349b715f046ed11ed871"],
    [1000, "d62b6c768ce1afc8367e0498ab2f8e3f7c178c35b1429f14c4604b545d200f52"],
  ] as const)("of %i patterned bytes is what hashlib says", (length, digest) => {
    expect(hex(blake2b(Uint8Array.from({ length }, (_, i) => i * 7 + 3)))).toBe(digest);
  });
});
