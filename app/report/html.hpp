#pragma once

#include <string>
#include <string_view>

namespace cameo {

/// Text as it stands between tags and in attributes. What is no UTF-8 becomes U+FFFD; control characters but line ends become
/// spaces: a session may come from a stranger.
std::string escaped(std::string_view text);

/// A whole page: its style and its script are within, and it asks nothing of any network.
/// @param body HTML
std::string page(std::string_view title, std::string_view body);

} // namespace cameo
