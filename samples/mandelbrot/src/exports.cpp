// What the module offers to others.
#include <cstring>

#include "palette.hpp"
#include "view.hpp"

extern "C" {

// Writes the picture, 4 * width * height bytes of RGBA, to `pixels`; returns how many pixels are in the set.
int render(int width, int height, double x, double y, double step, int limit, std::uint8_t *pixels) {
    const View view{width, height, x, y, step};
    const std::vector<Color> colors = palette(limit);
    int members = 0;
    for (int row = 0; row < height; ++row) {
        for (int column = 0; column < width; ++column, pixels += sizeof(Color)) {
            const int count = escape(view.real(column), view.imaginary(row), limit);
            std::memcpy(pixels, &colors[count], sizeof(Color));
            members += count == limit;
        }
    }
    return members;
}

// How often a single point stays.
int iterations(double x, double y, int limit) { return escape(x, y, limit); }

// What `render` writes, in words.
const char *format() { return "RGBA, 8 bits each, rows from top to bottom"; }
}
