// The same face as src/exports.cpp, over several threads: each has its share of the rows.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "../src/matmul.hpp"

namespace {

constexpr std::uint32_t most_threads = 4; // the caller, and as many workers as options.thread-pool keeps ready
constexpr std::uint32_t least_rows = 64;  // worth a thread

}  // namespace

// c = a * b for square matrices of n * n f32, stored by rows; c must not overlap a or b.
extern "C" void matmul(std::uint32_t n, const float* a, const float* b, float* c) {
    const std::uint32_t cores = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
    const std::uint32_t threads = std::min(cores, n / least_rows + 1);
    const std::uint32_t share = (n + threads - 1) / threads;
    auto multiply_share = [=](std::uint32_t first) {
        multiply(n, first, std::min(share, n - first), a, b, c, *std::make_unique<Blocks>());
    };
    std::vector<std::thread> helpers;
    for (std::uint32_t first = share; first < n; first += share) helpers.emplace_back(multiply_share, first);
    multiply_share(0);
    for (auto& helper : helpers) helper.join();
}
