#include "core/jobs/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace cameo {
namespace {

TEST(ParallelFor, VisitsEachPlaceOnce) {
    for (const std::size_t count : {0u, 1u, 7u, 1000u})
        for (const std::size_t grain : {1u, 3u, 1000u, 5000u}) {
            std::vector<std::atomic<int>> visits(count);
            parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
                EXPECT_LE(end - begin, grain);
                for (std::size_t at = begin; at < end; ++at)
                    ++visits[at];
            });
            for (const auto& visit : visits)
                EXPECT_EQ(visit, 1);
        }
}

TEST(ParallelFor, ThrowsWhatTheWorkThrows) {
    EXPECT_THROW(parallel_for(100, 1,
                              [](std::size_t begin, std::size_t) {
                                  if (begin == 50) throw std::runtime_error("50");
                              }),
                 std::runtime_error);
}

} // namespace
} // namespace cameo
