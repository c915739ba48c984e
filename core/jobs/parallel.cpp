#include "core/jobs/parallel.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace cameo {

void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t, std::size_t)>& work) {
    check(grain > 0, "parallel_for: grain of 0");
    const std::size_t pieces = (count + grain - 1) / grain;
    const std::size_t threads =
        std::min<std::size_t>(pieces, std::max(1u, std::thread::hardware_concurrency()));
    if (threads <= 1) {
        for (std::size_t begin = 0; begin < count; begin += grain)
            work(begin, std::min(count, begin + grain));
        return;
    }
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto take = [&] {
        try {
            for (std::size_t piece = next++; piece < pieces; piece = next++)
                work(piece * grain, std::min(count, (piece + 1) * grain));
        } catch (...) {
            next = pieces;
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t helper = 1; helper < threads; ++helper)
            helpers.emplace_back(take);
        take();
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace cameo
