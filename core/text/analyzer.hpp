#pragma once

#include "core/text/tokenizer.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace cameo {

/// How BM25 sees a text: lower-cased words of two or more word characters, English stop words out, Snowball
/// English stems. The word rule and the stop list are bm25s' defaults, so that scores can be compared.
/// Thread-safe: each thread has its own stemmer.
struct Term {
    std::string stem;
    TextSpan span; ///< the word in the text
};

/// Calls `take` for each term in order of the text. Invalid UTF-8 separates words.
void analyze(std::string_view text, const std::function<void(std::string_view stem, TextSpan span)>& take);
std::vector<Term> analyze(std::string_view text);

/// The share of `query`'s distinct stems that `document` contains, in [0, 1]; 0 when the query has none.
/// Sorts judged queries into lexical (>= 0.8), semantic (<= 0.5) and mixed before any model is run.
double overlap_share(std::string_view query, std::string_view document);

} // namespace cameo
