#include "app/tour/wording.hpp"

#include "views/format.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cameo {

namespace {

constexpr std::size_t kLongestName = 48; ///< characters

std::string shortened(const std::string& text) {
    std::size_t characters = 0, cut = 0;
    for (std::size_t byte = 0; byte < text.size(); ++byte) {
        if ((static_cast<unsigned char>(text[byte]) & 0xC0) == 0x80) continue; // not the first of its character
        if (++characters == kLongestName) cut = byte;
    }
    return characters <= kLongestName ? text : text.substr(0, cut) + "\u2026";
}

std::string name_of(const Trace& trace, std::size_t place) {
    const UnionDocument& document = trace.documents[static_cast<std::size_t>(trace.fused[place].document)];
    return shortened(document.title.empty() ? document.id : document.title);
}

std::string listed(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (part > 0) text += part + 1 == parts.size() ? " and " : ", ";
        text += parts[part];
    }
    return text;
}

/// "Lexical (words that match), Local (phrases that align) and Global (meaning as a whole)"
std::string experts_words(const Snapshot& now) {
    std::vector<std::string> parts;
    if (now.trace)
        for (const ExpertTrace& expert : now.trace->experts) {
            const auto words = expert_words(expert.name, expert.kind);
            parts.push_back(words.title + " (" + std::string(words.plain) + ")");
        }
    return listed(parts);
}

void replace(std::string& text, std::string_view mark, const std::string& by) {
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size())) text.replace(at, mark.size(), by);
}

} // namespace

std::string why_first(const Trace& trace) {
    const FusedHit& best = trace.fused.front();
    std::vector<double> scores{best.score}; // as many digits as tell the two apart, and those more that the sum needs
    if (trace.fused.size() > 1) scores.push_back(trace.fused[1].score);
    constexpr int kFewest = 2; // as the lists have them
    const SumText sum = format_sum(best.score, best.used, std::max(score_decimals(scores), kFewest));
    std::string text = "Because its score is the highest: " + sum.total;
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx)
        text.append(expert_idx == 0 ? " (" : ", ").append(heading(trace.experts[expert_idx].name)).append(sum.minus[expert_idx] ? " \u2212" : " ").append(sum.parts[expert_idx]);
    text += ")";
    if (trace.fused.size() < 2) return text + ". Nothing else was found.";
    const FusedHit& next = trace.fused[1];
    text += "; the second, " + name_of(trace, 1) + ", ";
    if (!(best.score > next.score)) return text + "has the same.";
    text += "has " + format_score(next.score, sum.decimals);
    if (trace.experts.size() < 2) return text + ".";
    std::vector<double> leads(trace.experts.size());
    std::size_t leader = 0;
    for (std::size_t expert_idx = 0; expert_idx < leads.size(); ++expert_idx) {
        leads[expert_idx] = best.used[expert_idx] - next.used[expert_idx];
        if (leads[expert_idx] > leads[leader]) leader = expert_idx;
    }
    const SumText lead = format_sum(best.score - next.score, leads, sum.decimals);
    std::vector<std::string> parts;
    for (std::size_t expert_idx = 0; expert_idx < leads.size(); ++expert_idx)
        parts.push_back(heading(trace.experts[expert_idx].name) + (lead.minus[expert_idx] ? " \u2212" : " ") + lead.parts[expert_idx]);
    const auto words = expert_words(trace.experts[leader].name, trace.experts[leader].kind);
    return text + ". The lead of " + lead.total + " is " + listed(parts) + ": what sets the two apart most is " + words.title + ", " + std::string(words.plain) + ".";
}

std::string tour_words(std::string_view words, const Snapshot& now, const std::string& query) {
    const bool answered = now.trace && !now.trace->fused.empty();
    std::string text(words);
    replace(text, "{ask}", query.empty() ? "Type something and press Enter." : "The tour asks \u201C" + query + "\u201D.");
    replace(text, "{first}", answered ? name_of(*now.trace, 0) : "the first document");
    replace(text, "{experts}", experts_words(now));
    if (answered) replace(text, "{answer}", why_first(*now.trace));
    return text;
}

} // namespace cameo
