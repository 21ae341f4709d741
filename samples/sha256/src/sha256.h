/* SHA-256, as in FIPS 180-4. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_DIGEST = 32 };

/* Writes the 32 bytes of the digest of `length` bytes at `data` to `digest`. */
void sha256(const uint8_t *data, size_t length, uint8_t *digest);
