#include "app/trainings/trainer_log.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace cameo {
namespace {

/// The last one that `wanted` holds of; empty: none.
template <class Wanted> std::string last_line(const std::filesystem::path& training, Wanted&& wanted) {
    constexpr std::streamoff kTail = 4096;
    std::ifstream file(training / kTrainerLog, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - kTail));
    std::string line, found;
    while (std::getline(file, line))
        if (wanted(std::string_view(line))) found = line;
    return found;
}

} // namespace

std::string last_words(const std::filesystem::path& training) {
    constexpr std::string_view kError = "cameo: ";
    const std::string line = last_line(training, [&](std::string_view each) { return each.starts_with(kError); });
    return line.empty() ? line : line.substr(kError.size());
}

std::string doing(const std::filesystem::path& training) {
    constexpr std::string_view kSteps = "training ", kApart = "  ", kDot = " \u00b7 ";
    std::string line = last_line(training, [](std::string_view each) { return !each.empty(); });
    // What is no progress has nothing to set apart: an error, a remark.
    if (line.starts_with(kSteps) || line.find(kApart) == line.npos) return {};
    for (auto at = line.find(kApart); at != line.npos; at = line.find(kApart, at + kDot.size()))
        line.replace(at, kApart.size(), kDot);
    return line;
}

} // namespace cameo
