#include "core/model/moe/moe_model.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

Manifest with_moe_experts(Manifest manifest, const std::filesystem::path& folder) {
    const auto file = folder / manifest.changes;
    const std::int64_t experts = count_moe_experts(TensorTable(WeightsFile::open(file)));
    const auto refuse = [&](const std::string& why) { throw Error(ErrorKind::InvalidInput, file.string() + ": " + why); };
    if (experts < 1 || experts > kMostMoeExperts)
        refuse("it has a block of " + std::to_string(experts) + " experts, expected 1 to " + std::to_string(kMostMoeExperts));
    auto& moe = manifest.moe;
    if (moe.chosen > experts)
        refuse("it has " + std::to_string(experts) + " experts, the model is to choose " + std::to_string(moe.chosen));
    moe.experts = experts;
    if (moe.chosen == 0)
        moe.chosen = experts; // ALL
    const ExpertSpec gate = manifest.experts.front();
    std::string weights = "weighted:1";
    for (std::int64_t expert = 1; expert <= experts; ++expert) {
        ExpertSpec forced = gate;
        forced.name = "expert " + std::to_string(expert);
        forced.description = "Expert " + std::to_string(expert) + " for every query and every document, whatever the gate says.";
        manifest.experts.push_back(std::move(forced));
        weights += ",0";
    }
    if (manifest.default_fusion == "sum")
        manifest.default_fusion = weights;
    return manifest;
}

bool has_only_block(const WeightsFile& changes) {
    return std::ranges::all_of(changes.tensors, [](const StoredTensor& tensor) { return is_moe_tensor(tensor.name); });
}

std::shared_ptr<const MoeHead> read_moe_head(const Manifest& manifest, std::size_t expert_idx, std::int64_t hidden,
                                             TensorTable& tensors) {
    return std::make_shared<const MoeHead>(
        MoeHead{manifest.moe, read_moe_weights(tensors, hidden), std::int64_t(expert_idx) - 1});
}

} // namespace cameo
