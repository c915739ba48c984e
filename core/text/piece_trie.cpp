#include "core/text/piece_trie.hpp"

#include <algorithm>

namespace cameo {

PieceTrie::PieceTrie(std::vector<Entry> entries) {
    std::sort(entries.begin(), entries.end());
    m_nodes.emplace_back();
    m_bytes.push_back(0);
    fill(0, entries, 0);
    const auto& root = m_nodes[0];
    for (std::uint32_t next = root.first_child; next < root.first_child + root.children; ++next)
        m_from_root[m_bytes[next]] = next;
}

// `entries` are those that share the first `depth` bytes, which led to `node`. The depth of recursion is the
// longest string, which the readers of vocabularies bound.
void PieceTrie::fill(std::uint32_t node, std::span<const Entry> entries, std::size_t depth) {
    if (!entries.empty() && entries.front().first.size() == depth) m_nodes[node].value = entries.front().second;
    while (!entries.empty() && entries.front().first.size() == depth)
        entries = entries.subspan(1);
    const auto byte_of = [depth](const Entry& entry) {
        return static_cast<unsigned char>(entry.first[depth]);
    };
    const auto group_end = [&](std::size_t begin) {
        auto end = begin;
        while (end < entries.size() && byte_of(entries[end]) == byte_of(entries[begin]))
            ++end;
        return end;
    };
    const auto first = static_cast<std::uint32_t>(m_nodes.size());
    for (std::size_t begin = 0; begin < entries.size(); begin = group_end(begin)) {
        m_nodes.emplace_back();
        m_bytes.push_back(byte_of(entries[begin]));
    }
    m_nodes[node].first_child = first;
    m_nodes[node].children = static_cast<std::uint16_t>(m_nodes.size() - first);
    std::uint32_t next = first;
    for (std::size_t begin = 0; begin < entries.size(); ++next) {
        const auto end = group_end(begin);
        fill(next, entries.subspan(begin, end - begin), depth + 1);
        begin = end;
    }
}

std::uint32_t PieceTrie::child(const Node& node, unsigned char byte) const {
    const auto* first = m_bytes.data() + node.first_child;
    const auto* last = first + node.children;
    const auto* found =
        node.children < 8 ? std::find(first, last, byte) : std::lower_bound(first, last, byte);
    return found != last && *found == byte ? static_cast<std::uint32_t>(found - m_bytes.data()) : 0;
}

PieceTrie::Match PieceTrie::longest(std::string_view text) const {
    Match match;
    if (text.empty()) return match;
    auto node = m_from_root[static_cast<unsigned char>(text[0])];
    for (std::size_t size = 1; node != 0; ++size) {
        if (m_nodes[node].value >= 0) match = {m_nodes[node].value, size};
        if (size == text.size()) break;
        node = child(m_nodes[node], static_cast<unsigned char>(text[size]));
    }
    return match;
}

} // namespace cameo
