// SHA-256 in JavaScript, with 32-bit whole numbers in typed arrays.

const PRIMES = []
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n)
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)))
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const W = new Int32Array(64)

/** The first 32 bits behind the point. */
function fraction(x) {
  return (x % 1) * 2 ** 32
}

/** Writes the digest of the first `length` bytes of `data` to `digest`. */
export function sha256(data, length, digest) {
  const hash = INITIAL.slice()
  const input = new DataView(data.buffer, data.byteOffset, length)
  const whole = length - (length % 64)
  for (let at = 0; at < whole; at += 64) compress(hash, input, at)

  // The rest, a single 1 bit, zeros, and the length in bits: one block, or two where they do not fit in one.
  const rest = length - whole
  const last = new Uint8Array(rest < 56 ? 64 : 128)
  last.set(data.subarray(whole, length))
  last[rest] = 0x80
  const padding = new DataView(last.buffer)
  padding.setBigUint64(last.length - 8, BigInt(length) * 8n)
  for (let at = 0; at < last.length; at += 64) compress(hash, padding, at)

  const output = new DataView(digest.buffer, digest.byteOffset)
  hash.forEach((word, i) => output.setInt32(4 * i, word))
}

/** Takes one block of 64 bytes into the hash value. Names are those of FIPS 180-4, section 6.2.2. */
function compress(H, input, at) {
  for (let t = 0; t < 16; t++) W[t] = input.getInt32(at + 4 * t)
  for (let t = 16; t < 64; t++) {
    const x = W[t - 15], y = W[t - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    W[t] = (s1 + W[t - 7] + s0 + W[t - 16]) | 0
  }
  let a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7]
  for (let t = 0; t < 64; t++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const T1 = (h + S1 + (g ^ (e & (f ^ g))) + K[t] + W[t]) | 0
    const T2 = (S0 + (b ^ ((a ^ b) & (b ^ c)))) | 0
    h = g, g = f, f = e, e = (d + T1) | 0, d = c, c = b, b = a, a = (T1 + T2) | 0
  }
  H[0] += a, H[1] += b, H[2] += c, H[3] += d, H[4] += e, H[5] += f, H[6] += g, H[7] += h
}
