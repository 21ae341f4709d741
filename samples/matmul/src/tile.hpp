// How matrices are cut: into blocks that stay in a cache, and those into tiles that stay in registers.
#pragma once

#include <algorithm>
#include <cstddef>

// What one instruction adds and multiplies: as many f32 as the machine has lanes, or one where it has none.
#if defined(__AVX__)
using Lanes = float __attribute__((vector_size(32), may_alias));
#elif defined(__wasm_simd128__) || defined(__SSE__) || defined(__ARM_NEON)
using Lanes = float __attribute__((vector_size(16), may_alias));
#else
using Lanes = float;
#endif

// A tile's sums are 8 registers of the 16 that there are, which leaves some for what is multiplied.
inline constexpr std::size_t tile_rows = 4;
inline constexpr std::size_t tile_lanes = 2;
inline constexpr std::size_t tile_columns = tile_lanes * sizeof(Lanes) / sizeof(float);

// What is read for a tile is 16 KiB of the left block and 8 KiB of the right one, of 16-byte lanes: first-level cache.
// All of the right block is 256 KiB: second-level cache.
inline constexpr std::size_t block_depth = 256;
inline constexpr std::size_t block_columns = 256;

// Calls `body(begin, length)` for each piece of [0, end); the last one may be shorter than `size`.
template <typename Body>
inline void for_each_piece(std::size_t end, std::size_t size, Body body) {
    for (std::size_t begin = 0; begin < end; begin += size) body(begin, std::min(size, end - begin));
}
