#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cameo {

struct QueryText {
    std::string text;       ///< valid UTF-8, no space at either end
    bool truncated = false; ///< there was more than `most_bytes`
};

/// What a person typed or pasted, made fit to be read: every byte that is not part of well-formed UTF-8 (RFC
/// 3629) becomes U+FFFD, spaces at both ends go, and what is longer is cut between two characters.
QueryText clean_query(std::string_view typed, std::size_t most_bytes);

} // namespace cameo
