#include "core/index/dense_query.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <array>

namespace cameo {

namespace {

constexpr std::size_t kFetchedAhead = 4;

template <class T>
void fetch(std::span<const T> values) {
    constexpr std::size_t kLine = 64;
    const auto* const bytes = reinterpret_cast<const char*>(values.data());
    for (std::size_t at = 0; at < values.size_bytes(); at += kLine)
        __builtin_prefetch(bytes + at);
}

} // namespace

DenseQuery::DenseQuery(const SparseVector& query, std::size_t vocabulary) : m_query(query) {
    thread_local std::vector<float> room;
    thread_local std::vector<std::uint8_t> flags;
    if (room.size() < vocabulary) room.resize(vocabulary, 0.0f);
    if (flags.size() < vocabulary) flags.resize(vocabulary, 0);
    m_weights = std::span(room).first(vocabulary);
    m_has = std::span(flags).first(vocabulary);
    for (std::size_t at = 0; at < query.terms.size(); ++at)
        if (const auto term = static_cast<std::size_t>(query.terms[at]); term < vocabulary) {
            m_weights[term] = query.weights[at];
            m_has[term] = 1;
        }
}

DenseQuery::~DenseQuery() {
    for (const auto entry : m_query.terms)
        if (const auto term = static_cast<std::size_t>(entry); term < m_weights.size()) {
            m_weights[term] = 0;
            m_has[term] = 0;
        }
}

float DenseQuery::score(const SparseView& document) const {
    // Few terms are the query's. Their places are gathered first, without a branch that could not be foretold: then only
    // these wait for the sum before them.
    std::array<std::uint32_t, 256> places;
    const std::uint8_t* const has = m_has.data();
    const std::size_t vocabulary = m_weights.size();
    float sum = 0;
    for (std::size_t begin = 0; begin < document.terms.size(); begin += places.size()) {
        const std::size_t end = std::min(document.terms.size(), begin + places.size());
        std::size_t found = 0;
        for (std::size_t at = begin; at < end; ++at) {
            const auto term = static_cast<std::size_t>(document.terms[at]);
            if (term >= vocabulary) continue;
            places[found] = static_cast<std::uint32_t>(at);
            found += has[term];
        }
        for (std::size_t place = 0; place < found; ++place)
            sum += m_weights[static_cast<std::size_t>(document.terms[places[place]])] * document.weights[places[place]];
    }
    return sum;
}

void DenseQuery::score(std::span<const SparseView> documents, std::span<float> scores) const {
    check(documents.size() == scores.size(), "DenseQuery::score: lengths differ");
    for (std::size_t at = 0; at < documents.size(); ++at) {
        if (at + kFetchedAhead < documents.size()) {
            fetch(documents[at + kFetchedAhead].terms);
            fetch(documents[at + kFetchedAhead].weights);
        }
        scores[at] = score(documents[at]);
    }
}

} // namespace cameo
