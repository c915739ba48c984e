#include "core/model/assembly/manifest.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/default_fusion.hpp"
#include "core/model/json_file.hpp"
#include "core/model/model_name.hpp"

#include <algorithm>
#include <set>

namespace cameo {

namespace {

template <class Value>
using Names = std::vector<std::pair<std::string, Value>>;

const Names<ExpertKind> kKinds{
    {"lexical", ExpertKind::Lexical}, {"local", ExpertKind::Local}, {"global", ExpertKind::Global}};
const Names<Pooling> kPoolings{
    {"cls", Pooling::Cls}, {"mean", Pooling::Mean}, {"max", Pooling::Max},
    {"mean_sqrt", Pooling::MeanSqrt}, {"identity", Pooling::Identity}};
const Names<int> kLogs{{"log1p_relu", 1}, {"log1p_log1p_relu", 2}};
const Names<MoeForm> kMoeForms{{"reference", MoeForm::Reference}, {"corrected", MoeForm::Corrected}};
const Names<bool> kSimilarities{{"sum", false}, {"mean", true}};

template <class Value>
const std::string& name_of(const Names<Value>& names, Value value) {
    return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.second == value; })->first;
}

// One expert's object, read field by field; what is left over at the end is an error.
class Fields {
public:
    Fields(const nlohmann::json& object, const std::filesystem::path& path, std::string where)
        : m_object(object), m_path(path), m_where(std::move(where)) {
        if (!object.is_object())
            refuse(m_where + " is no object");
    }
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::InvalidInput, m_path.string() + ": " + why);
    }
    template <class T>
    void read(const char* key, T& value) {
        m_known.insert(key);
        value = field_or<T>(m_object, key, value, m_path);
    }
    template <class Value>
    void read_name(const char* key, const Names<Value>& names, Value& value, bool needed = false) {
        std::string text = needed ? "" : name_of(names, value);
        read(key, text);
        for (const auto& [name, meaning] : names)
            if (name == text) {
                value = meaning;
                return;
            }
        std::string expected;
        for (const auto& [name, meaning] : names)
            expected += (expected.empty() ? "" : ", ") + name;
        refuse("field " + std::string(key) + " of " + m_where + " is \"" + text + "\", expected one of " + expected);
    }
    void read_list(const char* key, std::vector<std::string>& list) {
        m_known.insert(key);
        const auto found = m_object.find(key);
        if (found == m_object.end())
            return;
        if (!found->is_array())
            refuse("field " + std::string(key) + " of " + m_where + " is no list of texts");
        for (const auto& item : *found) {
            if (!item.is_string())
                refuse("field " + std::string(key) + " of " + m_where + " is no list of texts");
            list.push_back(item.get<std::string>());
        }
    }
    void read_count(const char* key, std::int64_t& value, std::int64_t least) {
        read(key, value);
        if (value < least || value > 1'000'000)
            refuse("field " + std::string(key) + " of " + m_where + " is " + std::to_string(value) +
                   ", expected at least " + std::to_string(least));
    }
    void known(const char* key) { m_known.insert(key); }
    void finish() const {
        for (const auto& [key, value] : m_object.items())
            if (!m_known.contains(key))
                refuse("field " + key + " of " + m_where + " is unknown");
    }

private:
    const nlohmann::json& m_object;
    const std::filesystem::path& m_path;
    std::string m_where;
    std::set<std::string, std::less<>> m_known;
};

