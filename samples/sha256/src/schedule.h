/* The message schedule: what each round takes in of a block. It depends on that block alone, so with SIMD four blocks'
 * are computed at once, one in each lane; without, one by one. */
#pragma once

#include <stdint.h>

#if defined(__wasm_simd128__) || defined(__SSE2__) || defined(__ARM_NEON)
enum { LANES = 4 };
typedef uint32_t Word __attribute__((vector_size(16)));
#else
enum { LANES = 1 };
typedef uint32_t Word;
#endif

enum { ROUNDS = 64 };

/* Writes W[t] + K[t] of each of LANES blocks of 64 bytes. */
void schedule(const uint8_t *blocks, Word out[ROUNDS]);
