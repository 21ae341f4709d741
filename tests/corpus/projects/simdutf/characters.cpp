#include <simdutf.h>

/* How many characters a text in UTF-8 has; -1 if it is not UTF-8. */
extern "C" int characters(const char *text, size_t size)
{
    return simdutf::validate_utf8(text, size) ? static_cast<int>(simdutf::count_utf8(text, size)) : -1;
}
