#include "core/index/plan_segments.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr std::int64_t kMergedAlways = 16'384; // documents whose structures take seconds
constexpr std::int64_t kMergeGrowth = 4;       // a segment is merged with one that is a fourth of it, or more

// Building a segment's structures takes a third of the memory at most: postings in 3 bytes each, links of a graph and what FAISS needs beside
// them. Encoding takes its part at other times.
constexpr std::int64_t kMostSegment = 262'144;
constexpr std::int64_t kLeastSegment = 4096;
constexpr std::uint64_t kStructureBytes = 4096; // of a document, while its structures are built

} // namespace

std::int64_t shard_documents(const IndexOptions& options, std::int64_t documents) {
    if (options.shard_documents > 0) return options.shard_documents;
    return documents <= 100'000 ? 256 : 2048;
}

std::int64_t most_in_segment(const IndexOptions& options) {
    if (options.segment_documents > 0) return options.segment_documents;
    if (options.memory == 0) return kMostSegment;
    return std::clamp(static_cast<std::int64_t>(options.memory / 3 / kStructureBytes), kLeastSegment, kMostSegment);
}

std::vector<SegmentRange> plan_segments(std::vector<SegmentRange> ranges, std::span<const std::int64_t> shard_ends, std::int64_t documents,
                                        std::int64_t most) {
    for (auto begin = ranges.empty() ? 0 : ranges.back().end(); begin < documents;) {
        const auto end = std::ranges::lower_bound(shard_ends, std::min(begin + most, documents));
        ranges.push_back({begin, (end == shard_ends.end() ? documents : *end) - begin});
        begin = ranges.back().end();
    }
    while (ranges.size() > 1) {
        const auto last = ranges.back(), before = ranges[ranges.size() - 2];
        const auto together = last.documents + before.documents;
        if (together > most || (together > kMergedAlways && before.documents >= kMergeGrowth * last.documents)) break;
        ranges.pop_back();
        ranges.back().documents = together;
    }
    return ranges;
}

} // namespace cameo
