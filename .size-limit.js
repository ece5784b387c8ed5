// What an import costs a user, bundled and compressed (brotli). A limit is raised in the commit that explains why.
const node = (config) => ({ ...config, platform: "node", format: "esm" });
const entry = (name) => `packages/vivarium/dist/${name}.js`;

export default [
  { name: "vivarium: the error types alone", path: entry("index"), import: "{ LoadError }", limit: "2 kB" },
  { name: "vivarium/pvm: load and run, every tier", path: entry("pvm"), import: "{ pvm }", limit: "90 kB" },
  { name: "vivarium/jam: the invocations, every tier", path: entry("jam"), import: "{ jam }", limit: "100 kB" },
  {
    // The compiler of formulas is a chunk of its own, loaded by the first `compile`.
    name: "vivarium/lmnt: all that it exports, every tier",
    path: entry("lmnt"),
    import: "*",
    ignore: ["*/formula/compile.js"],
    limit: "40 kB",
  },
  {
    name: "vivarium/lmnt: archives, interpreter and jit",
    path: entry("lmnt"),
    import: "{ createLmnt, interpreter, jit }",
    ignore: ["*/formula/compile.js"],
    limit: "38 kB",
  },
  {
    name: "vivarium/lmnt: archives, without WebAssembly",
    path: entry("lmnt"),
    import: "{ createLmnt, portable }",
    ignore: ["*/formula/compile.js"],
    limit: "26 kB",
  },
  {
    name: "vivarium/lmnt/formula: with the compiler at once",
    path: entry("lmnt-formula"),
    import: "{ lmnt }",
    limit: "54 kB",
  },
  { name: "vivarium/a64: load and run, every tier", path: entry("a64"), import: "{ a64 }", limit: "95 kB" },
  { name: "vivarium/mir: load and run, every tier", path: entry("mir"), import: "{ mir }", limit: "120 kB" },
  { name: "vivarium/python: with its library", path: entry("python"), import: "{ python }", limit: "175 kB" },
  {
    name: "vivarium/python/core: the language, gzip",
    path: entry("python-core"),
    import: "{ python }",
    gzip: true,
    limit: "160 kB",
  },
  {
    name: "vivarium/graph: without guests",
    path: entry("graph"),
    import: "{ createGraph, openGraph }",
    limit: "40 kB",
  },
  {
    // Graphs brought the Python guest, the layout of pictures and a graph engine of their own.
    name: "viv: the command line, one file",
    path: "packages/viv/dist/viv.js",
    modifyEsbuildConfig: node,
    limit: "520 kB",
  },
];
