#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <stdint.h>
#include <stdlib.h>

/* The crate gives every name of the library a prefix with its version. */
#define NAME(name) rustsecp256k1_v0_14_##name

/* The first four bytes of the x coordinate of k times the generator; 0 for a k that is no key. */
uint32_t generator(int k)
{
    void *memory = malloc(NAME(context_preallocated_size)(SECP256K1_CONTEXT_NONE));
    NAME(context) *context = NAME(context_preallocated_create)(memory, SECP256K1_CONTEXT_NONE);
    NAME(pubkey) point;
    unsigned char key[32] = {0}, bytes[33] = {0};
    size_t size = sizeof bytes;

    key[31] = (unsigned char)k;
    if (NAME(ec_pubkey_create)(context, &point, key))
        NAME(ec_pubkey_serialize)(context, bytes, &size, &point, SECP256K1_EC_COMPRESSED);
    NAME(context_preallocated_destroy)(context);
    free(memory);
    return (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
}
