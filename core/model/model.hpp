#pragma once

#include "core/jobs/progress.hpp"
#include "core/model/moe/moe_spec.hpp"
#include "core/model/representation.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct ExpertInfo {
    std::string name; ///< "lexical", "local", "global", or what the manifest says
    ExpertKind kind = ExpertKind::Global;
    std::int32_t width = 0;           ///< Local and Global: vector width H; Lexical: vocabulary size V
    std::int32_t max_query_tokens = 0;
    std::int32_t max_document_tokens = 0;
    std::string description; ///< one plain sentence: where it comes from
    std::int32_t gate = 0;   ///< N where this is what an SB-MoE model's gate makes of its N experts; 0: no gate
};

/// What loading did with every tensor of a file. Nothing is guessed silently.
struct LoadReport {
    struct Entry {
        std::string file, tensor, used_as; ///< used_as is empty for a tensor that nothing reads
    };
    std::vector<Entry> tensors;
    std::vector<std::string> remarks;
};

struct DeviceInfo {
    std::string device = "cpu";     ///< "cpu" or "cuda:0"; "cuda:0 and cpu" where a part had to leave the GPU
    std::string name;               ///< of the processor or the GPU
    std::string precision = "fp32"; ///< "fp32", "fp16" (a GPU), "fp32, documents in bf16", "…, documents in fp32 and bf16"
    int threads = 1;
    std::string instructions;       ///< what the processor has: "AVX2", "AVX512-BF16", "AMX-BF16", …
    std::string remark;             ///< why CUDA is not in use, where half precision is not, what failed since
};

/// What an SB-MoE block (core/model/moe/moe_spec.hpp) makes of B texts with pooled vectors x, before anything is weighed
/// or added up.
struct ExpertOutputs {
    std::vector<float> logits;  ///< [B, N] the gate's clean logits: the same as Representation::gate
    std::vector<float> outputs; ///< [B, N, width] E_i(x)
    std::vector<float> pooled;  ///< [B, width] x
    std::vector<float> deviation; ///< [B, N] of the block's noise layer, which training may add to the logits; empty: it has none
};

/// How a gate's logits become what a text is served by.
struct GateRule {
    MoeSpec spec;
    std::vector<float> bias; ///< [N] as moe_weights has it; empty: none
};

/// A set of experts with what they share, loaded from a folder with model.json. Encoding is thread-safe (calls from
/// several threads queue for the device); layers that experts share run once per text.
class Model {
public:
    /// @throws Error naming file and tensor: missing, wrong shape, wrong type, another architecture (by its name).
    static std::shared_ptr<const Model> load(const std::filesystem::path& folder);

    virtual ~Model() = default;

    virtual const std::string& name() const = 0;
    virtual const std::string& kind() const = 0; ///< "assembly", "came", "sbmoe"
    /// Fingerprint of manifest and weights: an index made with another version is refused.
    virtual const std::string& version() const = 0;
    /// Where model.json lies, and what else belongs to the model without being part of its version, such as its learned
    /// fusion; empty: nowhere.
    virtual std::filesystem::path folder() const { return {}; }
    virtual std::span<const ExpertInfo> experts() const = 0;
    virtual const Tokenizer& tokenizer(std::size_t expert_idx) const = 0;
    virtual const LoadReport& load_report() const = 0;
    /// What encoding uses now, also after a GPU has failed.
    virtual DeviceInfo device() const = 0;
    /// What the experts of a gate are weighed by, from its clean logits (Representation::gate); empty without a gate.
    virtual std::vector<float> gate_weights(std::span<const float> /*logits*/) const { return {}; }
    virtual std::optional<GateRule> gate_rule() const { return {}; }
    /// For those who compare a gate's experts with each other; searching does not come here. Empty without a gate.
    /// x is what the device in use makes of the texts, E_i(x) is computed in float32 on the processor wherever x was.
    /// Progress advances by texts. @throws Cancelled through progress.
    virtual ExpertOutputs expert_outputs(std::span<const std::string> /*texts*/, Role /*role*/,
                                         Progress& /*progress*/) const {
        return {};
    }
    /// The fusion to use when nobody names one, in parse_fusion's words (core/search/fusion.hpp).
    virtual std::string default_fusion() const { return "sum"; }

    /// Representations[text_idx][expert_idx]. Texts are sorted by length and batched inside; progress advances by
    /// documents. Out of GPU memory: smaller batches, then the CPU, with a remark in device().
    /// @throws Cancelled through progress.
    virtual std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role role,
                                                            Progress& progress) const = 0;
    /// One expert only, for `cameo encode`. Same order, one representation per text.
    virtual std::vector<Representation> encode(std::span<const std::string> texts, Role role, std::size_t expert_idx,
                                               Progress& progress) const = 0;
};

/// The folder of the model of that name under Folders::models(), else of the one that ships, or a folder's own path.
/// @throws Error(NotFound) listing the models there are.
std::filesystem::path find_model(std::string_view name_or_path);
std::shared_ptr<const Model> open_model(std::string_view name_or_path);

struct ModelSummary {
    std::string name;
    std::string kind; ///< "assembly", "came", "sbmoe"; "unreadable" when model.json is damaged
    bool shipped = false; ///< comes with Cameo, and no stored model hides it
};
/// By name, the stored ones and those that ship.
std::vector<ModelSummary> list_models();

/// Whether it lies in Folders::shipped_models(), where nothing is written.
bool is_shipped(const std::filesystem::path& model_folder);
/// Where something may be written beside a model: its folder, or that of a stored copy made now, of the same name and
/// version, where the model ships. @throws Error as import_model(), and when another model of that name is stored.
std::filesystem::path own_folder(const std::filesystem::path& model_folder);

/// Makes a model folder under Folders::models() from PATH: a Hugging Face, ColBERT, PyLate or sentence-transformers
/// folder (one expert; masked-LM = lexical), or a folder that has model.json already. Files are copied (cloned where the
/// filesystem can), the manifest says which each expert reads. A model of that name is replaced. @returns its name.
std::string import_model(const std::filesystem::path& path, std::string name = {});

/// What a model of usual width (256 and more) would use, without loading one, for `cameo doctor` and the status bar.
DeviceInfo probe_device();

} // namespace cameo
