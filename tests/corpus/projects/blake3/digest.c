#include <blake3.h>

void digest(const void *data, size_t size, uint8_t *out)
{
    blake3_hasher hasher;

    blake3_hasher_init(&hasher);
    blake3_hasher_update(&hasher, data, size);
    blake3_hasher_finalize(&hasher, out, BLAKE3_OUT_LEN);
}
