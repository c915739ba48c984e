#include "sessions/packing.hpp"

#include "core/base/error.hpp"

#include <zstd.h>

#include <memory>

namespace cameo {

namespace {
constexpr int kLevel = 3; ///< milliseconds for a trace; higher levels save little on floats
constexpr std::int64_t kLargest = std::int64_t{1} << 30;
/// A trace is some ten times its frame. Beyond a size that does no harm, a frame that says it is a thousand times smaller is there to fill the memory.
constexpr std::int64_t kHarmless = std::int64_t{64} << 20, kMostTimes = 1000;
} // namespace

std::string packed(std::string_view bytes) {
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
    check(context != nullptr, "zstd cannot be initialised");
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::string frame(ZSTD_compressBound(bytes.size()), '\0');
    const auto size = ZSTD_compress2(context.get(), frame.data(), frame.size(), bytes.data(), bytes.size());
    check(!ZSTD_isError(size), "zstd cannot pack");
    frame.resize(size);
    return frame;
}

std::optional<std::string> unpacked(std::string_view frame, std::int64_t size) {
    if (size < 0 || size > kLargest || (size > kHarmless && size / kMostTimes > static_cast<std::int64_t>(frame.size())) ||
        ZSTD_getFrameContentSize(frame.data(), frame.size()) != static_cast<unsigned long long>(size))
        return std::nullopt;
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const auto got = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
    if (ZSTD_isError(got) || got != bytes.size()) return std::nullopt;
    return bytes;
}

} // namespace cameo
