// Colors for counts, as RGBA.
#pragma once
#include <cstdint>
#include <vector>

struct Color {
    std::uint8_t red, green, blue, alpha;
};

// One color for each count from 0 to `limit`: from dark blue over white to gold and back, and black for `limit`.
std::vector<Color> palette(int limit);
