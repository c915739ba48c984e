#pragma once

#include "core/jobs/progress.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Files of apt's index with the descriptions in English.
struct AptLists {
    std::vector<std::filesystem::path> packages, translations;
    std::vector<std::string> archives; ///< "http://… bookworm/main"
    std::string date;                  ///< of the newest of them, as the archive dates it
    std::string remark;                ///< empty, or why they are older than could be
};

/// The machine's own lists when they hold the English descriptions (an ordinary desktop), else lists fetched
/// by apt into `folder`, which is made; the system's lists, packages and settings stay as they are. As root
/// or any user. What was fetched stays there: the next call fetches only what changed, and works without a
/// network.
/// @throws Error(Unsupported) where there is no apt or no archive in its settings; Error(Environment) when
/// apt cannot fetch and never did.
AptLists fetch_apt_lists(const std::filesystem::path& folder, Progress& progress);

/// The unpacked bytes of one of those files, piece by piece.
void read_apt_list(const std::filesystem::path& file, const std::function<void(std::string_view)>& take,
                   Progress& progress);

} // namespace cameo
