#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

namespace cameo {

/// Keeps other processes from writing into a folder: the file `lock` in it, held until the end of this object or of the
/// process, however it ends.
class FolderLock {
public:
    enum class Hold { Alone, Together }; ///< Together: beside others that hold it so

    /// Alone.
    /// @param others what the folder is for, in the refusal: "another build is writing into this index"
    /// @throws Error(Environment) naming the folder: held by another process, or it cannot be locked.
    FolderLock(const std::filesystem::path& folder, const std::string& others);
    /// @return null while other processes hold it otherwise  @throws Error(Environment) when it cannot be locked.
    static std::unique_ptr<FolderLock> try_lock(const std::filesystem::path& folder, Hold hold);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    /// Whether a process holds it alone just now.
    static bool held(const std::filesystem::path& folder);
    /// The process that holds it, where that is one of this machine and has said so.
    static std::optional<pid_t> holder(const std::filesystem::path& folder);
    /// The machine of the process that holds it or held it last, where that is another one: of a copied folder, or a shared one.
    static std::optional<std::string> other_machine(const std::filesystem::path& folder);

private:
    explicit FolderLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

} // namespace cameo
