#include "app/results_text.hpp"

#include "views/format.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace cameo {

namespace {

constexpr std::size_t kColumns = 60; ///< of what stands behind a score

/// Whole characters, with a mark where there was more.
std::string cut(std::string_view text, std::size_t columns) {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (begins && characters++ == columns) {
            std::string shortened(text.substr(0, at));
            shortened += " …";
            return shortened;
        }
    }
    return std::string(text);
}

std::string named(const UnionDocument& document) {
    const std::string& words = document.title.empty() ? document.snippet : document.title;
    std::string text = document.id;
    if (!words.empty() && words != document.id) text.append("  ").append(words);
    return cut(text, kColumns);
}

} // namespace

std::string results_text(const Trace& trace, std::size_t rows) {
    std::string text = fmt::format("Query: {}\n  {} on {}, {} documents, {} in the union, {}\n", trace.query, trace.model,
                                   trace.collection, format_count(trace.indexed_documents), trace.documents.size(),
                                   format_ms(trace.timings.total_ms));
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        const auto& expert = trace.experts[expert_idx];
        text += fmt::format("\n  {}\n", expert.name);
        for (std::size_t rank = 1; rank <= std::min(rows, expert.hits.size()); ++rank) {
            const auto& document = trace.documents[static_cast<std::size_t>(expert.hits[rank - 1])];
            text += fmt::format("  {:>4}  {:>9.3f}  {}\n", rank, document.raw[expert_idx], named(document));
        }
    }
    text += fmt::format("\n  fused by {}\n", to_string(trace.fusion));
    for (std::size_t rank = 1; rank <= std::min(rows, trace.fused.size()); ++rank) {
        const auto& hit = trace.fused[rank - 1];
        const auto& document = trace.documents[static_cast<std::size_t>(hit.document)];
        text += fmt::format("  {:>4}  {:>9}  {}\n", rank, to_string(format_sum(hit.score, hit.used, 2)), named(document));
    }
    return text;
}

} // namespace cameo
