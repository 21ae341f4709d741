// Tiled multiplication. The innermost loop runs along rows of b and c, so the compiler can make it SIMD.
#include "matmul.hpp"

#include "tile.hpp"

namespace {

// c[rows, columns] += a[rows, depth] * b[depth, columns]
void multiply_tile(std::size_t n, Span rows, Span depth, Span columns,
                   const float* __restrict a, const float* __restrict b, float* __restrict c) {
    for (std::size_t i = rows.begin; i < rows.end; ++i) {
        for (std::size_t k = depth.begin; k < depth.end; ++k) {
            const float factor = a[i * n + k];
            for (std::size_t j = columns.begin; j < columns.end; ++j) {
                c[i * n + j] += factor * b[k * n + j];
            }
        }
    }
}

}  // namespace

void multiply(std::size_t n, const float* a, const float* b, float* c) {
    std::fill(c, c + n * n, 0.0F);
    for_each_span(n, [&](Span rows) {
        for_each_span(n, [&](Span depth) {
            for_each_span(n, [&](Span columns) { multiply_tile(n, rows, depth, columns, a, b, c); });
        });
    });
}
