#include "core/model/assembly/guess.hpp"

#include "core/base/error.hpp"
#include "core/model/json_file.hpp"
#include "core/model/moe/moe_weights.hpp"

#include <algorithm>

namespace cameo {

namespace {

namespace fs = std::filesystem;

struct Module {
    std::string type; ///< the class's last name
    std::string path;
    bool pylate = false;
};

std::vector<Module> read_modules(const fs::path& path) {
    std::vector<Module> modules;
    for (const auto& entry : read_json(path, true)) {
        if (!entry.is_object())
            throw Error(ErrorKind::InvalidInput, path.string() + ": a module that is no object");
        const auto full = field_or<std::string>(entry, "type", "", path);
        const auto where = field_or<std::string>(entry, "path", "", path);
        if (fs::path(where).is_absolute() || where.find("..") != std::string::npos)
            throw Error(ErrorKind::InvalidInput, path.string() + ": module path \"" + where + "\" leaves the folder");
        modules.push_back({full.substr(full.rfind('.') + 1), where, full.starts_with("pylate.")});
    }
    return modules;
}

[[noreturn]] void refuse_module(const fs::path& path, const Module& module, const std::string& why) {
    throw Error(ErrorKind::Unsupported, path.string() + ": module " + module.type +
                                            (module.path.empty() ? "" : " (" + module.path + ")") + " " + why);
}

// What the tokenizer or the chain says about length, within the encoder's positions.
std::int64_t read_length(const fs::path& folder, std::int64_t otherwise, std::int64_t positions) {
    std::int64_t length = otherwise;
    for (const auto& [name, key] : {std::pair("tokenizer_config.json", "model_max_length"),
                                    std::pair("sentence_bert_config.json", "max_seq_length")})
        if (fs::exists(folder / name)) {
            const auto json = read_json(folder / name);
            // transformers writes 1e30 for "no limit".
            const double stated = field_or<double>(json, key, 0.0, folder / name);
            if (stated >= 4 && stated <= double(positions))
                length = std::int64_t(stated);
        }
    return std::clamp<std::int64_t>(length, 4, positions);
}

Pooling read_pooling(const fs::path& folder, const Module& module) {
    const auto path = folder / module.path / "config.json";
    const auto json = read_json(path);
    std::vector<std::pair<std::string, bool>> modes;
    if (json.contains("pooling_mode")) { // since sentence-transformers 5
        modes.emplace_back(field_or<std::string>(json, "pooling_mode", "", path), true);
    } else {
        for (const auto& [key, value] : json.items())
            if (key.starts_with("pooling_mode_") && value.is_boolean())
                modes.emplace_back(key.substr(std::string("pooling_mode_").size()), value.get<bool>());
    }
    std::string chosen;
    for (const auto& [mode, on] : modes)
        if (on)
            chosen += (chosen.empty() ? "" : "+") + mode;
    if (chosen == "cls" || chosen == "cls_token")
        return Pooling::Cls;
    if (chosen == "mean" || chosen == "mean_tokens")
        return Pooling::Mean;
    if (chosen == "max" || chosen == "max_tokens")
        return Pooling::Max;
    if (chosen == "mean_sqrt_len_tokens")
        return Pooling::MeanSqrt;
    throw Error(ErrorKind::Unsupported,
                path.string() + ": its pooling is \"" + chosen + "\", expected cls, mean, max or mean_sqrt_len_tokens");
}

void read_splade_pooling(const fs::path& folder, const Module& module, ExpertSpec& expert) {
    const auto path = folder / module.path / "config.json";
    const auto json = read_json(path);
    const auto strategy = field_or<std::string>(json, "pooling_strategy", "max", path);
    const auto activation = field_or<std::string>(json, "activation_function", "relu", path);
    if (strategy != "max" || (activation != "relu" && activation != "log1p_relu"))
        throw Error(ErrorKind::Unsupported, path.string() + ": pooling " + strategy + " with " + activation +
                                                ", expected max with relu or log1p_relu");
    expert.kind = ExpertKind::Lexical;
    expert.logs = activation == "relu" ? 1 : 2;
}

void read_prompts(const fs::path& folder, ExpertSpec& expert) {
    const auto path = folder / "config_sentence_transformers.json";
    if (!fs::exists(path))
        return;
    const auto json = read_json(path);
    const auto prompts = json.find("prompts");
    if (prompts == json.end() || !prompts->is_object())
        return;
    expert.query_prefix = field_or<std::string>(*prompts, "query", "", path);
    expert.document_prefix = field_or<std::string>(*prompts, "document", "", path);
}

void read_pylate(const fs::path& folder, ExpertSpec& expert) {
    const auto path = folder / "config_sentence_transformers.json";
    const auto json = read_json(path);
    expert.kind = ExpertKind::Local;
    expert.normalise = true;
    expert.query_prefix = expert.document_prefix = "";
    expert.query_marker = field_or<std::string>(json, "query_prefix", "[Q] ", path);
    expert.document_marker = field_or<std::string>(json, "document_prefix", "[D] ", path);
    expert.max_query_tokens = field_or<std::int64_t>(json, "query_length", 32, path);
    expert.max_document_tokens = field_or<std::int64_t>(json, "document_length", 180, path);
    expert.query_mask_padding = field_or<bool>(json, "do_query_expansion", true, path);
    expert.attend_to_mask_padding = field_or<bool>(json, "attend_to_expansion_tokens", false, path);
    if (const auto words = json.find("skiplist_words"); words != json.end() && words->is_array()) {
        for (const auto& word : *words)
            if (word.is_string())
                expert.skip.push_back(word.get<std::string>());
        // The default list is all of ASCII's punctuation, of which a vocabulary need not have every sign.
        if (expert.skip.size() == 32)
            expert.skip = {"punctuation"};
    } else {
        expert.skip = {"punctuation"};
    }
}

void read_chain(const fs::path& folder, ForeignModel& model) {
    const auto path = folder / "modules.json";
    const auto modules = read_modules(path);
    ExpertSpec& expert = model.expert;
    expert.normalise = false;
    bool pooled = false, pylate = false;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        const Module& module = modules[i];
        if (i == 0) {
            if ((module.type != "Transformer" && module.type != "MLMTransformer" && module.type != "ColBERT") ||
                !module.path.empty())
                refuse_module(path, module, "as the first of the chain; expected a Transformer in the folder itself");
            continue;
        }
        if (module.type == "Pooling" && !pooled) {
            expert.pooling = read_pooling(folder, module);
            pooled = true;
        } else if (module.type == "SpladePooling" && !pooled) {
            read_splade_pooling(folder, module, expert);
            pooled = true;
        } else if (module.type == "Dense" && (pooled || module.pylate) && !expert.normalise) {
            expert.dense.push_back(module.path);
            pylate |= module.pylate;
        } else if (module.type == "Normalize") {
            expert.normalise = true;
        } else {
            refuse_module(path, module, "at place " + std::to_string(i + 1) +
                                            "; expected Transformer, Pooling, Dense …, Normalize in this order");
        }
        if (module.type != "Normalize")
            for (const char* file : {"config.json", "model.safetensors", "pytorch_model.bin"})
                if (fs::exists(folder / module.path / file))
                    model.files.push_back(fs::path(module.path) / file);
    }
    read_prompts(folder, expert);
    if (pylate)
        read_pylate(folder, expert);
    else if (!pooled)
        throw Error(ErrorKind::Unsupported, path.string() + ": the chain has no Pooling");
}

void read_stanford_colbert(const fs::path& folder, ExpertSpec& expert) {
    expert.kind = ExpertKind::Local;
    expert.projection = "linear.weight";
    expert.query_marker = "[unused0]";
    expert.document_marker = "[unused1]";
    expert.max_query_tokens = 32;
    expert.max_document_tokens = 220;
    expert.query_mask_padding = true;
    expert.skip = {"punctuation"};
    const auto path = folder / "artifact.metadata";
    if (!fs::exists(path))
        return;
    const auto json = read_json(path);
    expert.query_marker = field_or<std::string>(json, "query_token_id", expert.query_marker, path);
    expert.document_marker = field_or<std::string>(json, "doc_token_id", expert.document_marker, path);
    expert.max_query_tokens = field_or<std::int64_t>(json, "query_maxlen", 32, path);
    expert.max_document_tokens = field_or<std::int64_t>(json, "doc_maxlen", 220, path);
    expert.attend_to_mask_padding = field_or<bool>(json, "attend_to_mask_tokens", false, path);
    if (!field_or<bool>(json, "mask_punctuation", true, path))
        expert.skip.clear();
}

} // namespace

