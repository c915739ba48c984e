#include "app/trainings/trainer_log.hpp"

#include <fstream>
#include <string_view>

namespace cameo {

std::string last_words(const std::filesystem::path& training) {
    constexpr std::streamoff kTail = 4096;
    std::ifstream file(training / kTrainerLog, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - kTail));
    std::string line, found;
    while (std::getline(file, line))
        if (constexpr std::string_view kError = "cameo: "; line.starts_with(kError)) found = line.substr(kError.size());
    return found;
}

} // namespace cameo
