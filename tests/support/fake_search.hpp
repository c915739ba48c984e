#pragma once

#include "core/base/error.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"
#include "tests/support/fake_tokenizer.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace cameo {

/// Documents and judged queries in memory, in one split "test".
class FakeCollection final : public Collection {
public:
    explicit FakeCollection(std::string name = "fakes") : m_name(std::move(name)) {}

    std::vector<Document> documents;
    std::vector<Query> all_queries;
    Qrels judged;
    std::string fingerprint = "c1";
    std::vector<std::string> earlier; ///< fingerprints it grew from

    const std::string& name() const override { return m_name; }
    const std::filesystem::path& path() const override { return m_path; }
    std::string version() const override { return fingerprint; }
    bool grew_from(std::string_view version) const override {
        return version == fingerprint || std::find(earlier.begin(), earlier.end(), version) != earlier.end();
    }
    std::int64_t size() const override { return static_cast<std::int64_t>(documents.size()); }
    Document document(DocumentOrdinal ordinal) const override {
        return documents.at(static_cast<std::size_t>(ordinal));
    }
    std::optional<DocumentOrdinal> find(std::string_view id) const override {
        for (std::size_t at = 0; at < documents.size(); ++at)
            if (documents[at].id == id) return static_cast<DocumentOrdinal>(at);
        return std::nullopt;
    }
    void for_each_document(DocumentOrdinal first,
                           const std::function<bool(DocumentOrdinal, const Document&)>& take) const override {
        for (auto at = first; at < size(); ++at)
            if (!take(at, document(at))) return;
    }
    std::vector<std::string> splits() const override { return {"test"}; }
    std::vector<Query> queries(std::string_view split) const override {
        return split == "test" || split.empty() ? all_queries : std::vector<Query>{};
    }
    Qrels qrels(std::string_view split) const override { return split == "test" ? judged : Qrels{}; }
    std::map<std::string, std::string> provenance() const override { return {}; }

private:
    std::string m_name;
    std::filesystem::path m_path = "fakes.sqlite";
};

/// Three experts over the words of a FakeTokenizer. Lexical: 1 + ln(count) a word, and half a weight on the
/// word after it in the vocabulary. Local: a unit vector a word, made from its id. Global: their normalised
/// mean.
class FakeModel final : public Model {
public:
    std::filesystem::path home; ///< where its learned fusion would lie; empty: nowhere
    std::atomic<bool> hold{false}; ///< a query takes as long as this is so

    explicit FakeModel(std::vector<std::string> words, std::string name = "fake", std::string version = "m1")
        : m_tokenizer(std::move(words)), m_name(std::move(name)), m_version(std::move(version)) {
        const auto vocabulary = static_cast<std::int32_t>(m_tokenizer.vocabulary_size());
        m_experts = {{"lexical", ExpertKind::Lexical, vocabulary, 32, 64, "words"},
                     {"local", ExpertKind::Local, kWidth, 32, 64, "tokens"},
                     {"global", ExpertKind::Global, kWidth, 32, 64, "whole"}};
    }

    const std::string& name() const override { return m_name; }
    const std::string& kind() const override { return m_kind; }
    const std::string& version() const override { return m_version; }
    std::filesystem::path folder() const override { return home; }
    std::span<const ExpertInfo> experts() const override { return m_experts; }
    const Tokenizer& tokenizer(std::size_t) const override { return m_tokenizer; }
    const LoadReport& load_report() const override { return m_report; }
    DeviceInfo device() const override {
        return {.device = "cpu", .name = "fake", .precision = "fp32", .threads = 1};
    }

    std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role role,
                                                    Progress& progress) const override {
        std::vector<std::vector<Representation>> all;
        while (hold && role == Role::Query) progress.check_cancelled();
        for (const std::string& text : texts) {
            auto& experts = all.emplace_back();
            for (std::size_t expert_idx = 0; expert_idx < m_experts.size(); ++expert_idx)
                experts.push_back(encode_one(text, role, expert_idx));
            progress.advance();
        }
        return all;
    }
    std::vector<Representation> encode(std::span<const std::string> texts, Role role, std::size_t expert_idx,
                                       Progress& progress) const override {
        std::vector<Representation> all;
        while (hold && role == Role::Query) progress.check_cancelled();
        for (const std::string& text : texts) {
            all.push_back(encode_one(text, role, expert_idx));
            progress.advance();
        }
        return all;
    }

private:
    static constexpr std::int32_t kWidth = 4;

    static void add_word_vector(std::int32_t id, std::vector<float>& rows) {
        double squares = 0;
        std::vector<double> row;
        for (std::int32_t at = 0; at < kWidth; ++at) {
            row.push_back(std::sin(1.0 + id * (at + 1.7)));
            squares += row.back() * row.back();
        }
        for (const double value : row)
            rows.push_back(static_cast<float>(value / std::sqrt(squares)));
    }

    Representation encode_one(const std::string& text, Role role, std::size_t expert_idx) const {
        const Encoding encoding = m_tokenizer.encode(text, role == Role::Query ? 32 : 64);
        Representation result;
        result.truncated = encoding.truncated;
        std::map<std::int32_t, float> counts;
        TokenVectors tokens{.width = kWidth};
        for (std::size_t at = 0; at < encoding.ids.size(); ++at) {
            if (m_tokenizer.is_special(encoding.ids[at])) continue;
            counts[encoding.ids[at]] += 1;
            tokens.tokens.push_back(encoding.ids[at]);
            tokens.spans.push_back(encoding.spans[at]);
            add_word_vector(encoding.ids[at], tokens.rows);
        }
        if (expert_idx == 0) {
            std::map<std::int32_t, float> weights;
            for (const auto& [id, count] : counts) {
                weights[id] = std::max(weights[id], 1 + std::log(count));
                const std::int32_t next = id + 1;
                if (static_cast<std::size_t>(next) < m_tokenizer.vocabulary_size())
                    weights[next] = std::max(weights[next], 0.5f);
            }
            for (const auto& [id, weight] : weights) {
                result.sparse.terms.push_back(id);
                result.sparse.weights.push_back(weight);
            }
        } else if (expert_idx == 1) {
            result.tokens = std::move(tokens);
        } else {
            result.pooled.assign(kWidth, 0);
            for (std::size_t at = 0; at < tokens.rows.size(); ++at)
                result.pooled[at % kWidth] += tokens.rows[at];
            float squares = 1e-12f;
            for (const float value : result.pooled)
                squares += value * value;
            for (float& value : result.pooled)
                value /= std::sqrt(squares);
        }
        return result;
    }

    FakeTokenizer m_tokenizer;
    std::vector<ExpertInfo> m_experts;
    std::string m_name, m_version, m_kind = "assembly";
    LoadReport m_report;
};

