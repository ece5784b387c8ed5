/** The topics that random programs have scenes of. */

import type { Writer } from "../writer.js";
import { attributes, inheritance, metaclasses, operators } from "./classes.js";
import { exceptions, flow, generators, order } from "./control.js";
import { calls, closures, comprehensions, decorators } from "./functions.js";
import { coroutines, library, patterns } from "./modern.js";
import { bytesLike, formats, integers, mappings, slices, strings } from "./values.js";

/** Each writes one scene. */
export const TOPICS: Readonly<Record<string, (w: Writer) => void>> = {
  attributes,
  bytesLike,
  calls,
  closures,
  comprehensions,
  coroutines,
  decorators,
  exceptions,
  flow,
  formats,
  generators,
  inheritance,
  integers,
  library,
  mappings,
  metaclasses,
  operators,
  order,
  patterns,
  slices,
  strings,
};
