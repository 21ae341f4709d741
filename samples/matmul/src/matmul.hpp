// The product of two square matrices of f32, stored by rows.
#pragma once

#include <cstddef>

// c = a * b, each of n * n elements. The three must not overlap.
void multiply(std::size_t n, const float* a, const float* b, float* c);