/// Every document of the collection, or the first `indexed` of them, scored by plain loops in float.
class FakeIndex : public Index {
public:
    FakeIndex(const Model& model, const Collection& collection, std::int64_t indexed = -1) {
        m_info = {.model = model.name(),
                  .model_version = model.version(),
                  .collection = collection.name(),
                  .collection_version = collection.version(),
                  .expected = collection.size()};
        m_info.documents = indexed < 0 ? collection.size() : indexed;
        for (const ExpertInfo& expert : model.experts())
            m_info.experts.push_back({.name = expert.name, .kind = expert.kind, .structure = "list"});
        std::vector<std::string> texts;
        for (std::int64_t at = 0; at < m_info.documents; ++at)
            texts.push_back(collection.document(at).content());
        Progress progress;
        m_documents = model.encode(texts, Role::Document, progress);
    }

    const IndexInfo& info() const override { return m_info; }
    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query,
                                           std::size_t k, const CandidateOptions& options) const override {
        std::vector<ScoredDocument> all;
        for (std::size_t at = 0; at < m_documents.size(); ++at) {
            const float score = score_one(expert_idx, query, at);
            if (options.hidden && options.hidden->contains(static_cast<DocumentOrdinal>(at))) continue;
            if (m_info.experts[expert_idx].kind != ExpertKind::Lexical || score > 0)
                all.push_back({static_cast<DocumentOrdinal>(at), score});
        }
        std::sort(all.begin(), all.end(), better);
        if (all.size() > k) all.resize(k);
        return all;
    }
    void score(std::size_t expert_idx, const Representation& query,
               std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        for (std::size_t at = 0; at < documents.size(); ++at)
            scores[at] = score_one(expert_idx, query, static_cast<std::size_t>(documents[at]));
    }
    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override {
        return std::count_if(m_documents.begin(), m_documents.end(), [&](const std::vector<Representation>& document) {
            const auto& terms = document[expert_idx].sparse.terms;
            return std::find(terms.begin(), terms.end(), term) != terms.end();
        });
    }
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override {
        return m_documents.at(static_cast<std::size_t>(ordinal)).at(expert_idx);
    }

private:
    float score_one(std::size_t expert_idx, const Representation& query, std::size_t at) const {
        const Representation& document = m_documents.at(at).at(expert_idx);
        float score = 0;
        for (std::size_t q = 0; q < query.sparse.terms.size(); ++q)
            for (std::size_t d = 0; d < document.sparse.terms.size(); ++d)
                if (query.sparse.terms[q] == document.sparse.terms[d])
                    score += query.sparse.weights[q] * document.sparse.weights[d];
        const auto width = static_cast<std::size_t>(query.tokens.width);
        for (std::size_t q = 0; q < query.tokens.count() && document.tokens.count() > 0; ++q) {
            float best = -INFINITY;
            for (std::size_t d = 0; d < document.tokens.count(); ++d) {
                float dot = 0;
                for (std::size_t h = 0; h < width; ++h)
                    dot += query.tokens.rows[q * width + h] * document.tokens.rows[d * width + h];
                best = std::max(best, dot);
            }
            score += best;
        }
        for (std::size_t h = 0; h < query.pooled.size(); ++h)
            score += query.pooled[h] * document.pooled[h];
        return score;
    }

    IndexInfo m_info;
    std::vector<std::vector<Representation>> m_documents;
};

/// Counts the words that query and document share.
class FakeBm25 final : public Bm25 {
public:
    explicit FakeBm25(const FakeCollection& collection) : m_collection(collection) {}
    std::vector<ScoredDocument> search(std::string_view query, std::size_t k) const override {
        std::vector<ScoredDocument> hits;
        const std::set<std::string> wanted = words(query);
        for (std::size_t at = 0; at < m_collection.documents.size(); ++at) {
            float shared = 0;
            for (const std::string& word : words(m_collection.documents[at].content()))
                shared += static_cast<float>(wanted.count(word));
            if (shared > 0) hits.push_back({static_cast<DocumentOrdinal>(at), shared});
        }
        std::sort(hits.begin(), hits.end(), better);
        if (hits.size() > k) hits.resize(k);
        return hits;
    }
    std::int64_t documents() const override { return m_collection.size(); }

private:
    static std::set<std::string> words(std::string_view text) {
        std::istringstream stream{std::string(text)};
        std::set<std::string> found;
        for (std::string word; stream >> word;)
            found.insert(word);
        return found;
    }
    const FakeCollection& m_collection;
};

} // namespace cameo
