#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

int compressed_size(int side)
{
    struct jpeg_compress_struct picture;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL, row[64] = {0};
    unsigned long size = 0;
    JSAMPROW rows[] = {row};

    picture.err = jpeg_std_error(&errors);
    jpeg_create_compress(&picture);
    jpeg_mem_dest(&picture, &out, &size);
    picture.image_width = picture.image_height = side;
    picture.input_components = 1;
    picture.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&picture);
    jpeg_start_compress(&picture, TRUE);
    while (picture.next_scanline < picture.image_height) jpeg_write_scanlines(&picture, rows, 1);
    jpeg_finish_compress(&picture);
    jpeg_destroy_compress(&picture);
    free(out);
    return (int)size;
}
