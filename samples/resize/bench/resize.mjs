// The same in JavaScript, to the bit: weights in whole numbers, first along columns, then along rows.

const WEIGHT_BITS = 14
const KEPT_BITS = 7 // of fraction, between the passes
const COLUMNS_SHIFT = WEIGHT_BITS - KEPT_BITS
const ROW_SHIFT = WEIGHT_BITS + KEPT_BITS

/** Writes the picture `source` of four bytes a pixel, resized to `toWidth` by `toHeight`, to `target`. */
export function resize(source, width, height, target, toWidth, toHeight) {
  const across = filter(width, toWidth)
  const down = filter(height, toHeight)
  const blended = new Int16Array((width + across.taps) * 4)
  for (let y = 0; y < toHeight; y++) {
    blendColumns(source, width, height, down, y, blended)
    blendRow(blended, across, target.subarray(y * toWidth * 4, (y + 1) * toWidth * 4))
  }
}

/** Which elements of a line weigh how much in each one of the line it is resized to: a triangle, wider where it shrinks. */
function filter(size, toSize) {
  const reach = 2 * Math.max(size, toSize) // in units of which an element has 2 * toSize
  const taps = 2 * Math.ceil(Math.max(size, toSize) / toSize)
  const first = new Int32Array(toSize)
  const weights = new Int16Array(toSize * taps)
  for (let i = 0; i < toSize; i++) {
    const centre = (2 * i + 1) * size
    const inside = Math.max(Math.floor((centre - reach - toSize) / (2 * toSize)) + 1, 0)
    first[i] = Math.min(inside, Math.max(size - taps, 0))
    const shares = Array.from({ length: taps }, (_, t) => {
      const distance = Math.abs((2 * (first[i] + t) + 1) * toSize - centre)
      return first[i] + t < size ? Math.max(reach - distance, 0) : 0
    })
    const total = shares.reduce((a, b) => a + b)
    let sum = 0
    let given = 0
    for (let t = 0; t < taps; t++) {
      sum += shares[t]
      const due = Math.floor((sum * 2 ** (WEIGHT_BITS + 1) + total) / (2 * total))
      weights[i * taps + t] = due - given
      given = due
    }
  }
  return { taps, first, weights }
}

function blendColumns(source, width, height, { taps, first, weights }, y, blended) {
  const count = 4 * width
  const rows = Int32Array.from({ length: taps }, (_, t) => Math.min(first[y] + t, height - 1) * count)
  for (let x = 0; x < count; x += 4) {
    let r = 1 << (COLUMNS_SHIFT - 1), g = r, b = r, a = r
    for (let t = 0; t < taps; t++) {
      const weight = weights[y * taps + t]
      const at = rows[t] + x
      r += weight * source[at]
      g += weight * source[at + 1]
      b += weight * source[at + 2]
      a += weight * source[at + 3]
    }
    blended[x] = r >> COLUMNS_SHIFT
    blended[x + 1] = g >> COLUMNS_SHIFT
    blended[x + 2] = b >> COLUMNS_SHIFT
    blended[x + 3] = a >> COLUMNS_SHIFT
  }
}

function blendRow(blended, { taps, first, weights }, target) {
  for (let x = 0; x < first.length; x++) {
    let r = 1 << (ROW_SHIFT - 1), g = r, b = r, a = r
    for (let t = 0, at = first[x] * 4; t < taps; t++, at += 4) {
      const weight = weights[x * taps + t]
      r += weight * blended[at]
      g += weight * blended[at + 1]
      b += weight * blended[at + 2]
      a += weight * blended[at + 3]
    }
    target[4 * x] = r >> ROW_SHIFT
    target[4 * x + 1] = g >> ROW_SHIFT
    target[4 * x + 2] = b >> ROW_SHIFT
    target[4 * x + 3] = a >> ROW_SHIFT
  }
}
