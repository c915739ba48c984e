#include "core/index/top_k.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cameo {
namespace {

TEST(TopK, KeepsWhatASortWouldKeep) {
    std::mt19937 random(1);
    for (const std::size_t k : {0u, 1u, 3u, 100u, 5000u}) {
        std::vector<ScoredDocument> all;
        TopK best(k);
        float threshold = best.threshold();
        for (DocumentOrdinal document = 0; document < 3000; ++document) {
            const auto score = static_cast<float>(random() % 50); // many ties
            all.push_back({document, score});
            best.add(document, score);
            EXPECT_GE(best.threshold(), threshold);
            threshold = best.threshold();
        }
        std::sort(all.begin(), all.end(), better);
        all.resize(std::min(k, all.size()));
        EXPECT_EQ(best.take(), all) << k;
    }
}

} // namespace
} // namespace cameo
