#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Base 64 as RFC 4648 has it in section 4, with padding: bytes where only text can be kept.
std::string to_base64(std::span<const std::byte> bytes);
/// Nothing when it is not base 64.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

} // namespace cameo
