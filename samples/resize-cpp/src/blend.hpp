// The two passes over a picture of four bytes a pixel: columns first, of which few rows are left, then rows.
#pragma once

#include "filter.hpp"

// Blends `count` bytes of each of `taps` rows. The result keeps 7 bits of fraction: with the 8 of a channel as many as
// 16 bits with a sign can hold.
void blend_columns(const std::uint8_t* const* rows, const std::int16_t* weights, std::int32_t taps,
                   std::size_t count, std::int16_t* blended);

// Blends the pixels of such a row into `count` of the result. Behind the row, `taps` more pixels can be read.
void blend_row(const std::int16_t* blended, const Filter& filter, std::size_t count, std::uint8_t* target);
