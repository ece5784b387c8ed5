export const functions: unknown;
export const build: unknown;
