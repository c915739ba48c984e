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

bool by_name(const ModelSummary& a, const ModelSummary& b) { return a.name < b.name; }

void add_models(const std::filesystem::path& folder, bool shipped, std::vector<ModelSummary>& models) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with(".") || !std::filesystem::exists(entry.path() / "model.json"))
            continue;
        ModelSummary summary{name, "unreadable", shipped};
        try {
            summary.kind = read_manifest(entry.path() / "model.json").kind;
        } catch (const Error&) {
            // Listed all the same: opening it says what is wrong.
        }
        models.push_back(std::move(summary));
    }
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
    add_models(folders().models(), false, models);
    add_models(folders().shipped_models(), true, models);
    // A stored model hides the shipped one of its name, as find_model() would.
    std::stable_sort(models.begin(), models.end(), by_name);
    const auto same_name = [](const auto& a, const auto& b) { return a.name == b.name; };
    models.erase(std::unique(models.begin(), models.end(), same_name), models.end());
    return models;
}

std::filesystem::path find_model(std::string_view name_or_path) {
    const std::filesystem::path given{std::string(name_or_path)};
    if (given.has_filename() && !given.has_parent_path())
        for (const auto& place : {folders().models(), folders().shipped_models()})
            if (std::filesystem::exists(place / given / "model.json"))
                return place / given;
    if (std::filesystem::is_directory(given))
        return given;
    std::string names;
    for (const auto& model : list_models())
        names += (names.empty() ? "" : ", ") + model.name;
    throw Error(ErrorKind::NotFound,
                "no model named " + given.string() + "; there is " + (names.empty() ? "none yet" : names));
}

bool is_shipped(const std::filesystem::path& model_folder) {
    return std::filesystem::weakly_canonical(model_folder / "model.json").parent_path().parent_path() ==
           std::filesystem::weakly_canonical(folders().shipped_models());
}

std::filesystem::path own_folder(const std::filesystem::path& model_folder) {
    if (!is_shipped(model_folder))
        return model_folder;
    const auto folder = std::filesystem::canonical(model_folder);
    const auto own = folders().models() / folder.filename();
    if (!std::filesystem::exists(own / "model.json"))
        import_model(folder);
    else if (Model::load(own)->version() != Model::load(folder)->version())
        throw Error(ErrorKind::InvalidInput, own.string() + ": a model of that name is stored, and it is another one than " +
                                                 folder.string());
    return own;
}

std::shared_ptr<const Model> open_model(std::string_view name_or_path) { return Model::load(find_model(name_or_path)); }

} // namespace cameo
