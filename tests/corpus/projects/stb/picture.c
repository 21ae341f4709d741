#include <stdio.h>
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_NO_STDIO
#define STBI_WRITE_NO_STDIO
#include <stb_image.h>
#include <stb_image_write.h>
#include <string.h>

static unsigned char png[1000];
static int png_size;

static void keep(void *context, void *data, int size)
{
    (void)context;
    memcpy(png + png_size, data, size);
    png_size += size;
}

/* A colour, 0xRRGGBB, through a PNG of one pixel. */
int there_and_back(int colour)
{
    unsigned char rgb[3] = {colour >> 16, colour >> 8, colour}, *read;
    int width, height, channels, result;

    png_size = 0;
    if (!stbi_write_png_to_func(keep, NULL, 1, 1, 3, rgb, 3)) return -1;
    read = stbi_load_from_memory(png, png_size, &width, &height, &channels, 3);
    if (read == NULL) return -2;
    result = read[0] << 16 | read[1] << 8 | read[2];
    stbi_image_free(read);
    return result;
}
