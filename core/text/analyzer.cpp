#include "core/text/analyzer.hpp"

#include "core/text/stemmer.hpp"
#include "core/text/words.hpp"

#include <set>

namespace cameo {

namespace {

Stemmer& stemmer() {
    thread_local Stemmer own;
    return own;
}

std::set<std::string, std::less<>> distinct_stems(std::string_view text) {
    std::set<std::string, std::less<>> stems;
    analyze(text, [&](std::string_view stem, TextSpan) {
        if (!stems.contains(stem)) stems.emplace(stem);
    });
    return stems;
}

} // namespace

void analyze(std::string_view text, const std::function<void(std::string_view stem, TextSpan span)>& take) {
    WordReader words(text);
    while (words.next())
        if (!is_stop_word(words.word())) take(stemmer().stem(words.word()), words.span());
}

std::vector<Term> analyze(std::string_view text) {
    std::vector<Term> terms;
    analyze(text, [&](std::string_view stem, TextSpan span) { terms.push_back({std::string(stem), span}); });
    return terms;
}

double overlap_share(std::string_view query, std::string_view document) {
    const auto wanted = distinct_stems(query);
    if (wanted.empty()) return 0;
    const auto there = distinct_stems(document);
    std::size_t found = 0;
    for (const auto& stem : wanted)
        found += there.contains(stem);
    return static_cast<double>(found) / static_cast<double>(wanted.size());
}

} // namespace cameo
