#include "core/search/ledger.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace cameo {

namespace {

/// Eight sums side by side, so that the processor need not wait for one addition before the next.
double dot(const float* a, const float* b, std::size_t width) {
    constexpr std::size_t kSums = 8;
    double sums[kSums] = {};
    std::size_t at = 0;
    for (; at + kSums <= width; at += kSums)
        for (std::size_t lane = 0; lane < kSums; ++lane)
            sums[lane] += static_cast<double>(a[at + lane]) * b[at + lane];
    for (; at < width; ++at)
        sums[at % kSums] += static_cast<double>(a[at]) * b[at];
    double sum = 0;
    for (const double part : sums)
        sum += part;
    return sum;
}

void open_lexical(const ExpertEvidence& evidence, ExpertLedger& ledger) {
    std::unordered_map<std::int32_t, std::vector<TextSpan>> places;
    for (std::size_t token = 0; token < evidence.content.ids.size(); ++token)
        if (evidence.content.spans[token].begin < evidence.content.spans[token].end)
            places[evidence.content.ids[token]].push_back(evidence.content.spans[token]);
    const std::unordered_set<std::int32_t> in_query(evidence.query_ids.begin(), evidence.query_ids.end());

    const SparseVector& query = evidence.query.sparse;
    const SparseVector& document = evidence.document.sparse;
    const auto add = [&](std::int32_t term, float query_weight, float document_weight) {
        TermPart& part = ledger.terms.emplace_back();
        part.term = term;
        part.word = token_or_number(evidence.tokenizer, term);
        part.query_weight = query_weight;
        part.document_weight = document_weight;
        part.product = static_cast<double>(query_weight) * document_weight;
        part.in_query_text = in_query.contains(term);
        if (evidence.postings) part.postings = evidence.postings(term);
        if (const auto place = places.find(term); place != places.end()) part.document_spans = place->second;
    };
    std::size_t q = 0, d = 0; // both lists ascend by term id
    while (q < query.terms.size() || d < document.terms.size()) {
        const bool query_ends = q == query.terms.size(), document_ends = d == document.terms.size();
        if (document_ends || (!query_ends && query.terms[q] < document.terms[d])) {
            add(query.terms[q], query.weights[q], 0);
            ++q;
        } else if (query_ends || document.terms[d] < query.terms[q]) {
            add(document.terms[d], 0, document.weights[d]);
            ++d;
        } else {
            add(query.terms[q], query.weights[q], document.weights[d]);
            ++q, ++d;
        }
    }
    const auto group = [](const TermPart& part) {
        if (part.query_weight != 0 && part.document_weight != 0) return 0;
        return part.query_weight != 0 ? 1 : 2;
    };
    std::sort(ledger.terms.begin(), ledger.terms.end(), [&](const TermPart& a, const TermPart& b) {
        if (group(a) != group(b)) return group(a) < group(b);
        if (a.product != b.product) return a.product > b.product;
        if (a.query_weight != b.query_weight) return a.query_weight > b.query_weight;
        if (a.document_weight != b.document_weight) return a.document_weight > b.document_weight;
        return a.term < b.term;
    });
    double sum = 0;
    for (const TermPart& part : ledger.terms)
        sum += part.product;
    ledger.residual = ledger.raw - sum;
}

void open_local(const ExpertEvidence& evidence, ExpertLedger& ledger) {
    const TokenVectors& query = evidence.query.tokens;
    const TokenVectors& document = evidence.document.tokens;
    check(query.count() == 0 || document.count() == 0 || query.width == document.width,
          "open_score: query and document token vectors differ in width");
    const auto width = static_cast<std::size_t>(query.width);
    const std::size_t rows = document.count();

    for (const std::int32_t id : document.tokens)
        ledger.document_tokens.push_back(token_or_number(evidence.tokenizer, id));
    ledger.document_spans = document.spans;
    ledger.similarities.reserve(query.count() * rows);

    double sum = 0;
    for (std::size_t row = 0; row < query.count(); ++row) {
        TokenPart& part = ledger.tokens.emplace_back();
        part.query_token = token_or_number(evidence.tokenizer, query.tokens[row]);
        part.query_span = query.spans[row];
        for (std::size_t column = 0; column < rows; ++column) {
            const double similarity = dot(&query.rows[row * width], &document.rows[column * width], width);
            ledger.similarities.push_back(static_cast<float>(similarity));
            if (part.best < 0 || similarity > part.similarity) {
                part.best = static_cast<std::int32_t>(column);
                part.similarity = similarity;
            }
        }
        sum += part.similarity;
    }
    ledger.residual = ledger.raw - sum;
}

void open_global(const ExpertEvidence& evidence, ExpertLedger& ledger) {
    const std::vector<float>& query = evidence.query.pooled;
    const std::vector<float>& document = evidence.document.pooled;
    check(query.size() == document.size(), "open_score: query and document vectors differ in width");
    ledger.dot = dot(query.data(), document.data(), query.size());
    ledger.query_norm = std::sqrt(dot(query.data(), query.data(), query.size()));
    ledger.document_norm = std::sqrt(dot(document.data(), document.data(), document.size()));
    ledger.residual = ledger.raw - ledger.dot;
}

} // namespace

ExpertLedger open_score(const ExpertEvidence& evidence) {
    ExpertLedger ledger;
    ledger.name = evidence.name;
    ledger.kind = evidence.kind;
    ledger.raw = evidence.raw;
    switch (evidence.kind) {
    case ExpertKind::Lexical:
        open_lexical(evidence, ledger);
        break;
    case ExpertKind::Local:
        open_local(evidence, ledger);
        break;
    case ExpertKind::Global:
        open_global(evidence, ledger);
        break;
    }
    return ledger;
}

} // namespace cameo
