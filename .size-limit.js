// What an import costs a user, bundled and compressed (brotli). A limit is raised in the commit that explains why.
const node = (config) => ({ ...config, platform: "node", format: "esm" });

export default [
  {
    name: "vivarium: the error types alone",
    path: "packages/vivarium/dist/index.js",
    import: "{ LoadError }",
    limit: "2 kB",
  },
  {
    name: "viv: the command line, one file",
    path: "packages/viv/dist/viv.js",
    modifyEsbuildConfig: node,
    limit: "400 kB",
  },
];
