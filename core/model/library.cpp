#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/model/model.hpp"

#include <algorithm>

namespace cameo {

namespace {

// Also of "models/mine/" and ".", whose last part is empty or says nothing. The root has no name, and gets one.
std::string name_of(const std::filesystem::path& folder) {
    const auto whole = (std::filesystem::absolute(folder) / "").lexically_normal();
    const std::string name = whole.parent_path().filename().string();
    return name.empty() ? "model" : name;
}

} // namespace

std::shared_ptr<const Model> Model::load(const std::filesystem::path& folder) {
    const auto manifest_at = folder / "model.json";
    if (!std::filesystem::exists(manifest_at))
        throw Error(ErrorKind::NotFound, folder.string() + ": no model.json here; `cameo model import` makes one "
                                                           "from a Hugging Face or sentence-transformers folder");
    Manifest manifest = read_manifest(manifest_at);
    if (manifest.name.empty())
        manifest.name = name_of(folder);
    return load_assembly(folder, manifest);
}

std::vector<ModelSummary> list_models() {
    std::vector<ModelSummary> models;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folders().models(), none))
        if (std::filesystem::exists(entry.path() / "model.json") && !entry.path().filename().string().starts_with(".")) {
            ModelSummary summary{entry.path().filename().string(), "unreadable"};
            try {
                summary.kind = read_manifest(entry.path() / "model.json").kind;
            } catch (const Error&) {
                // Listed all the same: opening it says what is wrong.
            }
            models.push_back(std::move(summary));
        }
    std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return models;
}

std::filesystem::path find_model(std::string_view name_or_path) {
    const std::filesystem::path given{std::string(name_or_path)};
    const auto stored = folders().models() / given;
    if (given.has_filename() && !given.has_parent_path() && std::filesystem::exists(stored / "model.json"))
        return stored;
    if (std::filesystem::is_directory(given))
        return given;
    std::string names;
    for (const auto& model : list_models())
        names += (names.empty() ? "" : ", ") + model.name;
    throw Error(ErrorKind::NotFound, "no model named " + given.string() + "; there is " +
                                         (names.empty() ? "none yet (`cameo demo` makes one)" : names));
}

std::shared_ptr<const Model> open_model(std::string_view name_or_path) { return Model::load(find_model(name_or_path)); }

std::string make_demo_model() {
    const auto here = folders();
    const Manifest manifest = read_manifest(here.assets / "demo" / "model.json");
    for (const auto& spec : manifest.experts)
        weights_folder({}, spec);
    const auto folder = here.models() / manifest.name;
    std::filesystem::create_directories(folder);
    AtomicFile file(folder / "model.json");
    file.write(to_json(manifest));
    file.commit();
    return manifest.name;
}

} // namespace cameo
