#include "core/train/record/checkpoint_names.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>

namespace cameo {

std::filesystem::path checkpoint_folder(const std::filesystem::path& checkpoints, std::int64_t step) {
    char name[24];
    std::snprintf(name, sizeof name, "%06lld", static_cast<long long>(step));
    return checkpoints / name;
}

std::vector<std::int64_t> checkpoint_steps(const std::filesystem::path& checkpoints) {
    std::vector<std::int64_t> steps;
    std::error_code failed;
    // They come and go while a training runs.
    for (std::filesystem::directory_iterator at(checkpoints, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename().string();
        std::int64_t step = 0;
        const auto read = std::from_chars(name.data(), name.data() + name.size(), step);
        if (read.ec == std::errc() && read.ptr == name.data() + name.size() && step >= 0) steps.push_back(step);
    }
    if (failed && failed != std::errc::no_such_file_or_directory)
        throw Error(ErrorKind::Environment, checkpoints.string() + ": cannot be read: " + failed.message());
    std::ranges::sort(steps);
    return steps;
}

} // namespace cameo
