#pragma once

#include <filesystem>

namespace cameo {

/// A folder that takes its place whole, or disappears when commit() is not reached. Until then it lies beside the target
/// as ".NAME.cameo-new-MACHINE-ID" and is locked; what of the kind processes of this machine that died have left is swept
/// away.
class NewFolder {
public:
    /// @throws Error(Environment) naming the target when nothing can be made there.
    explicit NewFolder(const std::filesystem::path& target);
    ~NewFolder();
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    /// Where to put the files.
    const std::filesystem::path& path() const { return m_temporary; }

    /// Flushes the folders (their files are the writer's to flush) and puts the whole in the place of what was there: a
    /// reader finds the old one or the new one, never neither, where the filesystem can exchange two names.
    void commit();

private:
    std::filesystem::path m_target, m_temporary;
    int m_lock = -1; ///< a descriptor of the folder: somebody is at it
};

/// Takes away what processes that died in the midst of something have left in a folder of such folders.
void sweep_new_folders(const std::filesystem::path& parent);

/// The opposite: a folder that goes as a whole. What of it a process that dies leaves has the name of such a leftover.
void remove_whole(const std::filesystem::path& folder);

} // namespace cameo
