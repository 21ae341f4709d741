/* SHA-256 over bytes in linear memory. Names are those of FIPS 180-4, sections 5.1.1 and 6.2.2. */
#include "sha256.h"

#include <string.h>

#include "schedule.h"

static uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void store_be32(uint8_t *p, uint32_t x) {
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(x >> (24 - 8 * i));
}

/* One round. Instead of all eight variables moving on, the next round is called with them in the next order. */
static inline void take(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g,
                        uint32_t *h, uint32_t word) {
    uint32_t S1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25), Ch = g ^ (e & (f ^ g));
    uint32_t S0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22), Maj = b ^ ((a ^ b) & (b ^ c));
    uint32_t T1 = *h + word + Ch + S1;
    *d += T1, *h = T1 + Maj + S0;
}

/* Takes one block into the hash value; its words are every LANES-th of those at `words`. */
static void compress(uint32_t H[8], const uint32_t *words) {
    uint32_t a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7];
    for (int t = 0; t < ROUNDS; t += 8, words += 8 * LANES) {
        take(a, b, c, &d, e, f, g, &h, words[0]);
        take(h, a, b, &c, d, e, f, &g, words[LANES]);
        take(g, h, a, &b, c, d, e, &f, words[2 * LANES]);
        take(f, g, h, &a, b, c, d, &e, words[3 * LANES]);
        take(e, f, g, &h, a, b, c, &d, words[4 * LANES]);
        take(d, e, f, &g, h, a, b, &c, words[5 * LANES]);
        take(c, d, e, &f, g, h, a, &b, words[6 * LANES]);
        take(b, c, d, &e, f, g, h, &a, words[7 * LANES]);
    }
    H[0] += a, H[1] += b, H[2] += c, H[3] += d, H[4] += e, H[5] += f, H[6] += g, H[7] += h;
}

/* Takes in `count` blocks. What lies behind them is read up to a multiple of LANES, and ignored. */
static void take_blocks(uint32_t H[8], const uint8_t *blocks, size_t count) {
    Word words[ROUNDS];
    for (; count > 0; blocks += LANES * SHA256_BLOCK) {
        schedule(blocks, words);
        for (int lane = 0; lane < LANES && count > 0; lane++, count--) compress(H, (const uint32_t *)words + lane);
    }
}

void sha256(const uint8_t *data, size_t length, uint8_t *digest) {
    uint32_t H[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    size_t rest = length % (LANES * SHA256_BLOCK), whole = length - rest;
    take_blocks(H, data, whole / SHA256_BLOCK);

    /* The rest, a single 1 bit, zeros, and the length in bits: as many blocks as these need. */
    uint8_t last[2 * LANES * SHA256_BLOCK] = {0};
    size_t padded = (rest + 8) / SHA256_BLOCK * SHA256_BLOCK + SHA256_BLOCK;
    memcpy(last, data + whole, rest);
    last[rest] = 0x80;
    store_be32(last + padded - 8, (uint32_t)((uint64_t)length * 8 >> 32));
    store_be32(last + padded - 4, (uint32_t)((uint64_t)length * 8));
    take_blocks(H, last, padded / SHA256_BLOCK);

    for (int i = 0; i < 8; i++) store_be32(digest + 4 * i, H[i]);
}
