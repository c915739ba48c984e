#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/guess.hpp"
#include "core/model/model.hpp"
#include "core/model/model_name.hpp"

#include <algorithm>
#include <unistd.h>

namespace cameo {

namespace {

namespace fs = std::filesystem;

// Shares the bytes on the same disk, copies them from another one.
void link_or_copy(const fs::path& from, const fs::path& to) {
    fs::create_directories(to.parent_path());
    const fs::path whole = fs::canonical(from);
    std::error_code failed;
    fs::create_hard_link(whole, to, failed);
    if (failed) {
        fs::copy_file(whole, to);
        sync_to_disk(to);
    }
}

// A folder that becomes the model's under its name when all is well, and disappears when not.
class NewFolder {
public:
    explicit NewFolder(fs::path target) : m_target(std::move(target)) {
        m_temporary = m_target.parent_path() / ("." + m_target.filename().string() + "." + std::to_string(::getpid()));
        fs::remove_all(m_temporary);
        fs::create_directories(m_temporary);
    }
    ~NewFolder() {
        std::error_code ignored;
        fs::remove_all(m_temporary, ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    const fs::path& path() const { return m_temporary; }
    void commit() {
        fs::path old;
        if (fs::exists(m_target)) {
            old = m_temporary.string() + ".old";
            fs::rename(m_target, old);
        }
        fs::rename(m_temporary, m_target);
        if (!old.empty())
            fs::remove_all(old);
    }

private:
    fs::path m_target, m_temporary;
};

void import_into(const fs::path& path, const fs::path& folder, const std::string& name) {
    Manifest manifest;
    if (fs::exists(path / "model.json")) {
        manifest = read_manifest(path / "model.json");
        for (const auto& entry : fs::recursive_directory_iterator(path))
            if (entry.is_regular_file() && entry.path() != path / "model.json")
                link_or_copy(entry.path(), folder / fs::relative(entry.path(), path));
    } else {
        ForeignModel foreign = read_foreign_model(path);
        foreign.expert.weights = "weights";
        for (const auto& file : foreign.files)
            link_or_copy(path / file, folder / "weights" / file);
        manifest.experts.push_back(std::move(foreign.expert));
    }
    manifest.name = name;
    AtomicFile file(folder / "model.json");
    file.write(to_json(manifest));
    file.commit();
}

// Whatever is wrong with it is said now, and of the folder that was given rather than of its copy.
void check_loads(const fs::path& folder, const fs::path& given) {
    try {
        Model::load(folder);
    } catch (const Error& error) {
        std::string sentence = error.what();
        for (const std::string& copy : {(folder / "weights").string(), folder.string()})
            for (auto at = sentence.find(copy); at != std::string::npos; at = sentence.find(copy))
                sentence.replace(at, copy.size(), given.string());
        throw Error(error.kind(), sentence);
    }
}

} // namespace

std::string import_model(const fs::path& given, std::string name) {
    if (!fs::is_directory(given))
        throw Error(ErrorKind::NotFound, given.string() + ": no such folder; a model is imported from a Hugging Face, "
                                                          "sentence-transformers or Cameo folder");
    const fs::path path = fs::canonical(given);
    if (name.empty())
        name = path.filename().string();
    check_model_name(name);
    try {
        const fs::path models = folders().models();
        fs::create_directories(models);
        NewFolder folder(models / name);
        import_into(path, folder.path(), name);
        check_loads(folder.path(), path);
        folder.commit();
    } catch (const fs::filesystem_error& failed) {
        throw Error(ErrorKind::Environment, std::string("importing ") + path.string() + ": " + failed.what());
    }
    return name;
}

} // namespace cameo
