#pragma once

#include "core/data/collection.hpp"

#include <functional>
#include <random>
#include <utility>

namespace cameo {

/// A collection that is a vector. `earlier` are the versions it says it grew from.
class MemoryCollection final : public Collection {
public:
    explicit MemoryCollection(std::vector<Document> documents, std::string version = "1",
                              std::vector<std::string> earlier = {})
        : m_documents(std::move(documents)), m_version(std::move(version)), m_earlier(std::move(earlier)) {}

    /// Documents of 3 to 30 words out of 300, frequent ones first: the same for the same count and seed.
    static std::vector<Document> random_documents(std::int64_t count, std::uint32_t seed = 1) {
        std::vector<Document> documents;
        for (std::int64_t at = 0; at < count; ++at) {
            // Seeded for each document, so that a longer collection begins with the shorter one.
            std::mt19937 random(seed * 1'000'003u + static_cast<std::uint32_t>(at));
            Document document;
            document.id = "d" + std::to_string(at);
            document.title = random_word(random);
            for (std::uint32_t words = 2 + random() % 28; words > 0; --words)
                document.text += random_word(random) + " ";
            documents.push_back(std::move(document));
        }
        return documents;
    }
    static std::string random_word(std::mt19937& random) {
        const auto a = random() % 300, b = random() % 300;
        return "w" + std::to_string(a * b / 300); // small numbers are frequent
    }

    const std::string& name() const override { return m_name; }
    const std::filesystem::path& path() const override { return m_path; }
    std::string version() const override { return m_version; }
    bool grew_from(std::string_view earlier) const override {
        for (const auto& version : m_earlier)
            if (version == earlier) return true;
        return earlier == m_version;
    }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_documents.size()); }
    Document document(DocumentOrdinal ordinal) const override {
        return m_documents.at(static_cast<std::size_t>(ordinal));
    }
    std::optional<DocumentOrdinal> find(std::string_view id) const override {
        for (std::size_t at = 0; at < m_documents.size(); ++at)
            if (m_documents[at].id == id) return static_cast<DocumentOrdinal>(at);
        return {};
    }
    const OrdinalSet& removed() const override { return m_removed; }
    /// As Collection says: their places stay, and are empty.
    void remove(const std::vector<DocumentOrdinal>& ordinals) {
        for (const auto ordinal : ordinals)
            m_documents.at(static_cast<std::size_t>(ordinal)) = {};
        m_removed = OrdinalSet(ordinals);
    }
    void for_each_document(DocumentOrdinal first,
                           const std::function<bool(DocumentOrdinal, const Document&)>& take) const override {
        for (auto at = first; at < size(); ++at)
            if (!m_removed.contains(at) && !take(at, m_documents[static_cast<std::size_t>(at)])) return;
    }
    /// Judged queries of a split.
    void judge(const std::string& split, std::vector<Query> queries, Qrels qrels) { m_splits[split] = {std::move(queries), std::move(qrels)}; }
    /// The queries stay, in no split.
    void forget_judgments() { m_splits = {{"", {queries(""), {}}}}; }
    std::vector<std::string> splits() const override {
        std::vector<std::string> names;
        for (const auto& [name, judged] : m_splits)
            if (!name.empty()) names.push_back(name);
        return names;
    }
    std::vector<Query> queries(std::string_view split) const override {
        std::vector<Query> found;
        for (const auto& [name, judged] : m_splits)
            if (split.empty() || name == split) found.insert(found.end(), judged.queries.begin(), judged.queries.end());
        return found;
    }
    Qrels qrels(std::string_view split) const override {
        const auto found = m_splits.find(std::string(split));
        return found == m_splits.end() ? Qrels() : found->second.qrels;
    }
    std::map<std::string, std::string> provenance() const override { return {}; }

private:
    std::vector<Document> m_documents;
    OrdinalSet m_removed;
    std::string m_name = "memory", m_version;
    std::vector<std::string> m_earlier;
    std::filesystem::path m_path;
    struct Split {
        std::vector<Query> queries;
        Qrels qrels;
    };
    std::map<std::string, Split> m_splits; ///< by name
};

} // namespace cameo
