#include "core/train/make_trainee.hpp"

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

} // namespace cameo
