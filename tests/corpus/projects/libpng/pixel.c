#include <png.h>

/* The first pixel of a picture, red in the lowest byte; 0 if it cannot be decoded. */
unsigned pixel(const unsigned char *data, size_t size)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    unsigned char rgba[4];

    if (!png_image_begin_read_from_memory(&image, data, size)) return 0;
    image.format = PNG_FORMAT_RGBA;
    if (PNG_IMAGE_SIZE(image) != sizeof rgba || !png_image_finish_read(&image, NULL, rgba, 0, NULL)) return 0;
    return rgba[0] | rgba[1] << 8 | rgba[2] << 16 | (unsigned)rgba[3] << 24;
}
