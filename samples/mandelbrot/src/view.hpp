// A part of the complex plane as a picture.
#pragma once
#include <cstdint>

// `width` by `height` pixels around the point `x`, `y`; a pixel is `step` wide and high.
struct View {
    int width;
    int height;
    double x;
    double y;
    double step;

    double real(int column) const { return x + (column - (width - 1) / 2.0) * step; }
    double imaginary(int row) const { return y - (row - (height - 1) / 2.0) * step; }
};

// How often z = z * z + c, begun with z = 0, stays within 2 of 0; at most `limit` times.
int escape(double real, double imaginary, int limit);
