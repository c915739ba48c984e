#include "core/model/moe/create_sbmoe.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/draws.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/model_name.hpp"
#include "core/model/moe/moe_model.hpp"
#include "core/model/new_folder.hpp"
#include "core/model/weights/safetensors_writer.hpp"

#include <cmath>

namespace cameo {

namespace {

constexpr const char* kBlockFile = "changes.safetensors";

void check_options(const SbmoeOptions& options) {
    check_model_name(options.name);
    const auto expect = [](bool holds, const std::string& what) {
        if (!holds)
            throw Error(ErrorKind::InvalidInput, "an SB-MoE model: " + what);
    };
    const double scale = options.gate_scale.value_or(1);
    expect(options.experts >= 1 && options.experts <= kMostMoeExperts,
           std::to_string(options.experts) + " experts, expected 1 to " + std::to_string(kMostMoeExperts));
    expect(options.inner >= 0 && options.inner <= 1'000'000, "an inner width of " + std::to_string(options.inner));
    expect(options.chosen >= 0 && options.chosen <= options.experts,
           "it is to choose " + std::to_string(options.chosen) + " of " + std::to_string(options.experts) + " experts");
    expect(std::isfinite(scale) && scale > 0, "a gate scale of " + std::to_string(scale) + ", expected more than 0");
    expect(options.form == MoeForm::Corrected || scale == 1, "the reference form has a gate scale of 1");
    expect(options.query_tokens >= 4 && options.document_tokens >= 4, "texts of less than 4 tokens");
}

Manifest manifest_of(const SbmoeOptions& options) {
    const bool corrected = options.form == MoeForm::Corrected;
    Manifest manifest;
    manifest.name = options.name;
    manifest.kind = "sbmoe";
    manifest.changes = kBlockFile;
    manifest.moe.form = options.form;
    manifest.moe.chosen = options.chosen;
    manifest.moe.normalise = options.normalise_output.value_or(corrected);
    ExpertSpec gate;
    gate.name = "gate";
    gate.kind = ExpertKind::Global;
    gate.description = "The experts that the gate chooses for a text.";
    gate.weights = settled_weights({}, options.from);
    gate.pooling = options.pooling;
    gate.normalise = options.normalise_input.value_or(corrected);
    gate.max_query_tokens = options.query_tokens;
    gate.max_document_tokens = options.document_tokens;
    manifest.experts = {gate};
    return manifest;
}

double usual_gate_scale(const Manifest& manifest, std::int64_t hidden) {
    return manifest.moe.form == MoeForm::Corrected && manifest.experts[0].normalise ? std::sqrt(double(hidden)) : 1;
}

/// The tensors of a block, each with draws of its own.
class NewBlock {
public:
    NewBlock(std::uint64_t seed, std::int64_t hidden, std::int64_t experts, std::int64_t inner) : m_seed(seed) {
        const std::int64_t half = hidden / 2;
        add("cls_1", half, hidden);
        add("cls_3", experts, half);
        add("noise_linear", experts, hidden);
        for (std::int64_t expert = 0; expert < experts; ++expert) {
            add(moe_expert_name(expert) + kMoeDown, inner, hidden);
            add(moe_expert_name(expert) + kMoeUp, hidden, inner);
        }
    }
    void write(const std::filesystem::path& file) const {
        std::vector<TensorToWrite> tensors;
        for (const auto& own : m_tensors)
            tensors.push_back({own.name, DType::F32, own.shape, std::as_bytes(std::span(own.values))});
        write_safetensors(file, tensors);
    }

private:
    struct Own {
        std::string name;
        std::vector<std::int64_t> shape;
        std::vector<float> values;
    };
    void add(const std::string& name, std::int64_t out, std::int64_t in) {
        const double bound = 1 / std::sqrt(double(in));
        add(name + ".weight", {out, in}, out * in, bound);
        add(name + ".bias", {out}, out, bound);
    }
    void add(const std::string& name, std::vector<std::int64_t> shape, std::int64_t count, double bound) {
        constexpr std::uint64_t kPurpose = 11;
        Draws draws(m_seed, kPurpose, m_tensors.size());
        Own own{name, std::move(shape), std::vector<float>(std::size_t(count))};
        for (float& value : own.values)
            value = float((2 * draws.unit() - 1) * bound);
        m_tensors.push_back(std::move(own));
    }

    std::uint64_t m_seed;
    std::vector<Own> m_tensors;
};

} // namespace

std::string create_sbmoe(const SbmoeOptions& options) {
    check_options(options);
    Manifest manifest = manifest_of(options);
    const auto at = weights_folder({}, manifest.experts[0]);
    const BertConfig config = read_bert_config(at / "config.json");
    manifest.moe.gate_scale = options.gate_scale.value_or(usual_gate_scale(manifest, config.hidden));

    NewFolder folder(options.folder.empty() ? folders().models() / options.name : options.folder);
    NewBlock(options.seed, config.hidden, options.experts, options.inner > 0 ? options.inner : config.hidden / 2).write(folder.path() / kBlockFile);
    AtomicFile file(folder.path() / "model.json");
    file.write(to_json(manifest));
    file.commit();
    Model::load(folder.path()); // what it cannot read is not worth keeping
    folder.commit();
    return options.name;
}

} // namespace cameo
