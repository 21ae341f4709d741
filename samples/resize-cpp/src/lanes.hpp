// Vectors of 16 bytes, for WebAssembly and for x86; other machines do without.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#define HAVE_LANES 1
#elif defined(__SSE2__)
#include <emmintrin.h>
#define HAVE_LANES 1
#endif

#ifdef HAVE_LANES
using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Shorts = std::int16_t __attribute__((vector_size(16)));
using Ints = std::int32_t __attribute__((vector_size(16)));

template <typename Vector>
inline Vector load(const void* from) {
    Vector vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
}

template <typename Vector>
inline void store(void* to, Vector vector) {
    std::memcpy(to, &vector, sizeof vector);
}

// Two numbers, over and over.
inline Shorts repeated(const std::int16_t* pair) {
    std::int32_t both;
    std::memcpy(&both, pair, sizeof both);
    return (Shorts)(Ints{} + both);
}

inline Bytes mixed_low(Bytes a, Bytes b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

inline Bytes mixed_high(Bytes a, Bytes b) {
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

inline Shorts mixed_low(Shorts a, Shorts b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }

inline Shorts wide_low(Bytes a) {
    return __builtin_convertvector(__builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7), Shorts);
}

inline Shorts wide_high(Bytes a) {
    return __builtin_convertvector(__builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15), Shorts);
}

// What plain C++ has no words for: sums of two products each, and numbers narrowed to the nearest that there is.
#if defined(__wasm_simd128__)
inline Ints dot(Shorts a, Shorts b) { return (Ints)wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b); }
inline Shorts narrow(Ints a, Ints b) { return (Shorts)wasm_i16x8_narrow_i32x4((v128_t)a, (v128_t)b); }
inline Bytes narrow(Shorts a, Shorts b) { return (Bytes)wasm_u8x16_narrow_i16x8((v128_t)a, (v128_t)b); }
#else
inline Ints dot(Shorts a, Shorts b) { return (Ints)_mm_madd_epi16((__m128i)a, (__m128i)b); }
inline Shorts narrow(Ints a, Ints b) { return (Shorts)_mm_packs_epi32((__m128i)a, (__m128i)b); }
inline Bytes narrow(Shorts a, Shorts b) { return (Bytes)_mm_packus_epi16((__m128i)a, (__m128i)b); }
#endif
#endif
