// The product of two square matrices of f32, stored by rows.
#pragma once

#include "pack.hpp"

// Rows of c = a * b, each of n * n elements: `count` of them from `first` on. The three must not overlap. `blocks` are
// room for copies; threads that multiply at the same time need their own.
void multiply(std::size_t n, std::size_t first, std::size_t count, const float* a, const float* b, float* c,
              Blocks& blocks);
