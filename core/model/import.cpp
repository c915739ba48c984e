#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/guess.hpp"
#include "core/model/clone_file.hpp"
#include "core/model/import.hpp"
#include "core/model/model.hpp"
#include "core/model/model_name.hpp"
#include "core/model/new_folder.hpp"

namespace cameo {

namespace {

namespace fs = std::filesystem;

void take_file(const fs::path& from, const fs::path& to, Progress& progress) {
    fs::create_directories(to.parent_path());
    clone_file(from, to);
    progress.advance(static_cast<std::int64_t>(fs::file_size(to)));
}

void take_folder(const fs::path& from, const fs::path& to, Progress& progress) {
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
        // Links to files are followed, as Hugging Face's cache has them; among links to folders there may be loops.
        if (entry.is_symlink() && entry.is_directory())
            throw Error(ErrorKind::Unsupported,
                        entry.path().string() + ": a link to a folder, expected the folder itself");
        const fs::path place = entry.path().lexically_relative(from);
        if (entry.is_regular_file() && place != "model.json")
            take_file(entry.path(), to / place, progress);
    }
}

/// Bytes of the files that are copied.
std::int64_t size_of(const fs::path& path, const std::vector<fs::path>& files) {
    std::int64_t bytes = 0;
    for (const auto& file : files) bytes += static_cast<std::int64_t>(fs::file_size(path / file));
    return bytes;
}

void import_into(const fs::path& path, const fs::path& folder, const std::string& name, Progress& progress) {
    Manifest manifest;
    if (fs::exists(path / "model.json")) {
        manifest = read_manifest(path / "model.json");
        progress.begin("copying the model", Unit::Bytes);
        take_folder(path, folder, progress);
    } else {
        ForeignModel foreign = read_foreign_model(path);
        foreign.expert.weights = "weights";
        progress.begin("copying the weights", Unit::Bytes, size_of(path, foreign.files));
        for (const auto& file : foreign.files)
            take_file(path / file, folder / "weights" / file, progress);
        manifest.experts.push_back(std::move(foreign.expert));
        if (!foreign.sbmoe_block.empty()) {
            manifest.kind = "sbmoe";
            manifest.changes = ("weights" / foreign.sbmoe_block).string();
            manifest.moe = foreign.moe;
        }
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

std::string imported_name(const fs::path& path, const std::string& given) {
    return given.empty() ? fs::weakly_canonical(path).filename().string() : given;
}

std::string import_model(const fs::path& given, std::string name) {
    Progress nobody;
    return import_model(given, std::move(name), nobody);
}

std::string import_model(const fs::path& given, std::string name, Progress& progress) {
    try {
        if (!fs::is_directory(given))
            throw Error(ErrorKind::NotFound,
                        given.string() + ": no such folder; a model is imported from a Hugging Face, "
                                         "sentence-transformers or Cameo folder");
        const fs::path path = fs::canonical(given);
        name = imported_name(path, name);
        check_model_name(name);
        const fs::path models = folders().models();
        fs::create_directories(models);
        NewFolder folder(models / name);
        import_into(path, folder.path(), name, progress);
        progress.begin("reading the weights", Unit::Steps);
        check_loads(folder.path(), path);
        progress.check_cancelled();
        folder.commit();
    } catch (const fs::filesystem_error& failed) {
        throw Error(ErrorKind::Environment,
                    (failed.path1().empty() ? given : failed.path1()).string() + ": cannot be read or written (" +
                        failed.code().message() + ")");
    }
    return name;
}

} // namespace cameo
