/** The import law of `docs/design.md`: arrows between the parts of the engine point one way. */

const SRC = "^packages/vivarium/src";
const TESTS = "\\.test(-support)?\\.ts$";

/** A part of the engine may import itself and the parts named; nothing else inside the package. */
const part = (name, mayImport, comment) => ({
  name: `part-${name}`,
  comment,
  severity: "error",
  from: { path: `${SRC}/${name}/`, pathNot: TESTS },
  to: { path: `${SRC}/`, pathNot: [name, ...mayImport].map((allowed) => `${SRC}/${allowed}`) },
});

/** Error classes are shared by every part; the file itself imports nothing. */
const ERRORS = "machine/errors\\.ts$";
/** A helper that imports nothing either. */
const NEXT_TURN = "machine/next-turn\\.ts$";

module.exports = {
  forbidden: [
    part("isa", [ERRORS], "isa says what an instruction set is; it knows nobody."),
    part("wasm", [ERRORS], "wasm writes WebAssembly bytes; it knows nobody."),
    part("machine", ["isa/", "wasm/"], "a machine knows instruction sets and the byte emitter at most."),
    part("tiers", ["isa/", "wasm/", "machine/"], "tiers derive themselves from tables and drive machines."),
    part("monitors", ["isa/", "machine/"], "a monitor watches a machine, in any tier."),
    part("guests", ["isa/", "machine/"], "a guest is a table and a format: it knows nothing of tiers or WebAssembly."),
    part("native", ["machine/", "[^/]+\\.ts$"], "native code and C functions come on top of the public API."),
    part("graph", ["[^/]+\\.ts$", NEXT_TURN], "the graph is built on the public API, like a user's program."),
    part("places", ["[^/]+\\.ts$"], "places are built on the public API, like a user's program."),
    {
      name: "guests-apart",
      comment: "A guest knows no other guest.",
      severity: "error",
      from: { path: `${SRC}/guests/([^/]+)/`, pathNot: TESTS },
      to: { path: `${SRC}/guests/`, pathNot: `${SRC}/guests/($1/|[^/]+\\.ts$)` },
    },
    {
      name: "no-cycles",
      comment:
        "A cycle between folders cannot be understood, tested or shaken out of a bundle piece by piece. Inside a folder files may need each other, as the parts of a recursive-descent parser do.",
      severity: "error",
      from: { path: "^(.+)/[^/]+$", pathNot: "node_modules" },
      to: { circular: true, via: { pathNot: "^$1/[^/]+$" } },
    },
    {
      name: "node-files-stay-in-node",
      comment: "A `.node.ts` file is never reachable from an entry that browsers import.",
      severity: "error",
      from: { path: `${SRC}/[^/]+\\.ts$`, pathNot: "\\.node\\.ts$|\\.test\\.ts$" },
      to: { path: "\\.node\\.ts$", reachable: true },
    },
    {
      name: "node-modules-in-node-files",
      comment: "Node's own modules are imported by `.node.ts` files only.",
      severity: "error",
      from: { path: `${SRC}/`, pathNot: `\\.node\\.ts$|${TESTS}` },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-dependencies",
      comment: "The library has no required dependency at run time; optional ones are imported by `.node.ts` files.",
      severity: "error",
      from: { path: `${SRC}/`, pathNot: `\\.node\\.ts$|\\.web\\.ts$|${TESTS}` },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "tests-stay-tests",
      comment: "What ships never imports a test.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: "unresolvable",
      comment: "An import that cannot be resolved.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
