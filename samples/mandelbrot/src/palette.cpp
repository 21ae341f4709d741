#include "palette.hpp"

#include <array>

namespace {

constexpr int steps = 16;

constexpr std::array<Color, 4> stops = {{{0, 7, 100, 255}, {237, 255, 255, 255}, {255, 170, 0, 255}, {0, 2, 0, 255}}};

std::uint8_t between(int from, int to, int step) { return static_cast<std::uint8_t>(from + (to - from) * step / steps); }

}  // namespace

std::vector<Color> palette(int limit) {
    std::vector<Color> colors;
    colors.reserve(limit + 1);
    for (int count = 0; count < limit; ++count) {
        const Color &a = stops[count / steps % stops.size()], &b = stops[(count / steps + 1) % stops.size()];
        const int step = count % steps;
        colors.push_back({between(a.red, b.red, step), between(a.green, b.green, step), between(a.blue, b.blue, step), 255});
    }
    colors.push_back({0, 0, 0, 255});
    return colors;
}
