// Both passes take what fills vectors, and then what is left over one pixel at a time, which is all without vectors.
#include "blend.hpp"

#include "lanes.hpp"

namespace {

constexpr int channels = 4;
constexpr int kept_bits = 7;
constexpr int columns_shift = weight_bits - kept_bits;
constexpr int row_shift = weight_bits + kept_bits;

constexpr std::int32_t half(int bits) { return 1 << (bits - 1); }

#ifdef HAVE_LANES
inline void add_columns(Ints* sums, Bytes upper, Bytes lower, Shorts weights) {
    const Bytes left = mixed_low(upper, lower), right = mixed_high(upper, lower);
    sums[0] += dot(wide_low(left), weights);
    sums[1] += dot(wide_high(left), weights);
    sums[2] += dot(wide_low(right), weights);
    sums[3] += dot(wide_high(right), weights);
}

// Reads what is left of a vector behind the last pixel.
inline Ints blend_pixel(const std::int16_t* pixels, const std::int16_t* weights, std::int32_t taps) {
    Ints sums = Ints{} + half(row_shift);
    for (const std::int16_t* end = weights + taps; weights != end; weights += 2, pixels += 8)
        sums += dot(mixed_low(load<Shorts>(pixels), load<Shorts>(pixels + 4)), repeated(weights));
    return sums >> row_shift;
}
#endif

}  // namespace

void blend_columns(const std::uint8_t* const* rows, const std::int16_t* weights, std::int32_t taps,
                   std::size_t count, std::int16_t* blended) {
    std::size_t x = 0;
#ifdef HAVE_LANES
    // Two vectors of each row at a time: then the rows' addresses and weights are fetched half as often.
    for (; x + 32 <= count; x += 32) {
        Ints sums[8];
        for (Ints& sum : sums) sum = Ints{} + half(columns_shift);
        for (std::int32_t t = 0; t < taps; t += 2) {
            const Shorts both = repeated(weights + t);
            add_columns(sums, load<Bytes>(rows[t] + x), load<Bytes>(rows[t + 1] + x), both);
            add_columns(sums + 4, load<Bytes>(rows[t] + x + 16), load<Bytes>(rows[t + 1] + x + 16), both);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i += 2)
            store(blended + x + 4 * i, narrow(sums[i] >> columns_shift, sums[i + 1] >> columns_shift));
    }
#endif
    for (; x < count; x += channels) {
        std::int32_t sums[channels];
        for (std::int32_t& sum : sums) sum = half(columns_shift);
        for (std::int32_t t = 0; t < taps; ++t)
            for (int i = 0; i < channels; ++i) sums[i] += weights[t] * rows[t][x + i];
        for (int i = 0; i < channels; ++i) blended[x + i] = static_cast<std::int16_t>(sums[i] >> columns_shift);
    }
}

void blend_row(const std::int16_t* blended, const Filter& filter, std::size_t count, std::uint8_t* target) {
    const std::int32_t taps = filter.taps;
    const std::int16_t* weights = filter.weights;
    std::size_t x = 0;
#ifdef HAVE_LANES
    for (; x + 4 <= count; x += 4, weights += 4 * taps, target += 16) {
        Ints pixels[4];
#pragma clang loop unroll(full)
        for (std::int32_t i = 0; i < 4; ++i)
            pixels[i] = blend_pixel(blended + channels * filter.first[x + i], weights + i * taps, taps);
        store(target, narrow(narrow(pixels[0], pixels[1]), narrow(pixels[2], pixels[3])));
    }
#endif
    for (; x < count; ++x, weights += taps) {
        const std::int16_t* pixels = blended + channels * filter.first[x];
        std::int32_t sums[channels];
        for (std::int32_t& sum : sums) sum = half(row_shift);
        for (std::int32_t t = 0; t < taps; ++t, pixels += channels)
            for (int i = 0; i < channels; ++i) sums[i] += weights[t] * pixels[i];
        for (std::int32_t sum : sums) *target++ = static_cast<std::uint8_t>(sum >> row_shift);
    }
}
