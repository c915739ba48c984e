#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

namespace cameo {

/// Keeps other processes from writing into a folder: the file `lock` in it, held until the end of this object or of the
/// process, however it ends.
class FolderLock {
public:
    /// @param others what the folder is for, in the refusal: "another build is writing into this index"
    /// @throws Error(Environment) naming the folder: held by another process, or it cannot be locked.
    FolderLock(const std::filesystem::path& folder, const std::string& others);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    /// Whether a process holds it just now.
    static bool held(const std::filesystem::path& folder);
    /// The process that holds it, where that is one of this machine and has said so.
    static std::optional<pid_t> holder(const std::filesystem::path& folder);
    /// The machine of the process that holds it or held it last, where that is another one: of a copied folder, or a shared one.
    static std::optional<std::string> other_machine(const std::filesystem::path& folder);

private:
    int m_descriptor = -1;
};

} // namespace cameo
