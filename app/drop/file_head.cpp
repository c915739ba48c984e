#include "app/drop/file_head.hpp"

#include "core/data/byte_source.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <span>

namespace cameo {

std::vector<std::string_view> FileHead::lines(std::size_t at_most) const {
    std::vector<std::string_view> found;
    std::string_view rest = bytes;
    while (!rest.empty() && found.size() < at_most) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos && !whole) break;
        std::string_view line = rest.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        found.push_back(line);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return found;
}

std::int64_t FileHead::line_count() const {
    const auto ends = static_cast<std::int64_t>(std::ranges::count(bytes, '\n'));
    if (whole) return ends + (!bytes.empty() && bytes.back() != '\n');
    if (packed || ends == 0) return -1;
    return std::llround(static_cast<double>(size) / static_cast<double>(bytes.rfind('\n') + 1) * static_cast<double>(ends));
}

FileHead head_of(const std::filesystem::path& file) {
    FileHead head{.size = std::filesystem::file_size(file)};
    const auto source = ByteSource::open(file);
    head.bytes.resize(kHeadBytes);
    std::size_t filled = 0;
    while (filled < kHeadBytes) {
        const std::size_t got = source->read(std::span(head.bytes).subspan(filled));
        if (got == 0) {
            head.whole = true;
            break;
        }
        filled += got;
    }
    head.bytes.resize(filled);
    std::string first(4, '\0');
    std::ifstream(file, std::ios::binary).read(first.data(), 4);
    head.packed = first.starts_with("\x1f\x8b") || first == "\x28\xb5\x2f\xfd"; // gzip, zstd
    return head;
}

} // namespace cameo
