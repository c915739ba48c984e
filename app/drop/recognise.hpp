#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace cameo {

/// What a path is to Cameo.
enum class ThingKind { Nothing, Session, Collection, Model, RunFile, Judgments, Training, Recipe };

struct Thing {
    ThingKind kind = ThingKind::Nothing;
    std::filesystem::path path; ///< what is to be opened or imported; of a file that only its folder makes something of, that folder
    std::string what;           ///< one or two sentences: "A BEIR folder: about 1,400 documents, 225 queries, 1,837 judgments."; of Nothing: why
    std::uint64_t bytes = 0;    ///< of its files
};

/// Looks at a file's first bytes, or at the names in a folder and the first bytes of some of its files: never at a whole file
/// (a recipe or a model's settings of at most a megabyte excepted), never at more than kMostEntries names, and at nothing but files
/// and folders. Never throws for what it finds. Touches the disk: call it from a job.   Thread-safe.
Thing recognise(const std::filesystem::path& path);
inline constexpr std::size_t kMostEntries = 1000;

/// A name for an import, out of the file's or folder's: signs that names cannot have become '-', and one of `taken` gets a number
/// behind it: nothing that is there is replaced.
std::string free_name(const std::filesystem::path& path, std::span<const std::string> taken);

} // namespace cameo
