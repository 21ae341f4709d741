// Copies of blocks, in the order in which tiles read them. Beyond a matrix's edge they are zero, so all tiles are whole.
#pragma once

#include "tile.hpp"

// A left block for one row of tiles: along the depth, each row's element in all lanes, which saves spreading it later.
struct Left {
    alignas(sizeof(Lanes)) Lanes lanes[block_depth * tile_rows];

    void pack(std::size_t n, std::size_t rows, std::size_t depth, const float* a) {
        Lanes* to = lanes;
        for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t i = 0; i < tile_rows; ++i) *to++ = Lanes{} + (i < rows ? a[i * n + k] : 0.0F);
    }
};

// A right block: one column of tiles after the other, along the depth.
struct Right {
    alignas(sizeof(Lanes)) float elements[block_depth * block_columns];

    void pack(std::size_t n, std::size_t depth, std::size_t columns, const float* b) {
        float* to = elements;
        for_each_piece(columns, tile_columns, [&](std::size_t begin, std::size_t width) {
            for (std::size_t k = 0; k < depth; ++k)
                for (std::size_t j = 0; j < tile_columns; ++j) *to++ = j < width ? b[k * n + begin + j] : 0.0F;
        });
    }

    const Lanes* column(std::size_t begin, std::size_t depth) const {
        return reinterpret_cast<const Lanes*>(elements + begin * depth);
    }
};

// What one thread needs to multiply.
struct Blocks {
    Left left;
    Right right;
};
