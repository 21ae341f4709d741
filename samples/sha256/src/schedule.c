/* Names are those of FIPS 180-4, sections 4.1.2 and 6.2.2. */
#include "schedule.h"

#include <string.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static Word rotr(Word x, int n) { return x >> n | x << (32 - n); }

static Word sigma0(Word x) { return rotr(x, 7) ^ rotr(x, 18) ^ x >> 3; }

static Word sigma1(Word x) { return rotr(x, 17) ^ rotr(x, 19) ^ x >> 10; }

#if defined(__wasm_simd128__) || defined(__SSE2__) || defined(__ARM_NEON)

/* Four words of one block. */
static Word load(const uint8_t *p) {
    uint8_t bytes __attribute__((vector_size(16)));
    memcpy(&bytes, p, sizeof bytes);
    return (Word)__builtin_shufflevector(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

static Word low(Word a, Word b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }

static Word high(Word a, Word b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }

static void load_blocks(const uint8_t *blocks, Word W[16]) {
    for (int t = 0; t < 16; t += 4, blocks += 16, W += 4) {
        Word a = load(blocks), b = load(blocks + 64), c = load(blocks + 128), d = load(blocks + 192);
        W[0] = low(low(a, c), low(b, d)), W[1] = high(low(a, c), low(b, d));
        W[2] = low(high(a, c), high(b, d)), W[3] = high(high(a, c), high(b, d));
    }
}

#else

static void load_blocks(const uint8_t *p, Word W[16]) {
    for (int t = 0; t < 16; t++, p += 4)
        W[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif

void schedule(const uint8_t *blocks, Word out[ROUNDS]) {
    Word W[ROUNDS];
    load_blocks(blocks, W);
    for (int t = 0; t < 16; t++) out[t] = W[t] + K[t];
    for (int t = 16; t < ROUNDS; t++) {
        W[t] = sigma1(W[t - 2]) + W[t - 7] + sigma0(W[t - 15]) + W[t - 16];
        out[t] = W[t] + K[t];
    }
}
