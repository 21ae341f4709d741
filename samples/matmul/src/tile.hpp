// How a matrix is cut into square tiles, so that what the inner loops read stays in the first-level cache.
#pragma once

#include <algorithm>
#include <cstddef>

// Three tiles of 64 * 64 f32 are 48 KiB.
inline constexpr std::size_t tile_size = 64;

// A half-open range of rows or columns.
struct Span {
    std::size_t begin;
    std::size_t end;
};

// Calls `body` with each tile-sized span of [0, n); the last one may be shorter.
template <typename Body>
inline void for_each_span(std::size_t n, Body body) {
    for (std::size_t begin = 0; begin < n; begin += tile_size) {
        body(Span{begin, std::min(begin + tile_size, n)});
    }
}
