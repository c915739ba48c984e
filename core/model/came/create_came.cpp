#include "core/model/came/create_came.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/came/branches.hpp"
#include "core/model/came/fit_heads.hpp"
#include "core/model/model_name.hpp"
#include "core/model/new_folder.hpp"
#include "core/model/weights/safetensors_writer.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr const char* kChanges = "changes.safetensors";

ExpertSpec expert(const CameOptions& options, const char* name, ExpertKind kind, const char* description) {
    ExpertSpec spec;
    spec.name = name;
    spec.kind = kind;
    spec.description = description;
    spec.weights = options.from;
    spec.max_query_tokens = options.query_tokens;
    spec.max_document_tokens = options.document_tokens;
    return spec;
}

Manifest manifest_of(const CameOptions& options) {
    Manifest manifest;
    manifest.name = options.name;
    manifest.kind = "came";
    manifest.default_fusion = "zscore"; // until a training has brought the experts to one scale
    manifest.shared_layers = options.shared;
    manifest.private_layers = options.own;
    manifest.changes = kChanges;
    auto lexical = expert(options, "lexical", ExpertKind::Lexical, "Words that match, and words that the text implies.");
    lexical.document_terms = options.document_terms;
    auto local = expert(options, "local", ExpertKind::Local, "Each query token with the document's nearest one.");
    local.projection = branch_prefix("local") + "projection.weight";
    local.query_special_tokens = false;
    local.mean_similarity = true;
    const auto global = expert(options, "global", ExpertKind::Global, "The mean of the token vectors, as a direction.");
    for (const auto& wanted : options.experts)
        for (const auto& spec : {lexical, local, global})
            if (spec.name == wanted)
                manifest.experts.push_back(spec);
    return manifest;
}

void check_options(const CameOptions& options) {
    check_model_name(options.name);
    const auto expect = [](bool holds, const std::string& what) {
        if (!holds)
            throw Error(ErrorKind::InvalidInput, "a CAME model: " + what);
    };
    expect(!options.experts.empty(), "no experts");
    for (const auto& name : options.experts) {
        expect(name == "lexical" || name == "local" || name == "global",
               "there is no expert \"" + name + "\"; there are lexical, local and global");
        expect(std::ranges::count(options.experts, name) == 1, "two experts " + name);
    }
    expect(options.shared >= 0 && options.own >= 0, "a negative number of layers");
    expect(options.local_width >= 1, "a local width of " + std::to_string(options.local_width) + ", expected 1 or more");
    expect(options.query_tokens >= 4 && options.document_tokens >= 4, "texts of less than 4 tokens");
}

} // namespace

std::string create_came(const CameOptions& given, std::span<const std::string> texts, Progress& progress) {
    check_options(given);
    CameOptions options = given;
    options.from = settled_weights({}, given.from);
    const Manifest manifest = manifest_of(options);
    const auto at = weights_folder({}, manifest.experts[0]);
    const BertConfig config = read_bert_config(at / "config.json");
    shared_config(config, manifest, at.string());
    if (std::max(options.query_tokens, options.document_tokens) > config.positions)
        throw Error(ErrorKind::InvalidInput, at.string() + ": it has " + std::to_string(config.positions) +
                                                 " positions, so it cannot read texts of " +
                                                 std::to_string(std::max(options.query_tokens, options.document_tokens)) +
                                                 " tokens");
    if (options.local_width > config.hidden)
        throw Error(ErrorKind::InvalidInput, at.string() + ": its vectors have " + std::to_string(config.hidden) +
                                                 " numbers, so the local expert cannot have " +
                                                 std::to_string(options.local_width));
    TensorTable tensors(WeightsFile::open(weights_file_in(at)));
    const BertWeights weights = read_bert_weights(config, tensors);

    const FittedHeads fitted =
        fit_heads(weights, at, {options.document_tokens, options.local_width, options.active_terms}, texts, progress);
    std::vector<TensorToWrite> changes;
    const auto add = [&](const std::string& name, const std::vector<float>& values, std::vector<std::int64_t> shape) {
        changes.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(values))});
    };
    const std::int64_t h = config.hidden;
    const auto has = [&](const char* name) { return std::ranges::find(options.experts, name) != options.experts.end(); };
    if (has("local"))
        add(branch_prefix("local") + "projection.weight", fitted.projection, {options.local_width, h});
    std::vector<float> identity, ones, zeros;
    if (has("lexical") && !has_masked_lm(config, tensors)) {
        const std::string prefix = branch_prefix("lexical") + "masked_lm.";
        identity.assign(std::size_t(h * h), 0);
        for (std::int64_t i = 0; i < h; ++i)
            identity[std::size_t(i * h + i)] = 1;
        ones.assign(std::size_t(h), 1);
        zeros.assign(std::size_t(h), 0);
        add(prefix + "transform.weight", identity, {h, h});
        add(prefix + "transform.bias", zeros, {h});
        add(prefix + "norm.weight", ones, {h});
        add(prefix + "norm.bias", zeros, {h});
        add(prefix + "decoder.bias", fitted.term_bias, {config.vocabulary});
    }

    NewFolder folder(options.folder.empty() ? folders().models() / options.name : options.folder);
    write_safetensors(folder.path() / kChanges, changes);
    AtomicFile file(folder.path() / "model.json");
    file.write(to_json(manifest));
    file.commit();
    Model::load(folder.path()); // what it cannot read is not worth keeping
    folder.commit();
    return options.name;
}

} // namespace cameo
