/** The portable tier with all that a guest may need: memory, guest calls. */
import type { BackendFactory } from "../../machine/backend.js";
import { SparseMemory } from "../../machine/sparse-memory.js";
import { clearDead } from "../frames.js";
import { PortableBackend } from "./backend.js";

/** The portable tier. */
export const portable: BackendFactory = (code, limits) =>
  new PortableBackend(code, limits, { memory: new SparseMemory(limits.memory), clearDead });
