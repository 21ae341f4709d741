// The same product in JavaScript, cut as in src/: blocks are copied into the order in which tiles of four rows and two
// columns read them, as f64, which is what JavaScript computes with.

const ROWS = 4
const COLUMNS = 2
const DEPTH = 256 // of a block

const left = new Float64Array(DEPTH * ROWS)
const sums = new Float64Array(ROWS * COLUMNS)

/** c = a * b for square matrices of n * n f32, stored by rows. */
export function matmul(n, a, b, c) {
  const product = new Float32Array(c.buffer, c.byteOffset, n * n).fill(0)
  const right = new Float64Array(DEPTH * (n + COLUMNS))
  for (let k = 0; k < n; k += DEPTH) {
    const depth = Math.min(DEPTH, n - k)
    for (let j = 0; j < n; j += COLUMNS) packRight(right, n, depth, b, k, j)
    for (let i = 0; i < n; i += ROWS) {
      packLeft(n, depth, a, i, k)
      for (let j = 0; j < n; j += COLUMNS) {
        multiplyTile(right, depth, j * depth)
        addTile(product, n, i, j)
      }
    }
  }
}

function packRight(right, n, depth, b, k, j) {
  for (let d = 0, to = j * depth; d < depth; d++) {
    for (let s = 0; s < COLUMNS; s++) right[to++] = j + s < n ? b[(k + d) * n + j + s] : 0
  }
}

function packLeft(n, depth, a, i, k) {
  for (let d = 0, to = 0; d < depth; d++) {
    for (let r = 0; r < ROWS; r++) left[to++] = i + r < n ? a[(i + r) * n + k + d] : 0
  }
}

function multiplyTile(right, depth, from) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0
  for (let d = 0, at = 0; d < depth; d++, at += ROWS, from += COLUMNS) {
    const b0 = right[from], b1 = right[from + 1]
    const a0 = left[at], a1 = left[at + 1], a2 = left[at + 2], a3 = left[at + 3]
    s0 += a0 * b0
    s1 += a0 * b1
    s2 += a1 * b0
    s3 += a1 * b1
    s4 += a2 * b0
    s5 += a2 * b1
    s6 += a3 * b0
    s7 += a3 * b1
  }
  sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3
  sums[4] = s4, sums[5] = s5, sums[6] = s6, sums[7] = s7
}

function addTile(product, n, i, j) {
  for (let r = 0; r < ROWS && i + r < n; r++) {
    for (let s = 0; s < COLUMNS && j + s < n; s++) product[(i + r) * n + j + s] += sums[r * COLUMNS + s]
  }
}
