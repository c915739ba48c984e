#include "core/data/ordinal_set.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

OrdinalSet::OrdinalSet(std::vector<DocumentOrdinal> ordinals) : m_ordinals(std::move(ordinals)) {
    check(std::ranges::is_sorted(m_ordinals) && (m_ordinals.empty() || m_ordinals.front() >= 0), "OrdinalSet: ordinals that do not ascend");
    if (m_ordinals.empty()) return;
    m_bits.resize(static_cast<std::size_t>(m_ordinals.back()) / 64 + 1);
    for (const auto ordinal : m_ordinals)
        m_bits[static_cast<std::size_t>(ordinal) / 64] |= std::uint64_t{1} << (static_cast<std::size_t>(ordinal) % 64);
}

std::size_t OrdinalSet::count(DocumentOrdinal first, DocumentOrdinal end) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(m_ordinals, end) - std::ranges::lower_bound(m_ordinals, first));
}

} // namespace cameo
