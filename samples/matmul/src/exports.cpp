// The module's face: C names over addresses in linear memory. The caller gets those from malloc, which is
// exported beside them.
#include <cstdint>

#include "matmul.hpp"

// c = a * b for square matrices of n * n f32, stored by rows; c must not overlap a or b.
extern "C" void matmul(std::uint32_t n, const float* a, const float* b, float* c) {
    static Blocks blocks;
    multiply(n, 0, n, a, b, c, blocks);
}