namespace {

void add_text_files(const fs::path& folder, ForeignModel& model) {
    for (const char* file : {"vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                             "added_tokens.json", "modules.json", "sentence_bert_config.json",
                             "config_sentence_transformers.json", "artifact.metadata"})
        if (fs::exists(folder / file))
            model.files.push_back(file);
}

/// The one ….pt of the folder that has an SB-MoE block; empty: there is none.
fs::path find_sbmoe_block(const fs::path& folder) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".pt" || !entry.is_regular_file() ||
            count_moe_experts(TensorTable(WeightsFile::open(entry.path()))) == 0)
            continue;
        if (!found.empty())
            throw Error(ErrorKind::InvalidInput, folder.string() + ": both " + found.filename().string() + " and " +
                                                     entry.path().filename().string() +
                                                     " hold an SB-MoE block; import a folder with one of them");
        found = entry.path();
    }
    return found;
}

ForeignModel read_sbmoe(const fs::path& folder, const fs::path& block, const BertConfig& config) {
    ForeignModel model;
    model.sbmoe_block = block.filename();
    model.files = {"config.json", block.filename()};
    const std::string name = block.filename().string();
    const bool all = name.find("all") != name.npos;
    model.moe = {.form = MoeForm::Reference, .chosen = all ? 0 : 1};
    ExpertSpec& expert = model.expert;
    expert.name = "gate";
    expert.kind = ExpertKind::Global;
    expert.normalise = false;
    expert.max_query_tokens = expert.max_document_tokens = std::min<std::int64_t>(512, config.positions);
    expert.description = std::string("SB-MoE, ") + (all ? "all experts weighed" : "one expert chosen") + " by its gate, mean pooling";
    if (!encoder_prefix(*WeightsFile::open(block)))
        model.files.push_back(weights_file_in(folder).filename());
    return model;
}

} // namespace

