#include "core/train/training_folder.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/model/clone_file.hpp"
#include "core/model/model_name.hpp"
#include "core/model/new_folder.hpp"
#include "core/train/checkpoint.hpp"

namespace cameo {

std::filesystem::path training_folder(const std::string& name) {
    check_model_name(name);
    return folders().data / "trainings" / name;
}

namespace {

void refuse_another(const Recipe& recipe, const Recipe& kept, bool live_too, const std::filesystem::path& folder) {
    if (const auto* field = first_difference(recipe, kept, live_too))
        throw Error(ErrorKind::InvalidInput, folder.string() + ": the training there was begun with another " + std::string(field->key) +
                                                 "; give this one another name");
}

} // namespace

void keep_recipe(const Recipe& recipe, const std::filesystem::path& folder) {
    const auto file = folder / "recipe.json";
    // One that failed before it had a checkpoint has not begun.
    const bool begun = !Checkpoints(folder / "checkpoints").steps().empty();
    if (!begun || !std::filesystem::exists(file)) {
        AtomicFile out(file);
        out.write(to_json(recipe));
        out.commit();
        return;
    }
    refuse_another(recipe, read_recipe(file), /*live_too=*/true, folder);
}

void check_same_training(const Recipe& recipe, const Recipe& kept, const std::filesystem::path& folder) {
    refuse_another(recipe, kept, /*live_too=*/false, folder);
}

void write_result_model(const std::filesystem::path& checkpoint, const std::filesystem::path& model,
                        const std::string& name) {
    Manifest manifest = read_manifest(checkpoint / "model.json");
    manifest.name = name;
    NewFolder folder(model);
    clone_file(checkpoint / manifest.changes, folder.path() / manifest.changes);
    AtomicFile out(folder.path() / "model.json");
    out.write(to_json(manifest));
    out.commit();
    folder.commit();
}

} // namespace cameo
