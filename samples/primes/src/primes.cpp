// Counts primes on several threads: each takes the next piece of the range until none is left.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

constexpr std::uint32_t piece = 1024;
constexpr std::uint32_t most_threads = 4; // as many workers as options.thread-pool keeps ready

bool is_prime(std::uint32_t n) {
    if (n < 2 || n % 2 == 0)
        return n == 2;
    for (std::uint32_t d = 3; d <= n / d; d += 2)
        if (n % d == 0)
            return false;
    return true;
}

} // namespace

// How many primes are below `limit`, counted by `threads` threads (1 to 4).
extern "C" std::uint32_t primes_below(std::uint32_t limit, std::uint32_t threads) {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint32_t> found{0};
    auto work = [&] {
        for (;;) {
            std::uint64_t from = next.fetch_add(piece);
            if (from >= limit)
                return;
            std::uint64_t to = std::min<std::uint64_t>(from + piece, limit);
            std::uint32_t mine = 0;
            for (std::uint64_t n = from; n < to; ++n)
                mine += is_prime(static_cast<std::uint32_t>(n));
            found += mine;
        }
    };
    std::vector<std::thread> team;
    for (std::uint32_t t = 0; t < std::clamp(threads, 1u, most_threads); ++t)
        team.emplace_back(work);
    for (auto &thread : team)
        thread.join();
    return found;
}
