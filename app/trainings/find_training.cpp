#include "app/trainings/find_training.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"

namespace cameo {

namespace fs = std::filesystem;

fs::path whole_path(const fs::path& folder) {
    const auto path = fs::absolute(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

fs::path trainings_library() { return folders().data / "trainings"; }

fs::path find_training(const std::string& what) {
    const fs::path given(what);
    const bool is_place = given.has_parent_path() || fs::exists(given / "recipe.json");
    const fs::path folder = is_place ? whole_path(given) : trainings_library() / what;
    if (!fs::exists(folder / "recipe.json"))
        throw Error(ErrorKind::NotFound, what + ": this is neither a recipe nor a training; a training has its recipe.json in " + folder.string());
    return folder;
}

} // namespace cameo
