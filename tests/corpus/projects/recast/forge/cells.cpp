#include <recastnavigation/Recast.h>

/* How many cells of a size a grid has, all in metres. */
extern "C" int cells(float width, float depth, float size)
{
    const float low[3] = {0, 0, 0}, high[3] = {width, 1, depth};
    int x, z;

    rcCalcGridSize(low, high, size, &x, &z);
    return x * z;
}
