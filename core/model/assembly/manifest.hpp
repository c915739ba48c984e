#pragma once

#include "core/model/encoder/heads.hpp"
#include "core/model/moe/moe_spec.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// One expert as model.json describes it (docs/model-json.md lists the fields).
struct ExpertSpec {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    std::string description;
    /// The Hugging Face folder: relative to model.json, absolute, or "cache:NAME" for Folders::weights() / NAME.
    std::string weights;

    Pooling pooling = Pooling::Mean;
    bool normalise = true;
    std::vector<std::string> dense; ///< sentence-transformers Dense modules, folders inside `weights`, in order
    std::string projection;         ///< tensor [width, H] in the weights file, such as ColBERT's "linear.weight"
    int logs = 1;                   ///< Lexical: 1 log(1 + relu), 2 the logarithm once more
    std::int64_t query_terms = 0, document_terms = 0; ///< Lexical: keep that many of the heaviest; 0: all

    std::int64_t max_query_tokens = 32, max_document_tokens = 128;
    std::string query_prefix, document_prefix; ///< text put before
    std::string query_marker, document_marker; ///< token put behind [CLS]
    bool query_mask_padding = false;           ///< fill queries up to max_query_tokens with [MASK] (ColBERT)
    bool attend_to_mask_padding = false;
    bool query_special_tokens = true, document_special_tokens = true; ///< Local: rows of [CLS] and [SEP] count
    std::vector<std::string> skip;  ///< Local: document rows of these tokens are dropped; "punctuation": all of it
    bool mean_similarity = false;   ///< Local: MaxSim divided by the query's rows, instead of the plain sum
    double scale = 1; ///< what its scores are multiplied by, on the query's side: CAME's experts are summed as they are

    /// The same ids go into the encoder for both, so that one pass serves them.
    bool reads_like(const ExpertSpec& other) const;
};

struct Manifest {
    std::string name;
    std::string kind = "assembly";
    std::string default_fusion = "sum";
    /// Kind "came": the encoder's first `shared_layers` layers run once for all experts, then `private_layers` layers of
    /// each expert's own. `changes` is a safetensors file beside model.json with what training made of the encoder's
    /// tensors, under their names, and of the experts' own, under "experts.NAME.…" (came/branches.hpp); what it does not
    /// have is the encoder's.
    std::int64_t shared_layers = 0, private_layers = 0;
    std::string changes;
    /// Kind "sbmoe": one Global expert, followed by a block that `changes` holds under the names of the authors' code. It
    /// is loaded as N + 1 experts: the one that the gate makes, and each of the N forced for every text. The block's
    /// `experts` is read off the file.
    MoeSpec moe;
    std::vector<ExpertSpec> experts;
};

inline constexpr int kManifestFormat = 1;

/// @throws Error naming file, expert and field: missing, of another type, unknown, out of range.
Manifest read_manifest(const std::filesystem::path& model_json);
std::string to_json(const Manifest& manifest);

} // namespace cameo
