// The product, a tile at a time. Plain C++ over `Lanes`: compilers turn it into SIMD for WebAssembly or this machine,
// or into scalar code, with fused multiplication and addition where there is one (relaxed SIMD, FMA).
#include "matmul.hpp"

#include <cstring>

namespace {

// c[rows, columns] += a[rows, depth] * b[depth, columns] for one tile, which may reach over the edge.
void multiply_tile(std::size_t n, std::size_t rows, std::size_t depth, std::size_t columns,
                   const Lanes* a, const Lanes* b, float* c) {
    Lanes sums[tile_rows][tile_lanes] = {};
    // Unrolled, several steps of one sum would come first, and what the others need would leave the registers.
#pragma clang loop unroll(disable)
    for (std::size_t k = 0; k < depth; ++k, a += tile_rows, b += tile_lanes)
        for (std::size_t i = 0; i < tile_rows; ++i)
            for (std::size_t j = 0; j < tile_lanes; ++j) sums[i][j] += a[i] * b[j];

    float elements[tile_rows][tile_columns];
    std::memcpy(elements, sums, sizeof sums);
    auto add = [&](std::size_t rows, std::size_t columns) {
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j) c[i * n + j] += elements[i][j];
    };
    // Nearly all tiles are whole, and a loop over numbers that the compiler knows is none.
    if (rows == tile_rows && columns == tile_columns)
        add(tile_rows, tile_columns);
    else
        add(rows, columns);
}

}  // namespace

void multiply(std::size_t n, std::size_t first, std::size_t count, const float* a, const float* b, float* c,
              Blocks& blocks) {
    Left& left = blocks.left;
    Right& right = blocks.right;
    a += first * n;
    c += first * n;
    std::fill(c, c + count * n, 0.0F);
    for_each_piece(n, block_columns, [&](std::size_t j, std::size_t columns) {
        for_each_piece(n, block_depth, [&](std::size_t k, std::size_t depth) {
            right.pack(n, depth, columns, b + k * n + j);
            for_each_piece(count, tile_rows, [&](std::size_t i, std::size_t rows) {
                left.pack(n, rows, depth, a + i * n + k);
                for_each_piece(columns, tile_columns, [&](std::size_t s, std::size_t width) {
                    multiply_tile(n, rows, depth, width, left.lanes, right.column(s, depth), c + i * n + j + s);
                });
            });
        });
    });
}