ExpertSpec read_expert(const nlohmann::json& object, const std::filesystem::path& path, std::size_t idx) {
    ExpertSpec spec;
    Fields fields(object, path, "expert " + std::to_string(idx + 1));
    fields.read("name", spec.name);
    if (spec.name.empty())
        fields.refuse("expert " + std::to_string(idx + 1) + " has no name");
    fields.read_name("kind", kKinds, spec.kind, true);
    fields.read("weights", spec.weights);
    if (spec.weights.empty())
        fields.refuse("expert " + spec.name + " names no weights");
    fields.read("description", spec.description);
    fields.read_name("pooling", kPoolings, spec.pooling);
    fields.read("normalise", spec.normalise);
    fields.read_list("dense", spec.dense);
    fields.read("projection", spec.projection);
    fields.read_name("activation", kLogs, spec.logs);
    fields.read_count("query_terms", spec.query_terms, 0);
    fields.read_count("document_terms", spec.document_terms, 0);
    fields.read_count("max_query_tokens", spec.max_query_tokens, 4);
    fields.read_count("max_document_tokens", spec.max_document_tokens, 4);
    fields.read("query_prefix", spec.query_prefix);
    fields.read("document_prefix", spec.document_prefix);
    fields.read("query_marker", spec.query_marker);
    fields.read("document_marker", spec.document_marker);
    fields.read("query_mask_padding", spec.query_mask_padding);
    fields.read("attend_to_mask_padding", spec.attend_to_mask_padding);
    fields.read("query_special_tokens", spec.query_special_tokens);
    fields.read("document_special_tokens", spec.document_special_tokens);
    fields.read_list("skip", spec.skip);
    fields.read_name("similarity", kSimilarities, spec.mean_similarity);
    fields.read("scale", spec.scale);
    if (!(spec.scale > 0 && spec.scale <= 1e6))
        fields.refuse("the scale of expert " + spec.name + " is not above 0 and at most 1,000,000");
    fields.finish();
    return spec;
}

} // namespace

bool ExpertSpec::reads_like(const ExpertSpec& other) const {
    const auto input = [](const ExpertSpec& spec) {
        return std::tie(spec.weights, spec.max_query_tokens, spec.max_document_tokens, spec.query_prefix,
                        spec.document_prefix, spec.query_marker, spec.document_marker, spec.query_mask_padding,
                        spec.attend_to_mask_padding);
    };
    return input(*this) == input(other);
}

Manifest read_manifest(const std::filesystem::path& path) {
    const auto json = read_json(path);
    const auto format = field_or<std::int64_t>(json, "format", 0, path);
    if (format != kManifestFormat)
        throw Error(ErrorKind::Unsupported, path.string() + ": its format is " + std::to_string(format) +
                                                ", this Cameo reads " + std::to_string(kManifestFormat));
    Manifest manifest;
    Fields fields(json, path, "the model");
    std::int64_t known_format = 0;
    fields.read("format", known_format);
    fields.read("name", manifest.name);
    if (!manifest.name.empty())
        check_model_name(manifest.name, path.string() + ": field name: ");
    fields.read("kind", manifest.kind);
    fields.read("default_fusion", manifest.default_fusion);
    if (manifest.kind == "came") {
        fields.read_count("shared_layers", manifest.shared_layers, 0);
        fields.read_count("private_layers", manifest.private_layers, 0);
        fields.read("changes", manifest.changes);
    } else if (manifest.kind == "sbmoe") {
        fields.read("changes", manifest.changes);
        if (manifest.changes.empty())
            fields.refuse("an sbmoe model names the file with its block in the field changes");
        fields.read_name("form", kMoeForms, manifest.moe.form);
        fields.read_count("chosen", manifest.moe.chosen, 0);
        fields.read("gate_scale", manifest.moe.gate_scale);
        fields.read("normalise_output", manifest.moe.normalise);
    } else if (manifest.kind != "assembly") {
        throw Error(ErrorKind::Unsupported, path.string() + ": its kind is \"" + manifest.kind.substr(0, 100) +
                                                "\", this Cameo loads assembly, came and sbmoe");
    }
    const auto experts = json.find("experts");
    if (experts == json.end() || !experts->is_array() || experts->empty() || experts->size() > 32)
        fields.refuse("it needs a list of 1 to 32 experts");
    std::set<std::string> names;
    for (std::size_t idx = 0; idx < experts->size(); ++idx) {
        manifest.experts.push_back(read_expert((*experts)[idx], path, idx));
        if (!names.insert(manifest.experts.back().name).second)
            fields.refuse("two experts are named " + manifest.experts.back().name);
    }
    if (!known_fusion(manifest.default_fusion, manifest.experts.size()))
        fields.refuse("field default_fusion is \"" + manifest.default_fusion.substr(0, 100) +
                      "\", expected sum, minmax, zscore, rrf, rank, weighted or adaptive, with " +
                      std::to_string(manifest.experts.size()) + " weights if any, as in weighted:0.2,0.5,0.3");
    if (manifest.kind == "came" && !std::ranges::all_of(manifest.experts, [&](const ExpertSpec& spec) {
            return spec.reads_like(manifest.experts.front());
        }))
        fields.refuse("the experts of a came model share their layers, so they need the same weights, lengths, prefixes "
                      "and markers");
    if (manifest.kind == "sbmoe" && (manifest.experts.size() != 1 || manifest.experts[0].kind != ExpertKind::Global))
        fields.refuse("an sbmoe model has one expert of kind global, which its block follows");
    fields.known("experts");
    fields.finish();
    return manifest;
}

