// Weights, computed in whole numbers only, so that every machine and language finds the same.
#include "filter.hpp"

#include <algorithm>

Filter::Filter(std::int32_t size, std::int32_t to_size)
    : taps(2 * ((std::max(size, to_size) + to_size - 1) / to_size)), first(to_size), weights(to_size * taps) {
    // Lengths are in units of which an element has 2 * to_size, and an element of the result 2 * size.
    const std::int64_t reach = 2 * std::max(size, to_size);
    std::int16_t* weight = weights;
    for (std::int32_t i = 0; i < to_size; ++i) {
        const std::int64_t centre = (2 * std::int64_t{i} + 1) * size;
        const std::int64_t before = centre - reach - to_size;
        const std::int64_t inside = before < 0 ? 0 : before / (2 * to_size) + 1;
        first[i] = static_cast<std::int32_t>(std::min<std::int64_t>(inside, std::max(size - taps, 0)));

        auto share = [&](std::int64_t element) -> std::int64_t {
            const std::int64_t distance = (2 * element + 1) * to_size - centre;
            return element < size ? std::max<std::int64_t>(reach - std::abs(distance), 0) : 0;
        };
        std::int64_t total = 0;
        for (std::int32_t t = 0; t < taps; ++t) total += share(first[i] + t);

        // What is rounded is the sum so far: then the weights add up.
        std::int64_t sum = 0, given = 0;
        for (std::int32_t t = 0; t < taps; ++t) {
            sum += share(first[i] + t);
            const std::int64_t due = ((sum << (weight_bits + 1)) + total) / (2 * total);
            *weight++ = static_cast<std::int16_t>(due - given);
            given = due;
        }
    }
}
