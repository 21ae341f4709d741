// Which elements of a line weigh how much in each element of the line it is resized to: a triangle over the nearest two,
// or over more where the line shrinks, so that each has its share.
//
// Weights are computed in whole numbers only, so that every machine and language finds the same.

/** The weights of one result add up to 1. */
export const WEIGHT_BITS: i32 = 14;

/** Weights for lines of 1 to 32767 elements; `free` it. */
export class Filter {
  /** Weights of each result: an even number. */
  readonly taps: i32;
  private readonly places: usize;
  private readonly table: usize;

  constructor(size: i32, toSize: i32) {
    const taps = 2 * ((max(size, toSize) + toSize - 1) / toSize);
    this.taps = taps;
    this.places = heap.alloc((<usize>toSize) << 2);
    this.table = heap.alloc((<usize>(toSize * taps)) << 1);
    for (let i = 0; i < toSize; ++i) this.weigh(i, size, toSize);
  }

  free(): void {
    heap.free(this.table);
    heap.free(this.places);
  }

  /** The element that a result's first weight is for. */
  @inline
  first(result: i32): i32 {
    return load<i32>(this.places + ((<usize>result) << 2));
  }

  /** Where the weights of a result lie, `taps` of 16 bits; 0 for what lies beyond the line. */
  @inline
  weights(result: i32): usize {
    return this.table + ((<usize>(result * this.taps)) << 1);
  }

  private weigh(result: i32, size: i32, toSize: i32): void {
    // Lengths are in units of which an element has 2 * toSize, and an element of the result 2 * size.
    const reach = <i64>(2 * max(size, toSize));
    const centre = (2 * <i64>result + 1) * size;
    const before = centre - reach - toSize;
    const inside = before < 0 ? 0 : <i32>(before / (2 * toSize)) + 1;
    const first = min(inside, max(size - this.taps, 0));
    store<i32>(this.places + ((<usize>result) << 2), first);

    let total: i64 = 0;
    for (let t = 0; t < this.taps; ++t) total += share(first + t, size, toSize, centre, reach);

    // What is rounded is the sum so far: then the weights add up.
    let sum: i64 = 0, given: i64 = 0;
    for (let t = 0; t < this.taps; ++t) {
      sum += share(first + t, size, toSize, centre, reach);
      const due = ((sum << (WEIGHT_BITS + 1)) + total) / (2 * total);
      store<i16>(this.weights(result) + ((<usize>t) << 1), <i16>(due - given));
      given = due;
    }
  }
}

function share(element: i32, size: i32, toSize: i32, centre: i64, reach: i64): i64 {
  const distance = (2 * <i64>element + 1) * toSize - centre;
  return element < size ? max(reach - abs(distance), 0) : 0;
}
