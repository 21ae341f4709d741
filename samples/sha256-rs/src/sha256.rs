//! SHA-256, as in FIPS 180-4: the constants are computed from what they stand for, primes and their roots.

const BLOCK: usize = 64;

/// The first 64 primes.
const PRIMES: [u64; 64] = {
    let mut primes = [0; 64];
    let (mut found, mut candidate) = (0, 2);
    while found < 64 {
        let mut i = 0;
        while i < found && candidate % primes[i] != 0 {
            i += 1;
        }
        if i == found {
            primes[found] = candidate;
            found += 1;
        }
        candidate += 1;
    }
    primes
};

/// The first 32 bits of the fractional part of the root of `n` of this degree.
const fn root(n: u64, degree: u32) -> u32 {
    // The largest x with x^degree <= n * 2^(32 * degree), bit by bit; roots of such primes are below 2^5.
    // x^3 has up to 111 bits, and n << 96 up to 105.
    let scaled = (n as u128) << (32 * degree);
    let (mut x, mut bit) = (0u128, 1u128 << 36);
    while bit > 0 {
        let with = x | bit;
        if with.pow(degree) <= scaled {
            x = with;
        }
        bit >>= 1;
    }
    x as u32
}

/// Cube roots of the first 64 primes.
const K: [u32; 64] = {
    let mut k = [0; 64];
    let mut t = 0;
    while t < 64 {
        k[t] = root(PRIMES[t], 3);
        t += 1;
    }
    k
};

/// Square roots of the first 8 primes.
const INITIAL: [u32; 8] = {
    let mut h = [0; 8];
    let mut i = 0;
    while i < 8 {
        h[i] = root(PRIMES[i], 2);
        i += 1;
    }
    h
};

/// The digest of some bytes.
pub fn digest(data: &[u8]) -> [u8; 32] {
    let mut hash = INITIAL;
    let mut blocks = data.chunks_exact(BLOCK);
    for block in &mut blocks {
        compress(&mut hash, block);
    }

    // The rest, a single 1 bit, zeros, and the length in bits: one block, or two where they do not fit in one.
    let rest = blocks.remainder();
    let mut last = [0; 2 * BLOCK];
    let padded = if rest.len() < BLOCK - 8 { BLOCK } else { 2 * BLOCK };
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    last[padded - 8..padded].copy_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for block in last[..padded].chunks_exact(BLOCK) {
        compress(&mut hash, block);
    }

    let mut out = [0; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(hash) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// Takes one block of 64 bytes into the hash value. Names are those of FIPS 180-4, sections 4.1.2 and 6.2.2.
fn compress(hash: &mut [u32; 8], block: &[u8]) {
    let mut w = [0u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    for t in 16..64 {
        let s0 = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ w[t - 15] >> 3;
        let s1 = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ w[t - 2] >> 10;
        w[t] = s1.wrapping_add(w[t - 7]).wrapping_add(s0).wrapping_add(w[t - 16]);
    }

    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *hash;
    for t in 0..64 {
        let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let ch = (e & f) ^ (!e & g);
        let t1 = h.wrapping_add(sum1).wrapping_add(ch).wrapping_add(K[t]).wrapping_add(w[t]);
        let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let maj = (a & b) ^ (a & c) ^ (b & c);
        let t2 = sum0.wrapping_add(maj);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
    }
    for (sum, word) in hash.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *sum = sum.wrapping_add(word);
    }
}
