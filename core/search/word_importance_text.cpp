#include "core/model/expert_names.hpp"
#include "core/search/word_importance.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cameo {

std::string to_text(const QueryImportance& importance) {
    std::size_t width = 8;
    for (const WordImportance& word : importance.words) width = std::max(width, word.word.size());
    std::string text = fmt::format("{}: rank {}\n", importance.document, importance.rank);
    if (importance.words.empty()) return text + "The query has one word: without it nothing is asked.\n";
    text += fmt::format("{:<{}}  {:>6}", "without", width, "rank");
    for (const std::string& expert : importance.experts) text += fmt::format("  {:>14} {:>5}", expert + " loses", "keeps");
    text += '\n';
    for (const WordImportance& word : importance.words) {
        text += fmt::format("{:<{}}  {:>6}", word.word, width, word.rank);
        for (std::size_t expert_idx = 0; expert_idx < importance.experts.size(); ++expert_idx)
            text += fmt::format("  {:>14.4f} {:>4.0f}%", word.lost[expert_idx], 100 * word.kept[expert_idx]);
        text += '\n';
    }
    return text;
}

std::string to_json(const QueryImportance& importance) {
    using Json = nlohmann::ordered_json;
    Json json = {{"doc", importance.document}, {"rank", importance.rank}, {"experts", Json::array()}, {"words", Json::array()}};
    for (std::size_t expert_idx = 0; expert_idx < importance.experts.size(); ++expert_idx)
        json["experts"].push_back({{"name", importance.experts[expert_idx]}, {"kind", name(importance.kinds[expert_idx])}, {"raw", importance.raw[expert_idx]}});
    for (const WordImportance& word : importance.words) {
        Json experts = Json::array();
        for (std::size_t expert_idx = 0; expert_idx < importance.experts.size(); ++expert_idx)
            experts.push_back({{"name", importance.experts[expert_idx]}, {"lost", word.lost[expert_idx]}, {"kept", word.kept[expert_idx]}});
        json["words"].push_back({{"word", word.word}, {"rank", word.rank}, {"experts", std::move(experts)}});
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace cameo
