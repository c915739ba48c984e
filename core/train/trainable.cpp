#include "core/train/trainable.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"

namespace cameo {

void check_trainable(const Recipe& recipe, const std::filesystem::path& model_folder, std::int64_t processes) {
    const auto refuse = [](const std::string& why) { throw Error(ErrorKind::InvalidInput, "the recipe: " + why); };
    const Manifest manifest = read_manifest(model_folder / "model.json");
    if (manifest.kind == "assembly")
        refuse("model " + manifest.name + " is an assembly of separate models, which is not trained; `cameo model create` "
               "makes one that is");
    if (manifest.kind != "came" && recipe.specialized_steps > 0)
        refuse("steps.specialized is " + std::to_string(recipe.specialized_steps) + ", but only the experts of a came model "
               "compete, and " + manifest.name + " is of kind " + manifest.kind);
    if (recipe.standardized_steps + recipe.specialized_steps == 0)
        refuse("steps.standardized and steps.specialized are both 0, so there is nothing to do");
    if (recipe.teacher.empty() && (recipe.margin_mse > 0 || recipe.distillation > 0 || recipe.negatives_from == "teacher"))
        refuse("loss.margin_mse, loss.distillation and negatives.from \"teacher\" need a teacher's scores, and teacher.run "
               "names none");
    if (recipe.queries % recipe.accumulate != 0)
        refuse("batch.queries is " + std::to_string(recipe.queries) + ", expected a multiple of batch.accumulate, " +
               std::to_string(recipe.accumulate));
    if (recipe.accumulate % processes != 0)
        refuse("batch.accumulate is " + std::to_string(recipe.accumulate) + ", expected a multiple of the number of processes, " +
               std::to_string(processes) + ": a step's parts are shared out among them");
}

} // namespace cameo
