// Resizes pictures of four bytes a pixel (RGBA) with bilinear interpolation, over addresses in linear memory.
//
// A pixel's colour belongs to its centre; colours beyond the outermost centres are those of the edge. Places in the
// source are 16.16 fixed-point numbers, and of their fraction the upper 8 bits weigh the four neighbours, so the
// result is the same on every machine, with SIMD or without.

const ONE: i32 = 1 << 16; // one pixel
const HALF: i32 = ONE >> 1; // from a pixel's edge to its centre

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
  const stride = (<usize>width) << 2;
  const stepX = width * ONE / toWidth;
  const stepY = height * ONE / toHeight;

  for (let y = 0; y < toHeight; ++y) {
    const v = inside(y * stepY + (stepY >> 1) - HALF, height);
    const upper = source + (<usize>(v >> 16)) * stride;
    const lower = (v >> 16) + 1 < height ? upper + stride : upper;

    for (let x = 0; x < toWidth; ++x) {
      const u = inside(x * stepX + (stepX >> 1) - HALF, width);
      const left = (<usize>(u >> 16)) << 2;
      const right = (u >> 16) + 1 < width ? left + 4 : left;
      blend(target, upper + left, upper + right, lower + left, lower + right, (u >> 8) & 255, (v >> 8) & 255);
      target += 4;
    }
  }
}

/** `place`, or the nearest centre of the `size` pixels in a row or column where it lies beyond them. */
// @ts-ignore: decorator
@inline
function inside(place: i32, size: i32): i32 {
  return min(max(place, 0), (size - 1) * ONE);
}

/** Writes one pixel: the mixture of four, `right` of 256 parts from the right ones, `down` from the lower ones. */
// @ts-ignore: decorator
@inline
function blend(target: usize, ul: usize, ur: usize, ll: usize, lr: usize, right: i32, down: i32): void {
  if (ASC_FEATURE_SIMD) {
    const upper = i32x4.add(weighted(ul, 256 - right), weighted(ur, right));
    const lower = i32x4.add(weighted(ll, 256 - right), weighted(lr, right));
    const sum = i32x4.add(i32x4.mul(upper, i32x4.splat(256 - down)), i32x4.mul(lower, i32x4.splat(down)));
    const bytes = i32x4.shr_u(i32x4.add(sum, i32x4.splat(HALF)), 16);
    const halves = i16x8.narrow_i32x4_u(bytes, bytes);
    v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(halves, halves), 0);
  } else {
    for (let channel: usize = 0; channel < 4; ++channel) {
      const upper = mix(load<u8>(ul + channel), load<u8>(ur + channel), right);
      const lower = mix(load<u8>(ll + channel), load<u8>(lr + channel), right);
      store<u8>(target + channel, (mix(upper, lower, down) + HALF) >> 16);
    }
  }
}

/** 256 times the mixture of two values. */
// @ts-ignore: decorator
@inline
function mix(a: i32, b: i32, part: i32): i32 {
  return a * (256 - part) + b * part;
}

/** The four channels of a pixel, each times `weight`. */
// @ts-ignore: decorator
@inline
function weighted(pixel: usize, weight: i32): v128 {
  const channels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel)));
  return i32x4.mul(channels, i32x4.splat(weight));
}
