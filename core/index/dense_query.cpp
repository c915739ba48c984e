#include "core/index/dense_query.hpp"

namespace cameo {

DenseQuery::DenseQuery(const SparseVector& query, std::size_t vocabulary) : m_query(query) {
    thread_local std::vector<float> room;
    if (room.size() < vocabulary) room.resize(vocabulary, 0.0f);
    m_weights = std::span(room).first(vocabulary);
    for (std::size_t at = 0; at < query.terms.size(); ++at)
        if (const auto term = static_cast<std::size_t>(query.terms[at]); term < vocabulary)
            m_weights[term] = query.weights[at];
}

DenseQuery::~DenseQuery() {
    for (const auto term : m_query.terms)
        if (static_cast<std::size_t>(term) < m_weights.size()) m_weights[static_cast<std::size_t>(term)] = 0.0f;
}

float DenseQuery::score(const SparseView& document) const {
    float sum = 0;
    for (std::size_t at = 0; at < document.terms.size(); ++at)
        if (const auto term = static_cast<std::size_t>(document.terms[at]); term < m_weights.size())
            sum += m_weights[term] * document.weights[at];
    return sum;
}

} // namespace cameo
