#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cameo {

/// One zstd frame with its size and a checksum.
std::string packed(std::string_view bytes);
/// Empty when the frame is damaged, does not hold `size` bytes or is beyond belief small for them, which is checked before anything is
/// allocated.
std::optional<std::string> unpacked(std::string_view frame, std::int64_t size);

} // namespace cameo
