// The two passes over a picture of four bytes a pixel: columns first, of which few rows are left, then rows. Both take
// what fills vectors, and then what is left over one pixel at a time, which is all without SIMD. The innermost loops are
// `do … while`: it is one jump a round, where `for` is two in an engine that leaves loops as asc writes them.
import { Filter, WEIGHT_BITS } from "./filter";

// Between the passes a channel has 7 bits of fraction: with its 8 bits as many as 16 bits with a sign can hold.
const KEPT_BITS: i32 = 7;
const COLUMNS_SHIFT: i32 = WEIGHT_BITS - KEPT_BITS;
const COLUMNS_HALF: i32 = 1 << (COLUMNS_SHIFT - 1);
const ROW_SHIFT: i32 = WEIGHT_BITS + KEPT_BITS;
const ROW_HALF: i32 = 1 << (ROW_SHIFT - 1);

/** Blends `count` bytes of `taps` rows, whose addresses lie at `rows`, into numbers of 16 bits. */
export function blendColumns(rows: usize, weights: usize, taps: i32, count: usize, blended: usize): void {
  const end = weights + ((<usize>taps) << 1);
  let x: usize = 0;
  if (ASC_FEATURE_SIMD) {
    for (; x + 16 <= count; x += 16) {
      let s0 = i32x4.splat(COLUMNS_HALF), s1 = s0, s2 = s0, s3 = s0;
      let weight = weights, row = rows;
      do {
        const both = v128.load32_splat(weight);
        const upper = v128.load(load<usize>(row) + x);
        const lower = v128.load(load<usize>(row, sizeof<usize>()) + x);
        const left = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = i8x16.shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(left), both));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(left), both));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), both));
        s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), both));
        weight += 4;
        row += 2 * sizeof<usize>();
      } while (weight != end);
      const to = blended + (x << 1);
      v128.store(to, i16x8.narrow_i32x4_s(i32x4.shr_s(s0, COLUMNS_SHIFT), i32x4.shr_s(s1, COLUMNS_SHIFT)));
      v128.store(to, i16x8.narrow_i32x4_s(i32x4.shr_s(s2, COLUMNS_SHIFT), i32x4.shr_s(s3, COLUMNS_SHIFT)), 16);
    }
  }
  for (; x < count; x += 4) {
    let s0 = COLUMNS_HALF, s1 = COLUMNS_HALF, s2 = COLUMNS_HALF, s3 = COLUMNS_HALF;
    let weight = weights, row = rows;
    do {
      const pixel = load<usize>(row) + x, w = <i32>load<i16>(weight);
      s0 += w * load<u8>(pixel);
      s1 += w * load<u8>(pixel, 1);
      s2 += w * load<u8>(pixel, 2);
      s3 += w * load<u8>(pixel, 3);
      weight += 2;
      row += sizeof<usize>();
    } while (weight != end);
    const to = blended + (x << 1);
    store<i16>(to, s0 >> COLUMNS_SHIFT);
    store<i16>(to, s1 >> COLUMNS_SHIFT, 2);
    store<i16>(to, s2 >> COLUMNS_SHIFT, 4);
    store<i16>(to, s3 >> COLUMNS_SHIFT, 6);
  }
}

/** Blends the pixels of such a row into `count` of the result. Behind the row, `taps` more pixels can be read. */
export function blendRow(blended: usize, filter: Filter, count: i32, target: usize): void {
  const size = (<usize>filter.taps) << 1;
  let weights = filter.weights(0);
  let x = 0;
  if (ASC_FEATURE_SIMD) {
    for (; x + 4 <= count; x += 4, target += 16, weights += 4 * size) {
      const p0 = blendPixel(blended + ((<usize>filter.first(x)) << 3), weights, size);
      const p1 = blendPixel(blended + ((<usize>filter.first(x + 1)) << 3), weights + size, size);
      const p2 = blendPixel(blended + ((<usize>filter.first(x + 2)) << 3), weights + 2 * size, size);
      const p3 = blendPixel(blended + ((<usize>filter.first(x + 3)) << 3), weights + 3 * size, size);
      v128.store(target, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(p0, p1), i16x8.narrow_i32x4_s(p2, p3)));
    }
  }
  for (; x < count; ++x, target += 4) {
    let pixel = blended + ((<usize>filter.first(x)) << 3);
    let s0 = ROW_HALF, s1 = ROW_HALF, s2 = ROW_HALF, s3 = ROW_HALF;
    const end = weights + size;
    do {
      const w = <i32>load<i16>(weights);
      s0 += w * load<i16>(pixel);
      s1 += w * load<i16>(pixel, 2);
      s2 += w * load<i16>(pixel, 4);
      s3 += w * load<i16>(pixel, 6);
      weights += 2;
      pixel += 8;
    } while (weights != end);
    store<u8>(target, s0 >> ROW_SHIFT);
    store<u8>(target, s1 >> ROW_SHIFT, 1);
    store<u8>(target, s2 >> ROW_SHIFT, 2);
    store<u8>(target, s3 >> ROW_SHIFT, 3);
  }
}

/** Four channels, of which each has 32 bits. Reads what is left of a vector behind the last pixel. */
// @ts-ignore: decorator
@inline
function blendPixel(pixels: usize, weights: usize, size: usize): v128 {
  let sums = i32x4.splat(ROW_HALF);
  const end = weights + size;
  do {
    const pixel = v128.load(pixels), next = v128.load(pixels, 8);
    const both = i8x16.shuffle(pixel, next, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(both, v128.load32_splat(weights)));
    weights += 4;
    pixels += 16;
  } while (weights != end);
  return i32x4.shr_s(sums, ROW_SHIFT);
}
