#pragma once

#include "core/model/assembly/manifest.hpp"

namespace cameo {

// CAME (arXiv 2311.02834): shared layers run once, then each expert's private layers and its head. What an expert has of
// its own is named after it:
//   experts.NAME.layer.I.attention.self.query.weight …   its private layers, I from 0
//   experts.NAME.masked_lm.{transform,norm}.{weight,bias}, .decoder.bias [, .decoder.weight]   Lexical
//   experts.NAME.projection.weight   Local
// A layer that the file does not have is the encoder's: the last `private_layers` ones are what experts begin with.

/// "experts.NAME."
std::string branch_prefix(const std::string& expert);

/// The shared part of a model's config: `whole` with that many layers.
/// @throws Error naming `where` when the encoder has fewer layers than the manifest wants.
BertConfig shared_config(const BertConfig& whole, const Manifest& manifest, const std::string& where);

/// Fills in the expert's own layers and its masked-LM head. @param whole config of the encoder   @param words tied to the
/// decoder unless the file has one
void read_branch(const Manifest& manifest, const ExpertSpec& spec, const BertConfig& whole, TensorTable& tensors,
                 const Parameter& words, HeadWeights& head);

} // namespace cameo
