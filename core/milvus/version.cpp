#include "core/milvus/version.hpp"

#include <charconv>

namespace cameo {

std::optional<MilvusVersion> parse_milvus_version(std::string_view text) {
    constexpr std::string_view kLite = "milvus_lite-";
    MilvusVersion version;
    version.lite = text.starts_with(kLite);
    if (version.lite) text.remove_prefix(kLite.size());
    else if (text.starts_with('v')) text.remove_prefix(1);
    const char *at = text.data(), *const end = at + text.size();
    const auto major = std::from_chars(at, end, version.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return {};
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc()) return {};
    version.name = (version.lite ? "Milvus Lite " : "Milvus ") + std::string(text);
    return version;
}

} // namespace cameo
