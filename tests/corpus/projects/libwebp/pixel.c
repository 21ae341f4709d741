#include <src/webp/decode.h>
#include <stdint.h>

/* The first pixel of a picture, red in the lowest byte; 0 if it cannot be decoded. */
uint32_t pixel(const uint8_t *data, size_t size)
{
    int width, height;
    uint8_t *rgba = WebPDecodeRGBA(data, size, &width, &height);
    uint32_t first = 0;

    if (rgba != NULL && width == 1 && height == 1)
        first = rgba[0] | rgba[1] << 8 | rgba[2] << 16 | (uint32_t)rgba[3] << 24;
    WebPFree(rgba);
    return first;
}
