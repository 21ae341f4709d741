#include <clipper2/clipper.h>

using namespace Clipper2Lib;

/* The area that a square has in common with one moved by `offset` to the right and down. */
extern "C" int intersection(int side, int offset)
{
    auto square = [side](int at) { return Paths64{MakePath({at, at, at + side, at, at + side, at + side, at, at + side})}; };
    return static_cast<int>(Area(Intersect(square(0), square(offset), FillRule::NonZero)));
}
