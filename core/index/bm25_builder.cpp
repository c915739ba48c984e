#include "core/index/bm25_builder.hpp"

#include "core/base/error.hpp"
#include "core/text/words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cameo {

namespace {

constexpr std::uint32_t kStopWord = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kDocumentsBetweenChecks = 4096;

/// ln(1 + (N - df + 0.5) / (df + 0.5))
double inverse_document_frequency(std::int64_t documents, std::uint32_t with_term) {
    const double n = static_cast<double>(documents), df = with_term;
    return std::log(1 + (n - df + 0.5) / (df + 0.5));
}

} // namespace

Bm25Postings Bm25Data::view() const {
    return {documents,         vocabulary, term_begins,  posting_begins,
            posting_documents, impacts,    block_begins, blocks};
}

Bm25Builder::Bm25Builder(const Bm25Options& options) : m_options(options) {
    if (!(options.k1 >= 0 && std::isfinite(options.k1) && options.b >= 0 && options.b <= 1))
        throw Error(ErrorKind::InvalidInput, "BM25: k1 is " + std::to_string(options.k1) + " and b is " +
                                                 std::to_string(options.b) +
                                                 ", expected k1 >= 0 and b from 0 to 1");
}

std::uint32_t Bm25Builder::term_of(std::string_view word) {
    if (const auto known = m_words.find(word); known != m_words.end()) return known->second;
    auto term = kStopWord;
    if (!is_stop_word(word)) {
        const auto stem = m_stemmer.stem(word);
        auto known = m_terms.find(stem);
        if (known == m_terms.end()) {
            known = m_terms.emplace(std::string(stem), static_cast<std::uint32_t>(m_document_counts.size()))
                        .first;
            m_document_counts.push_back(0);
            m_occurrences.push_back(0);
        }
        term = known->second;
    }
    m_words.emplace(std::string(word), term);
    return term;
}

void Bm25Builder::add(std::string_view text) {
    std::uint32_t length = 0;
    for (WordReader words(text); words.next();) {
        const auto term = term_of(words.word());
        if (term == kStopWord) continue;
        if (m_occurrences[term]++ == 0) m_present.push_back(term);
        ++length;
    }
    for (const auto term : m_present) {
        m_forward_terms.push_back(term);
        m_forward_counts.push_back(
            static_cast<std::uint16_t>(std::min<std::uint32_t>(m_occurrences[term], UINT16_MAX)));
        m_occurrences[term] = 0;
        ++m_document_counts[term];
    }
    m_present.clear();
    m_forward_begins.push_back(m_forward_terms.size());
    m_lengths.push_back(length);
}

void Bm25Builder::skip() {
    m_forward_begins.push_back(m_forward_terms.size());
    m_lengths.push_back(0);
    ++m_skipped;
}

Bm25Data Bm25Builder::finish(Progress& progress) {
    check(m_lengths.size() < std::numeric_limits<std::uint32_t>::max(), "BM25: more than 2^32 documents");
    Bm25Data data;
    data.documents = static_cast<std::int64_t>(m_lengths.size());
    const auto documents = static_cast<std::int64_t>(m_lengths.size() - m_skipped);

    // Terms in the order of their letters.
    std::vector<const Map::value_type*> sorted;
    for (const auto& entry : m_terms)
        sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    std::vector<std::uint32_t> place(sorted.size());
    std::vector<double> idf;
    data.term_begins.push_back(0);
    data.posting_begins.push_back(0);
    data.block_begins.push_back(0);
    for (const auto* entry : sorted) {
        place[entry->second] = static_cast<std::uint32_t>(idf.size());
        const auto count = m_document_counts[entry->second];
        idf.push_back(inverse_document_frequency(documents, count));
        data.vocabulary += entry->first;
        data.term_begins.push_back(data.vocabulary.size());
        data.posting_begins.push_back(data.posting_begins.back() + count);
        data.block_begins.push_back(data.block_begins.back() + (count + kBm25Block - 1) / kBm25Block);
    }
    progress.check_cancelled();

    // A counting sort of the forward lists, documents in order, gives each term's documents in order.
    data.posting_documents.resize(m_forward_terms.size());
    data.impacts.resize(m_forward_terms.size());
    data.blocks.resize(data.block_begins.back());
    auto next = data.posting_begins;
    const double total = std::accumulate(m_lengths.begin(), m_lengths.end(), 0.0);
    const double mean = total > 0 ? total / static_cast<double>(documents) : 1;
    const double b = m_options.b;
    for (std::size_t document = 0; document < m_lengths.size(); ++document) {
        if (document % kDocumentsBetweenChecks == 0) progress.check_cancelled();
        const double norm = m_options.k1 * (1 - b + b * m_lengths[document] / mean);
        for (auto at = m_forward_begins[document]; at < m_forward_begins[document + 1]; ++at) {
            const auto term = place[m_forward_terms[at]];
            const double count = m_forward_counts[at];
            const double score = idf[term] * count / (count + norm);
            const auto impact = static_cast<Impact>(std::max<long>(1, std::lround(score / kImpactUnit)));
            const auto to = next[term]++;
            data.posting_documents[to] = static_cast<std::uint32_t>(document);
            data.impacts[to] = impact;
            auto& block =
                data.blocks[data.block_begins[term] + (to - data.posting_begins[term]) / kBm25Block];
            block.last_document = static_cast<std::uint32_t>(document);
            block.max_impact = std::max(block.max_impact, impact);
        }
    }
    *this = Bm25Builder(m_options);
    return data;
}

} // namespace cameo