ForeignModel read_foreign_model(const fs::path& folder) {
    if (!fs::exists(folder / "config.json"))
        throw Error(ErrorKind::NotFound, folder.string() + ": neither model.json nor a Hugging Face config.json here");
    const BertConfig config = read_bert_config(folder / "config.json");
    ForeignModel model;
    if (const auto block = find_sbmoe_block(folder); !block.empty()) {
        model = read_sbmoe(folder, block, config);
        add_text_files(folder, model);
        return model;
    }
    const auto weights_at = weights_file_in(folder);
    model.files = {"config.json", weights_at.filename()};
    add_text_files(folder, model);
    ExpertSpec& expert = model.expert;
    const auto has = [weights = WeightsFile::open(weights_at)](std::string_view tensor) {
        return std::any_of(weights->tensors.begin(), weights->tensors.end(),
                           [&](const auto& stored) { return stored.name.ends_with(tensor); });
    };
    expert.max_query_tokens = expert.max_document_tokens =
        read_length(folder, std::min<std::int64_t>(256, config.positions), config.positions);
    if (fs::exists(folder / "modules.json")) {
        read_chain(folder, model);
    } else if (has("linear.weight") && !has("classifier.weight")) {
        read_stanford_colbert(folder, expert);
    } else if (has("cls.predictions.transform.dense.weight") || has("vocab_transform.weight")) {
        expert.kind = ExpertKind::Lexical;
        expert.max_query_tokens = expert.max_document_tokens = std::min<std::int64_t>(256, config.positions);
        expert.description = "masked language model: weights for a text's words and for words it could have used";
    } else {
        expert.description = "encoder with mean pooling and unit length, as its folder does not say";
    }
    expert.name = expert.kind == ExpertKind::Lexical ? "lexical" : expert.kind == ExpertKind::Local ? "local" : "global";
    return model;
}

} // namespace cameo
