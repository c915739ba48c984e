#include "core/model/moe/moe_weights.hpp"

#include "core/base/error.hpp"

namespace cameo {

namespace {

LinearWeights take_linear(TensorTable& tensors, const std::string& name, std::int64_t out, std::int64_t in,
                          const std::string& used_as) {
    return {tensors.take(name + ".weight", {out, in}, used_as), tensors.take(name + ".bias", {out}, used_as)};
}

} // namespace

std::string moe_expert_name(std::int64_t expert) { return "specializer." + std::to_string(expert) + "."; }

bool is_moe_tensor(std::string_view name) {
    return name.starts_with("cls_1.") || name.starts_with("cls_3.") || name.starts_with("noise_linear.") ||
           name.starts_with("specializer.") || name == "routing_bias";
}

std::int64_t count_moe_experts(const TensorTable& tensors) {
    std::int64_t experts = 0;
    while (tensors.has(moe_expert_name(experts) + kMoeDown + ".weight"))
        ++experts;
    return experts;
}

MoeWeights read_moe_weights(TensorTable& tensors, std::int64_t hidden) {
    const std::int64_t experts = count_moe_experts(tensors), half = hidden / 2;
    if (experts == 0)
        throw Error(ErrorKind::InvalidInput, tensors.file().path.string() +
                                                 ": there is no tensor specializer.0.query_embedding_changer_1.weight, "
                                                 "so it has no SB-MoE block");
    MoeWeights moe;
    moe.gate_1 = take_linear(tensors, "cls_1", half, hidden, "gate");
    moe.gate_2 = take_linear(tensors, "cls_3", experts, half, "gate");
    if (tensors.has("noise_linear.weight"))
        moe.noise = take_linear(tensors, "noise_linear", experts, hidden, "gate's noise");
    if (tensors.has("routing_bias"))
        moe.bias = tensors.take("routing_bias", {experts}, "gate's choice");
    for (std::int64_t expert = 0; expert < experts; ++expert) {
        const std::string name = moe_expert_name(expert), used_as = "expert " + std::to_string(expert + 1);
        auto down = tensors.take_matrix(name + kMoeDown + ".weight", -1, hidden, used_as);
        const std::int64_t inner = down.shape[0]; // the authors' is H/2
        auto down_bias = tensors.take(name + kMoeDown + ".bias", {inner}, used_as);
        moe.experts.push_back({{std::move(down), std::move(down_bias)},
                               take_linear(tensors, name + kMoeUp, hidden, inner, used_as)});
    }
    return moe;
}

} // namespace cameo
