#pragma once

#include "core/text/piece_trie.hpp"
#include "core/text/tokenizer_files.hpp"

#include <bitset>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// Finds added tokens in a text: leftmost first, longest of those that begin there. Immutable; thread-safe.
class AddedTokens {
public:
    explicit AddedTokens(std::vector<AddedToken> tokens);

    bool empty() const { return m_tokens.empty(); }

    struct Found {
        std::size_t begin = 0, end = 0; ///< with the white space that it takes along
        std::int32_t id = 0;
    };
    /// The first one at or after `from`; it takes along no white space before `from`.
    std::optional<Found> next(std::string_view text, std::size_t from) const;

private:
    std::vector<AddedToken> m_tokens;
    std::bitset<256> m_first_bytes;
    int m_only_first_byte = -1; ///< when all tokens begin alike, as [CLS] and its kind do
    PieceTrie m_trie;
};

} // namespace cameo
