#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cameo {

/// Position of a document in its collection, 0 .. size()-1, fixed once the document is stored. Indexes,
/// candidates and traces carry it; people and files see the id.
using DocumentOrdinal = std::int64_t;

/// Some documents of a collection, such as those that were removed from it. Immutable; thread-safe.
class OrdinalSet {
public:
    OrdinalSet() = default;
    /// @pre ordinals ascend and are not negative
    explicit OrdinalSet(std::vector<DocumentOrdinal> ordinals);

    bool contains(DocumentOrdinal ordinal) const {
        const auto word = static_cast<std::size_t>(ordinal) / 64;
        return word < m_bits.size() && (m_bits[word] >> (static_cast<std::size_t>(ordinal) % 64) & 1) != 0;
    }
    bool empty() const { return m_ordinals.empty(); }
    std::size_t size() const { return m_ordinals.size(); }
    const std::vector<DocumentOrdinal>& ordinals() const { return m_ordinals; }
    /// How many lie in [first, end).
    std::size_t count(DocumentOrdinal first, DocumentOrdinal end) const;

private:
    std::vector<DocumentOrdinal> m_ordinals;
    std::vector<std::uint64_t> m_bits;
};

} // namespace cameo