std::string to_json(const Manifest& manifest) {
    nlohmann::ordered_json json;
    json["format"] = kManifestFormat;
    json["name"] = manifest.name;
    json["kind"] = manifest.kind;
    json["default_fusion"] = manifest.default_fusion;
    if (manifest.kind == "sbmoe") {
        json["changes"] = manifest.changes;
        json["form"] = name_of(kMoeForms, manifest.moe.form);
        json["chosen"] = manifest.moe.chosen;
        json["gate_scale"] = manifest.moe.gate_scale;
        json["normalise_output"] = manifest.moe.normalise;
    }
    if (manifest.kind == "came") {
        json["shared_layers"] = manifest.shared_layers;
        json["private_layers"] = manifest.private_layers;
        if (!manifest.changes.empty())
            json["changes"] = manifest.changes;
    }
    const ExpertSpec plain;
    for (const auto& spec : manifest.experts) {
        nlohmann::ordered_json expert;
        expert["name"] = spec.name;
        expert["kind"] = name_of(kKinds, spec.kind);
        expert["weights"] = spec.weights;
        const auto put = [&](const char* key, const auto& value, const auto& fallback) {
            if (value != fallback)
                expert[key] = value;
        };
        put("description", spec.description, plain.description);
        if (spec.kind == ExpertKind::Global)
            expert["pooling"] = name_of(kPoolings, spec.pooling);
        put("normalise", spec.normalise, plain.normalise);
        put("dense", spec.dense, plain.dense);
        put("projection", spec.projection, plain.projection);
        if (spec.logs != plain.logs)
            expert["activation"] = name_of(kLogs, spec.logs);
        put("query_terms", spec.query_terms, plain.query_terms);
        put("document_terms", spec.document_terms, plain.document_terms);
        expert["max_query_tokens"] = spec.max_query_tokens;
        expert["max_document_tokens"] = spec.max_document_tokens;
        put("query_prefix", spec.query_prefix, plain.query_prefix);
        put("document_prefix", spec.document_prefix, plain.document_prefix);
        put("query_marker", spec.query_marker, plain.query_marker);
        put("document_marker", spec.document_marker, plain.document_marker);
        put("query_mask_padding", spec.query_mask_padding, plain.query_mask_padding);
        put("attend_to_mask_padding", spec.attend_to_mask_padding, plain.attend_to_mask_padding);
        put("query_special_tokens", spec.query_special_tokens, plain.query_special_tokens);
        put("document_special_tokens", spec.document_special_tokens, plain.document_special_tokens);
        put("skip", spec.skip, plain.skip);
        if (spec.mean_similarity)
            expert["similarity"] = "mean";
        put("scale", spec.scale, plain.scale);
        json["experts"].push_back(std::move(expert));
    }
    return json.dump(2) + "\n";
}

} // namespace cameo
