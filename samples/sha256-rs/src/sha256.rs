//! SHA-256, as in FIPS 180-4: the constants are computed from what they stand for, primes and their roots.

use crate::lanes::{Word, LANES};

const BLOCK: usize = 64;
const ROUNDS: usize = 64;

/// Blocks that are scheduled at once. Of what `chunks_exact` gives, all are such.
type Group = [u8; LANES * BLOCK];

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
    let mut groups = data.chunks_exact(LANES * BLOCK);
    for blocks in groups.by_ref().flat_map(<&Group>::try_from) {
        compress(&mut hash, blocks, LANES);
    }

    // The rest, a single 1 bit, zeros, and the length in bits: as many blocks as these need.
    let rest = groups.remainder();
    let mut last = [0; 2 * LANES * BLOCK];
    let count = (rest.len() + 8) / BLOCK + 1;
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    last[count * BLOCK - 8..count * BLOCK].copy_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for (i, blocks) in last.chunks_exact(LANES * BLOCK).flat_map(<&Group>::try_from).enumerate() {
        compress(&mut hash, blocks, count.saturating_sub(i * LANES).min(LANES));
    }

    let mut out = [0; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(hash) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// Takes the first `count` of LANES blocks into the hash value.
#[inline(never)] // in both its callers it would be twice the code
fn compress(hash: &mut [u32; 8], blocks: &Group, count: usize) {
    let words = schedule(blocks);
    for lane in (0..LANES).take(count) {
        take(hash, &words, lane);
    }
}

/// W\[t\] + K\[t\] for each round of each block. Names here and below are those of FIPS 180-4, sections 4.1.2 and 6.2.2.
fn schedule(blocks: &Group) -> [[u32; LANES]; ROUNDS] {
    let mut w = [Word::splat(0); ROUNDS];
    w[..16].copy_from_slice(&Word::load(blocks));
    for t in 16..ROUNDS {
        let s0 = w[t - 15].rotate(7).xor(w[t - 15].rotate(18)).xor(w[t - 15].shift(3));
        let s1 = w[t - 2].rotate(17).xor(w[t - 2].rotate(19)).xor(w[t - 2].shift(10));
        w[t] = s1.add(w[t - 7]).add(s0).add(w[t - 16]);
    }
    let mut words = [[0; LANES]; ROUNDS];
    for t in 0..ROUNDS {
        words[t] = w[t].add(Word::splat(K[t])).lanes();
    }
    words
}

/// Takes one block into the hash value.
fn take(hash: &mut [u32; 8], words: &[[u32; LANES]; ROUNDS], lane: usize) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *hash;
    for words in words.chunks_exact(8) {
        round(a, b, c, &mut d, e, f, g, &mut h, words[0][lane]);
        round(h, a, b, &mut c, d, e, f, &mut g, words[1][lane]);
        round(g, h, a, &mut b, c, d, e, &mut f, words[2][lane]);
        round(f, g, h, &mut a, b, c, d, &mut e, words[3][lane]);
        round(e, f, g, &mut h, a, b, c, &mut d, words[4][lane]);
        round(d, e, f, &mut g, h, a, b, &mut c, words[5][lane]);
        round(c, d, e, &mut f, g, h, a, &mut b, words[6][lane]);
        round(b, c, d, &mut e, f, g, h, &mut a, words[7][lane]);
    }
    for (sum, word) in hash.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *sum = sum.wrapping_add(word);
    }
}

/// One round. Instead of all eight variables moving on, the next round is called with them in the next order.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
fn round(a: u32, b: u32, c: u32, d: &mut u32, e: u32, f: u32, g: u32, h: &mut u32, word: u32) {
    let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let t1 = h.wrapping_add(word).wrapping_add(g ^ (e & (f ^ g))).wrapping_add(sum1);
    let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    *d = d.wrapping_add(t1);
    *h = t1.wrapping_add(b ^ ((a ^ b) & (b ^ c))).wrapping_add(sum0);
}
