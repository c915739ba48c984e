#include "core/model/came/branches.hpp"

#include "core/base/error.hpp"

namespace cameo {

namespace {

MaskedLmWeights read_own_masked_lm(const std::string& prefix, const BertConfig& config, TensorTable& tensors,
                                   const Parameter& words) {
    const auto h = config.hidden, v = config.vocabulary;
    const std::string as = "masked-LM head";
    MaskedLmWeights head;
    head.transform = {tensors.take(prefix + "transform.weight", {h, h}, as), tensors.take(prefix + "transform.bias", {h}, as)};
    head.norm = {tensors.take(prefix + "norm.weight", {h}, as), tensors.take(prefix + "norm.bias", {h}, as)};
    head.decoder.weight = tensors.has(prefix + "decoder.weight") ? tensors.take(prefix + "decoder.weight", {v, h}, as) : words;
    head.decoder.bias = tensors.take(prefix + "decoder.bias", {v}, as);
    return head;
}

} // namespace

std::string branch_prefix(const std::string& expert) { return "experts." + expert + "."; }

BertConfig shared_config(const BertConfig& whole, const Manifest& manifest, const std::string& where) {
    if (manifest.shared_layers > whole.layers || manifest.private_layers > whole.layers)
        throw Error(ErrorKind::InvalidInput, where + ": it is to have " + std::to_string(manifest.shared_layers) +
                                                 " shared and " + std::to_string(manifest.private_layers) +
                                                 " private layers, its encoder has " + std::to_string(whole.layers));
    BertConfig shared = whole;
    shared.layers = manifest.shared_layers;
    return shared;
}

void read_branch(const Manifest& manifest, const ExpertSpec& spec, const BertConfig& whole, TensorTable& tensors,
                 const Parameter& words, HeadWeights& head) {
    const std::string prefix = branch_prefix(spec.name);
    for (std::int64_t own = 0; own < manifest.private_layers; ++own) {
        const std::string name = prefix + "layer." + std::to_string(own);
        const std::string as = spec.name + " layer " + std::to_string(own);
        head.layers.push_back(tensors.has(name + ".attention.self.query.weight")
                                  ? read_bert_layer(whole, tensors, name, as)
                                  : read_encoder_layer(whole, tensors, whole.layers - manifest.private_layers + own));
    }
    if (spec.kind == ExpertKind::Lexical)
        head.masked_lm = tensors.has(prefix + "masked_lm.transform.weight")
                             ? read_own_masked_lm(prefix + "masked_lm.", whole, tensors, words)
                             : read_masked_lm(whole, tensors, words);
}

} // namespace cameo
