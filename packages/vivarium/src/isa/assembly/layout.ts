/** Gives instructions of variable length their places: the shortest encodings that fit one another. */

/** An instruction before its place is known. */
export interface Placeable {
  /** Operand fields; those of `targets` are filled in with places. */
  readonly fields: Int32Array;
  /**
   * Fields that hold a place, and the item that stands there (the number of items: the end). Without an item the field
   * holds a fixed place already, but the distance to it depends on where the instruction stands.
   */
  readonly targets: readonly { readonly field: number; readonly item?: number }[];
  /** Bytes that a distance takes at least; default 0. */
  readonly room?: number;
}

export interface Layout {
  /** Where every item stands, and one more for the end. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Bytes that a distance takes at most. */
const MOST_ROOM = 4;

/**
 * Starts from the shortest encodings and lengthens what does not reach until nothing changes. No instruction ever
 * shrinks, so this ends: in at most four rounds for each instruction, in practice in three or four altogether.
 *
 * @param encode appends the bytes of item `index` at `at`, with at least `room` bytes for a distance
 */
export function layOut(
  items: readonly Placeable[],
  encode: (bytes: number[], index: number, at: number, room: number) => void,
): Layout {
  const starts = new Uint32Array(items.length + 1);
  const lengths = new Uint32Array(items.length);
  const rooms = Uint8Array.from(items, (item) => item.room ?? 0);
  const moving: number[] = [];
  let bytes: number[] = [];
  const place = (i: number): void => {
    for (const { field, item } of items[i].targets) if (item !== undefined) items[i].fields[field] = starts[item];
  };
  /** Encodes an item, in no fewer bytes than before. */
  const measure = (i: number): boolean => {
    for (;;) {
      const before = bytes.length;
      encode(bytes, i, starts[i], rooms[i]);
      const length = bytes.length - before;
      if (length >= lengths[i] || rooms[i] >= MOST_ROOM) {
        const grew = length > lengths[i];
        lengths[i] = Math.max(length, lengths[i]);
        return grew;
      }
      bytes.length = before;
      rooms[i]++;
    }
  };
  const sum = (): void => {
    for (let i = 0; i < items.length; i++) starts[i + 1] = starts[i] + lengths[i];
  };
  items.forEach((item, i) => {
    if (item.targets.length > 0) moving.push(i);
    // Before anything has a place, a distance of 0 gives the shortest length.
    for (const target of item.targets) if (target.item !== undefined) item.fields[target.field] = 0;
    bytes = [];
    encode(bytes, i, 0, rooms[i]);
    lengths[i] = bytes.length;
  });
  sum();
  for (let changed = true; changed; ) {
    changed = false;
    bytes = [];
    for (const i of moving) {
      place(i);
      if (measure(i)) changed = true;
    }
    sum();
  }
  bytes = [];
  items.forEach((_, i) => {
    place(i);
    measure(i);
  });
  return { starts, bytes: Uint8Array.from(bytes) };
}
