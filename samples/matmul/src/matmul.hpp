// The product of two square matrices of f32, stored by rows.
#pragma once

#include <cstddef>

// Rows of c = a * b, each of n * n elements: `count` of them from `first` on. The three must not overlap.
void multiply(std::size_t n, std::size_t first, std::size_t count, const float* a, const float* b, float* c);
