#include "core/train/make_trainee.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/train/came_net.hpp"
#include "core/train/moe_net.hpp"

namespace cameo {

std::unique_ptr<Trainee> make_trainee(const std::filesystem::path& model_folder,
                                      std::shared_ptr<const Collection> collection,
                                      const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                      std::shared_ptr<FrozenMemory> memory) {
    if (read_manifest(model_folder / "model.json").kind == "sbmoe")
        return make_moe_net(model_folder, std::move(collection), queries, recipe, std::move(memory));
    return make_came_net(model_folder, std::move(collection), queries, recipe, std::move(memory));
}

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
