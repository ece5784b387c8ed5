// The five type-aware rules that biome cannot check. Everything else is biome's.
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: ["**/dist/**", "**/node_modules/**", "**/*.gen.ts", "**/fixtures/**", "**/vectors/**", "bench/peers/**"],
  },
  {
    files: [
      "packages/*/src/**/*.{ts,tsx}",
      "apps/*/src/**/*.{ts,tsx}",
      "test/**/*.ts",
      "scripts/**/*.ts",
      "bench/**/*.ts",
    ],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // A guest exception is thrown as a plain object: an Error would record a host stack at each raise, eight times dearer.
    // Switches over `typeof` of a guest value name the primitives and go on with objects.
    files: ["packages/vivarium/src/guests/python/**/*.ts"],
    rules: {
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/switch-exhaustiveness-check": "off",
    },
  },
);
