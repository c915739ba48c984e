#include "core/milvus/row_cache.hpp"

namespace cameo {

std::shared_ptr<const StoredDocument> RowCache::find(DocumentOrdinal ordinal) {
    const std::lock_guard lock(m_mutex);
    const auto place = m_places.find(ordinal);
    if (place == m_places.end()) return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, place->second);
    return place->second->document;
}

void RowCache::add(DocumentOrdinal ordinal, std::shared_ptr<const StoredDocument> document) {
    const std::lock_guard lock(m_mutex);
    if (m_places.contains(ordinal)) return; // another thread was faster
    m_bytes += document->bytes();
    m_entries.push_front({ordinal, std::move(document)});
    m_places.emplace(ordinal, m_entries.begin());
    while (m_bytes > m_most_bytes && m_entries.size() > 1) {
        m_bytes -= m_entries.back().document->bytes();
        m_places.erase(m_entries.back().ordinal);
        m_entries.pop_back();
    }
}

} // namespace cameo
