/**
 * Which classes a machine's state is made of. Snapshots store an instance as the values of its fields; a blank instance
 * tells which fields there are and what may stand in them.
 */

export interface RecordRow {
  readonly name: string;
  /** A fresh instance whose fields will be replaced: it has the hidden class that the engine knows. */
  readonly blank: () => object;
  /** Fields that are not stored: the blank's value stays. */
  readonly skip: readonly string[];
}

const byPrototype = new Map<object, RecordRow>();
const byName = new Map<string, RecordRow>();

/** Declares a class of guest objects or of state behind them. Names are part of the snapshot format. */
export function record(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: constructors of any kind
  made: { readonly prototype: any },
  blank: () => object,
  skip: readonly string[] = [],
): void {
  if (byName.has(name)) throw new Error(`record ${name} declared twice`);
  const row: RecordRow = { name, blank, skip };
  byPrototype.set(made.prototype, row);
  byName.set(name, row);
}

export const recordOf = (object: object): RecordRow | undefined => byPrototype.get(Object.getPrototypeOf(object));
export const recordNamed = (name: string): RecordRow | undefined => byName.get(name);
