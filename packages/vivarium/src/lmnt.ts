/** `vivarium/lmnt`: LMNT archives, and the assembler and formula compiler that make them. */
import { createLmnt } from "./guests/lmnt/lmnt.js";
import { interpreter } from "./tiers/interpreter/backend.js";
import { portable } from "./tiers/portable/backend.js";

export const lmnt = createLmnt({ interpreter: interpreter(), portable });
