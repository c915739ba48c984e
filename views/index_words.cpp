#include "views/index_words.hpp"

#include "views/format.hpp"

namespace cameo {

std::string forecast_words(const IndexForecast& forecast) {
    return "About " + format_duration(forecast.seconds) + " and " + format_bytes(forecast.bytes) + ", of " + format_bytes(forecast.free) + " that are free.";
}

std::string where_words(const IndexSettings& settings) { return settings.in_milvus ? "in Milvus at " + settings.address : "on this machine"; }

namespace {

/// Whether the token vectors that lie here can become those that are wanted: what was taken away does not come back.
bool holds_enough(const IndexSettings& is, const IndexSettings& wanted) {
    const bool same_bits = is.local_bits == wanted.local_bits, same_pooling = is.token_pooling == wanted.token_pooling;
    return is.local_bits == 0 ? same_pooling || is.token_pooling == 1 : same_bits && same_pooling;
}

} // namespace

std::string plan_words(const IndexPlan& plan) {
    if (!plan.is_there) return "Every document is encoded once.";
    const IndexSettings &is = plan.first, &wanted = plan.wanted;
    if (!plan.changed()) return "This is how it is made. Indexing encodes what is missing and nothing else.";
    if (is.in_milvus && !wanted.in_milvus) return "Every document is encoded again. What lies in Milvus stays there.";
    if (wanted.in_milvus && !is.in_milvus)
        return is.local_bits == 0 && holds_enough(is, wanted) ? "What is encoded already goes to the server; its file here is removed as the server confirms it."
                                  : "Every document is encoded again: the server keeps more than is left here. The files here are removed.";
    if (wanted.in_milvus) return "Another server, another way of finding there or another pooling is another index: every document is encoded again.";
    if (!holds_enough(is, wanted)) return "Every document is encoded again: what compression has taken away is not there any more.";
    if (is.local_bits != wanted.local_bits || is.token_pooling != wanted.token_pooling) return "Token vectors are compressed where they lie; nothing is encoded again.";
    return "Nothing is encoded again: only what finds candidates is made anew.";
}

} // namespace cameo
