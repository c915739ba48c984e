#include "core/index/bm25_postings.hpp"

#include <algorithm>
#include <numeric>

namespace cameo {

std::optional<std::size_t> Bm25Postings::find(std::string_view wanted) const {
    std::size_t first = 0, count = terms();
    while (count > 0) {
        const auto half = count / 2;
        if (term(first + half) < wanted) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    if (first == terms() || term(first) != wanted) return {};
    return first;
}

std::string_view Bm25Postings::contradiction() const {
    const auto rises_to = [this](std::span<const std::uint64_t> begins, std::size_t end) {
        return begins.size() == term_begins.size() && !begins.empty() && begins.front() == 0 &&
               begins.back() == end && std::is_sorted(begins.begin(), begins.end());
    };
    if (documents < 0 || documents > UINT32_MAX) return "the number of documents";
    if (!rises_to(term_begins, vocabulary.size())) return "the list of terms";
    if (!rises_to(posting_begins, posting_documents.size()) || impacts.size() != posting_documents.size())
        return "the list of postings";
    if (!rises_to(block_begins, blocks.size())) return "the list of blocks";
    for (std::size_t t = 0; t < terms(); ++t) {
        if (t > 0 && term(t - 1) >= term(t)) return "the order of the terms";
        const auto begin = posting_begins[t], end = posting_begins[t + 1];
        if (block_begins[t + 1] - block_begins[t] != (end - begin + kBm25Block - 1) / kBm25Block)
            return "the blocks of a term";
        for (auto at = begin; at < end; ++at) {
            const bool rises = at == begin || posting_documents[at - 1] < posting_documents[at];
            if (!rises || posting_documents[at] >= documents) return "the documents of a term";
            const auto& block = blocks[block_begins[t] + (at - begin) / kBm25Block];
            const bool last = at + 1 == end || (at + 1 - begin) % kBm25Block == 0;
            if (impacts[at] > block.max_impact || (last && block.last_document != posting_documents[at]))
                return "the bounds of a block";
        }
    }
    return {};
}

} // namespace cameo
