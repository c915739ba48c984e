#include "app/picture/png.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <algorithm>
#include <span>
#include <stb/stb_image_write.h>
#include <string_view>
#include <zlib.h>

namespace cameo {

namespace {

constexpr std::size_t kBeforeTexts = 8 + 25; ///< the signature and the header chunk, which comes first

using Bytes = std::vector<std::byte>;

void append(Bytes& bytes, std::string_view text) {
    const auto more = std::as_bytes(std::span(text));
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void append(Bytes& bytes, std::uint32_t number) { // the high byte first
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::byte>(number >> shift & 0xFF));
}

/// International text: keyword, not compressed, no language, no translated keyword, text.
Bytes text_chunk(const std::string& keyword, const std::string& text) {
    Bytes data;
    append(data, "iTXt");
    append(data, std::string_view(keyword).substr(0, 79));
    data.insert(data.end(), 5, std::byte{0});
    append(data, text);
    Bytes chunk;
    append(chunk, static_cast<std::uint32_t>(data.size() - 4)); // its type does not count
    chunk.insert(chunk.end(), data.begin(), data.end());
    append(chunk, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()))));
    return chunk;
}

} // namespace

std::vector<std::byte> png_bytes(const Pixels& pixels, const PngTexts& texts) {
    const auto take = [](void* context, void* bytes, int count) {
        const auto* begin = static_cast<const std::byte*>(bytes);
        static_cast<Bytes*>(context)->insert(static_cast<Bytes*>(context)->end(), begin, begin + count);
    };
    Bytes encoded;
    if (!stbi_write_png_to_func(take, &encoded, pixels.width, pixels.height, 3, pixels.rgb.data(), pixels.width * 3))
        throw Error(ErrorKind::Environment, "a picture of " + std::to_string(pixels.width) + " x " + std::to_string(pixels.height) + " pixels could not be encoded as PNG: it is too large for the memory that is left");
    Bytes chunks;
    for (const auto& [keyword, text] : texts) {
        const Bytes chunk = text_chunk(keyword, text);
        chunks.insert(chunks.end(), chunk.begin(), chunk.end());
    }
    check(encoded.size() > kBeforeTexts, "a PNG without a header");
    encoded.insert(encoded.begin() + kBeforeTexts, chunks.begin(), chunks.end());
    return encoded;
}

void write_png(const std::filesystem::path& file, const Pixels& pixels, const PngTexts& texts) {
    AtomicFile out(file);
    out.write(png_bytes(pixels, texts));
    out.commit();
}

} // namespace cameo
