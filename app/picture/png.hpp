#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

struct Pixels {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb; ///< [height, width, 3], the upper row first
};

/// What a PNG says about itself: keywords (1 to 79 Latin letters) and texts in UTF-8, in the order written.
using PngTexts = std::vector<std::pair<std::string, std::string>>;

/// A PNG with those texts in iTXt chunks. @throws Error(Environment) where there is no memory for it.
std::vector<std::byte> png_bytes(const Pixels& pixels, const PngTexts& texts = {});

/// Writes a PNG, whole or not at all. @throws Error(Environment).
void write_png(const std::filesystem::path& file, const Pixels& pixels, const PngTexts& texts = {});

} // namespace cameo
