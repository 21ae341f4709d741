// Resizes pictures of four bytes a pixel (RGBA): the same function as in samples/resize, which is AssemblyScript.
//
// Weights are whole numbers, and so is all that is computed with them: the result is the same on every machine, with
// SIMD or without.
#include <algorithm>

#include "blend.hpp"

// Writes the picture at `source`, resized to `to_width` by `to_height`, to `target`. Sides are 1 to 32767 pixels.
extern "C" void resize(const std::uint8_t* source, std::int32_t width, std::int32_t height,
                       std::uint8_t* target, std::int32_t to_width, std::int32_t to_height) {
    const Filter across(width, to_width), down(height, to_height);
    const std::size_t stride = 4 * std::size_t(width), to_stride = 4 * std::size_t(to_width);
    const Buffer<const std::uint8_t*> rows(down.taps);
    const Buffer<std::int16_t> blended(stride + 4 * across.taps);
    for (std::int32_t y = 0; y < to_height; ++y) {
        for (std::int32_t t = 0; t < down.taps; ++t)
            rows[t] = source + std::min(down.first[y] + t, height - 1) * stride;
        blend_columns(rows, down.weights + y * down.taps, down.taps, stride, blended);
        blend_row(blended, across, to_width, target + y * to_stride);
    }
}
