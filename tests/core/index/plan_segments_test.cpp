#include "core/index/plan_segments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> shards_of(std::int64_t each, std::int64_t documents) {
    std::vector<std::int64_t> ends;
    for (std::int64_t end = each; end < documents; end += each)
        ends.push_back(end);
    ends.push_back(documents);
    return ends;
}

TEST(PlanSegments, CutsAtTheEndsOfShards) {
    EXPECT_THAT(plan_segments({}, shards_of(300, 2'000), 2'000, 1'000), ElementsAre(SegmentRange{0, 1'200}, SegmentRange{1'200, 800}));
    EXPECT_THAT(plan_segments({}, shards_of(300, 500), 500, 1'000), ElementsAre(SegmentRange{0, 500}));
}

TEST(PlanSegments, KeepsWhatIsFinishedAndMergesWhatIsSmall) {
    // Up to 16,384 documents together always.
    EXPECT_THAT(plan_segments({{0, 10'000}}, shards_of(100, 12'000), 12'000, 200'000), ElementsAre(SegmentRange{0, 12'000}));
    // Beyond that only where the younger is more than a fourth of the elder.
    EXPECT_THAT(plan_segments({{0, 40'000}}, shards_of(100, 50'000), 50'000, 200'000), ElementsAre(SegmentRange{0, 40'000}, SegmentRange{40'000, 10'000}));
    EXPECT_THAT(plan_segments({{0, 40'000}}, shards_of(100, 50'100), 50'100, 200'000), ElementsAre(SegmentRange{0, 50'100}));
    // Never beyond the most; two that are small by themselves are merged before they are compared with their elder.
    EXPECT_THAT(plan_segments({{0, 190'000}, {190'000, 9'000}}, shards_of(100, 204'000), 204'000, 200'000),
                ElementsAre(SegmentRange{0, 190'000}, SegmentRange{190'000, 14'000}));
}

TEST(PlanSegments, DocumentsAddedOneByOneMakeFewSegmentsAndAreBuiltSeldom) {
    std::vector<SegmentRange> ranges;
    std::vector<std::int64_t> ends;
    std::int64_t built = 0;
    constexpr std::int64_t kAdded = 1'000, kDocuments = 200'000;
    for (std::int64_t documents = kAdded; documents <= kDocuments; documents += kAdded) {
        ends.push_back(documents);
        const auto before = ranges;
        ranges = plan_segments(ranges, ends, documents, 262'144);
        EXPECT_EQ(ranges.back().end(), documents);
        for (const auto& range : ranges)
            if (std::ranges::find(before, range) == before.end()) built += range.documents;
        EXPECT_LE(ranges.size(), 5u) << documents;
    }
    EXPECT_LT(built, 16 * kDocuments); // anew from the start each time would be 100 times
}

TEST(MostInSegment, GrowsWithTheMemory) {
    const auto with = [](std::uint64_t memory) { return most_in_segment({.memory = memory}); };
    EXPECT_EQ(with(0), 262'144);
    EXPECT_EQ(with(std::uint64_t{64} << 30), 262'144);
    EXPECT_EQ(with(std::uint64_t{1} << 30), 87'381);
    EXPECT_EQ(with(1), 4'096);
    EXPECT_EQ(most_in_segment({.segment_documents = 7, .memory = 1}), 7);
}

} // namespace
} // namespace cameo
