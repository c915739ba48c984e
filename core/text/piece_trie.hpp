#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace cameo {

/// A set of strings with a number each, for finding the longest one that a text begins with. Children of a
/// node lie side by side, ordered by byte. Immutable after construction; thread-safe.
class PieceTrie {
public:
    using Entry = std::pair<std::string_view, std::int32_t>;

    /// Sorts `entries`. A string that is there twice has its smaller number; an empty one is never found.
    explicit PieceTrie(std::vector<Entry> entries);

    struct Match {
        std::int32_t value = -1; ///< -1: none
        std::size_t size = 0;
    };
    /// The longest string that `text` begins with. O(its size).
    Match longest(std::string_view text) const;

private:
    struct Node {
        std::uint32_t first_child = 0;
        std::uint16_t children = 0;
        std::int32_t value = -1;
    };
    void fill(std::uint32_t node, std::span<const Entry> entries, std::size_t depth);
    std::uint32_t child(const Node& node, unsigned char byte) const;

    std::vector<Node> m_nodes;
    std::vector<unsigned char> m_bytes;           ///< by node: the byte that leads to it
    std::array<std::uint32_t, 256> m_from_root{}; ///< 0: none
};

} // namespace cameo
