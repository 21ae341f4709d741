#include <stdlib.h>
#include <zopfli.h>

/* How many bytes a text has when it is compressed. */
int size(const unsigned char *text, size_t length)
{
    ZopfliOptions options;
    unsigned char *out = NULL;
    size_t size = 0;

    ZopfliInitOptions(&options);
    ZopfliCompress(&options, ZOPFLI_FORMAT_ZLIB, text, length, &out, &size);
    free(out);
    return (int)size;
}
