#include "core/data/sampled_collection.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace cameo {

namespace {

class SampledCollection final : public Collection {
public:
    SampledCollection(std::shared_ptr<const Collection> whole, std::vector<DocumentOrdinal> ordinals, std::string version)
        : m_whole(std::move(whole)), m_ordinals(std::move(ordinals)), m_version(std::move(version)) {}

    const std::string& name() const override { return m_whole->name(); }
    const std::filesystem::path& path() const override { return m_whole->path(); }
    std::string version() const override { return m_version; }
    std::int64_t size() const override { return std::int64_t(m_ordinals.size()); }
    Document document(DocumentOrdinal ordinal) const override {
        return m_whole->document(m_ordinals[std::size_t(ordinal)]);
    }
    std::optional<DocumentOrdinal> find(std::string_view document_id) const override {
        const auto ordinal = m_whole->find(document_id);
        if (!ordinal) return {};
        const auto found = std::ranges::lower_bound(m_ordinals, *ordinal);
        if (found == m_ordinals.end() || *found != *ordinal) return {};
        return found - m_ordinals.begin();
    }
    void for_each_document(DocumentOrdinal first,
                           const std::function<bool(DocumentOrdinal, const Document&)>& take) const override {
        for (auto at = first; at < size(); ++at)
            if (!take(at, document(at))) return;
    }
    std::vector<std::string> splits() const override { return m_whole->splits(); }
    std::vector<Query> queries(std::string_view split) const override { return m_whole->queries(split); }
    Qrels qrels(std::string_view split) const override { return m_whole->qrels(split); }
    std::map<std::string, std::string> provenance() const override { return m_whole->provenance(); }

private:
    std::shared_ptr<const Collection> m_whole;
    std::vector<DocumentOrdinal> m_ordinals; ///< ascending
    std::string m_version;
};

} // namespace

std::shared_ptr<const Collection> sampled_collection(std::shared_ptr<const Collection> whole,
                                                    const std::vector<std::string>& splits, std::int64_t documents) {
    std::set<DocumentOrdinal> taken;
    for (const auto& split : splits)
        for (const auto& [query, grades] : whole->qrels(split))
            for (const auto& [document, grade] : grades)
                if (const auto ordinal = whole->find(document)) taken.insert(*ordinal);
    std::vector<DocumentOrdinal> others;
    for (DocumentOrdinal ordinal = 0; ordinal < whole->size(); ++ordinal)
        if (!taken.contains(ordinal) && !whole->removed().contains(ordinal)) others.push_back(ordinal);
    const auto room = std::clamp<std::int64_t>(documents - std::int64_t(taken.size()), 0, std::int64_t(others.size()));
    for (std::int64_t at = 0; at < room; ++at)
        taken.insert(others[std::size_t(at * std::int64_t(others.size()) / room)]);
    auto version = whole->version();
    for (const auto& split : splits)
        version.append("-").append(split);
    version.append("-").append(std::to_string(documents));
    return std::make_shared<SampledCollection>(std::move(whole), std::vector(taken.begin(), taken.end()), std::move(version));
}

} // namespace cameo
