// Which elements of a line weigh how much in each element of the line it is resized to.
#pragma once

#include <cstdint>

#include "buffer.hpp"

// The weights of one result add up to 1.
inline constexpr int weight_bits = 14;

// A triangle over the nearest two elements, or over more where the line shrinks, so that each has its share.
struct Filter {
    std::int32_t taps;                // weights of each result: an even number
    Buffer<std::int32_t> first;       // the element that each result's first weight is for
    Buffer<std::int16_t> weights;     // `taps` of each result; 0 for what lies beyond the line

    // Lines are 1 to 32767 elements long.
    Filter(std::int32_t size, std::int32_t to_size);
};
