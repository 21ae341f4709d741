/* What the project's CMake makes of snappy-stubs-public.h.in. */
#ifndef SNAPPY_STUBS_PUBLIC_H
#define SNAPPY_STUBS_PUBLIC_H
#include <cstddef>
#define SNAPPY_MAJOR 1
#define SNAPPY_MINOR 2
#define SNAPPY_PATCHLEVEL 1
#define SNAPPY_VERSION ((SNAPPY_MAJOR << 16) | (SNAPPY_MINOR << 8) | SNAPPY_PATCHLEVEL)
namespace snappy {
struct iovec {
    void *iov_base;
    size_t iov_len;
};
}
#endif
