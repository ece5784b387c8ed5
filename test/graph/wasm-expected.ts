/** What the scenarios of `wasm-scenarios.ts` come to, in Node and in browsers. */
export const EXPECTED = {
  endless: {
    rounds: [
      ["timeout: deadline: no answer after 150 ms", "42", 2, 2, 1, "quiet"],
      ["1", "42", 2, 2, 0, "quiet"],
      ["timeout: deadline: no answer after 150 ms", "42", 2, 2, 1, "quiet"],
      ["1", "42", 2, 2, 0, "quiet"],
    ],
    wrong: "timeout: deadline: no answer after 150 ms",
    faults: 2,
  },
  kinds: {
    steps: 1,
    divide: "arith",
    unreachable: "unreachable",
    outside: "memory",
    deep: "stack",
    indirect: "illegal",
    large: "limit",
    counts: "1",
    again: "1",
    divides: "3",
  },
  pages: ["4", "1", "2"],
  talks: {
    told: "1004",
    denied: "denied: fs.read: fs.r is not granted",
    beyond: "memory: out_write: memory access out of bounds",
    heard: ["1 hi", "1 text", "1 hi"],
    reads: 1,
    asks: "limit: more than 1000 host calls whose results are waited for",
    chatters: "timeout: deadline: no answer after 300 ms",
  },
  values: ["añb 1,2 18446744073709551615 -0.5 {},{}", '["x","1n"]', "abi: the result is not one list of values"],
  repeated: { same: true, quick: true, trap: "timeout: deadline: no answer after 200 ms" },
} as const;
