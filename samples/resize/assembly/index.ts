// Resizes pictures of four bytes a pixel (RGBA), over addresses in linear memory. Results are computed in whole numbers:
// they are the same on every machine, with SIMD or without.
import { blendColumns, blendRow } from "./blend";
import { Filter } from "./filter";

/** `size` bytes of memory, freed with `free`. */
export function alloc(size: usize): usize {
  return heap.alloc(size);
}

/** Gives back what `alloc` gave. */
export function free(address: usize): void {
  heap.free(address);
}

/** Writes the picture at `source`, resized to `toWidth` by `toHeight`, to `target`. Sides are 1 to 32767 pixels. */
export function resize(
  source: usize, width: i32, height: i32,
  target: usize, toWidth: i32, toHeight: i32,
): void {
  const across = new Filter(width, toWidth);
  const down = new Filter(height, toHeight);
  const stride = (<usize>width) << 2;
  const rows = heap.alloc(<usize>down.taps * sizeof<usize>());
  const blended = heap.alloc((stride + ((<usize>across.taps) << 2)) << 1);

  for (let y = 0; y < toHeight; ++y) {
    for (let t = 0; t < down.taps; ++t) {
      store<usize>(rows + <usize>t * sizeof<usize>(), source + <usize>min(down.first(y) + t, height - 1) * stride);
    }
    blendColumns(rows, down.weights(y), down.taps, stride, blended);
    blendRow(blended, across, toWidth, target);
    target += (<usize>toWidth) << 2;
  }

  heap.free(blended);
  heap.free(rows);
  down.free();
  across.free();
}
