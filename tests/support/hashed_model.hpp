#pragma once

#include "core/model/model.hpp"
#include "tests/support/fake_tokenizer.hpp"

#include <atomic>
#include <cmath>
#include <functional>
#include <random>
#include <set>
#include <sstream>

namespace cameo {

/// A model without weights: lexical, local and global experts whose representations are drawn from hashes of
/// the words. Texts that share words match, the same text always gives the same numbers, and nothing has to
/// be loaded.
class HashedModel final : public Model {
public:
    static constexpr std::int32_t kVocabulary = 500, kLocalWidth = 24, kGlobalWidth = 20, kMaxTokens = 40;

    explicit HashedModel(std::string version = "1") : m_version(std::move(version)) {
        m_experts = {{"lexical", ExpertKind::Lexical, kVocabulary, kMaxTokens, kMaxTokens, "hashed words"},
                     {"local", ExpertKind::Local, kLocalWidth, kMaxTokens, kMaxTokens, "one vector a word"},
                     {"global", ExpertKind::Global, kGlobalWidth, kMaxTokens, kMaxTokens, "their mean"}};
    }

    const std::string& name() const override { return m_name; }
    const std::string& kind() const override { return m_kind; }
    const std::string& version() const override { return m_version; }
    std::span<const ExpertInfo> experts() const override { return m_experts; }
    const Tokenizer& tokenizer(std::size_t) const override { return m_tokenizer; }
    const LoadReport& load_report() const override { return m_report; }
    DeviceInfo device() const override { return {}; }

    std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role,
                                                    Progress& progress) const override {
        ++encode_calls;
        std::vector<std::vector<Representation>> encoded;
        for (const auto& text : texts) {
            if (before_text) before_text(encoded_texts);
            encoded.push_back({lexical(text), local(text), global(text)});
            ++encoded_texts;
            progress.advance();
        }
        return encoded;
    }
    std::vector<Representation> encode(std::span<const std::string> texts, Role role, std::size_t expert_idx,
                                       Progress& progress) const override {
        std::vector<Representation> only;
        for (auto& all : encode(texts, role, progress))
            only.push_back(std::move(all[expert_idx]));
        return only;
    }

    std::vector<Representation> encode_one(const std::string& text) const {
        return {lexical(text), local(text), global(text)};
    }

    mutable std::atomic<int> encode_calls{0};
    mutable std::atomic<std::int64_t> encoded_texts{0};
    /// Called before each text with how many were encoded: for tests that cancel, kill or wait.
    std::function<void(std::int64_t)> before_text;

private:
    static std::vector<std::string> words(const std::string& text) {
        std::istringstream stream(text);
        std::vector<std::string> found;
        for (std::string word; stream >> word && found.size() < kMaxTokens;)
            found.push_back(word);
        return found;
    }
    static std::uint32_t hash(const std::string& word) {
        std::uint32_t value = 2166136261u;
        for (const unsigned char letter : word)
            value = (value ^ letter) * 16777619u;
        return value;
    }
    // mt19937 is the same everywhere; the standard's distributions are not.
    static float uniform(std::mt19937& random) { return static_cast<float>(random() >> 8) * 0x1p-24f; }
    static std::vector<float> unit_vector(std::uint32_t seed, std::int32_t width) {
        std::mt19937 random(seed);
        std::vector<float> vector(static_cast<std::size_t>(width));
        double squares = 0;
        for (auto& value : vector) {
            value = uniform(random) + uniform(random) - 1.0f;
            squares += double{value} * value;
        }
        for (auto& value : vector)
            value = static_cast<float>(value / std::sqrt(squares));
        return vector;
    }

    Representation lexical(const std::string& text) const {
        std::map<std::int32_t, float> weights;
        for (const auto& word : words(text)) {
            std::mt19937 random(hash(word));
            for (int expansion = 0; expansion < 4; ++expansion) {
                const auto term = static_cast<std::int32_t>(random() % kVocabulary);
                weights[term] = std::max(weights[term], (expansion == 0 ? 1.0f : 0.25f) + uniform(random));
            }
        }
        Representation made;
        for (const auto& [term, weight] : weights) {
            made.sparse.terms.push_back(term);
            made.sparse.weights.push_back(weight);
        }
        made.truncated = words(text).size() == kMaxTokens;
        return made;
    }
    Representation local(const std::string& text) const {
        Representation made;
        made.tokens.width = kLocalWidth;
        std::uint32_t at = 0;
        for (const auto& word : words(text)) {
            const auto row = unit_vector(hash(word), kLocalWidth);
            made.tokens.rows.insert(made.tokens.rows.end(), row.begin(), row.end());
            made.tokens.tokens.push_back(static_cast<std::int32_t>(hash(word) % kVocabulary));
            const auto begin = static_cast<std::uint32_t>(text.find(word, at));
            at = begin + static_cast<std::uint32_t>(word.size());
            made.tokens.spans.push_back({begin, at});
        }
        return made;
    }
    Representation global(const std::string& text) const {
        Representation made;
        made.pooled.assign(kGlobalWidth, 0.0f);
        for (const auto& word : words(text)) {
            const auto row = unit_vector(hash(word), kGlobalWidth);
            for (std::size_t at = 0; at < row.size(); ++at)
                made.pooled[at] += row[at] / static_cast<float>(kMaxTokens);
        }
        return made;
    }

    std::string m_name = "hashed", m_kind = "assembly", m_version;
    std::vector<ExpertInfo> m_experts;
    FakeTokenizer m_tokenizer{{}};
    LoadReport m_report;
};

} // namespace cameo
