#include "view.hpp"

// In the large disk and the cardioid of the set every point stays: no need to try.
static bool inside(double x, double y) {
    const double left = x - 0.25, q = left * left + y * y;
    return q * (q + left) <= 0.25 * y * y || (x + 1) * (x + 1) + y * y <= 0.0625;
}

int escape(double real, double imaginary, int limit) {
    if (inside(real, imaginary)) return limit;
    double x = 0, y = 0;
    int count = 0;
    while (count < limit) {
        const double xx = x * x, yy = y * y;
        if (xx + yy > 4) break;
        y = 2 * x * y + imaginary;
        x = xx - yy + real;
        ++count;
    }
    return count;
}
