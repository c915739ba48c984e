#pragma once

#include "core/milvus/layout.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace cameo {

/// Documents that came from the server, those asked for last, up to a number of bytes. Thread-safe.
class RowCache {
public:
    explicit RowCache(std::size_t most_bytes) : m_most_bytes(most_bytes) {}

    /// Null where it is not there.
    std::shared_ptr<const StoredDocument> find(DocumentOrdinal ordinal);
    void add(DocumentOrdinal ordinal, std::shared_ptr<const StoredDocument> document);

private:
    struct Entry {
        DocumentOrdinal ordinal = 0;
        std::shared_ptr<const StoredDocument> document;
    };
    std::mutex m_mutex;
    std::size_t m_most_bytes, m_bytes = 0;
    std::list<Entry> m_entries; ///< those asked for last in front
    std::unordered_map<DocumentOrdinal, std::list<Entry>::iterator> m_places;
};

} // namespace cameo
