#include "core/base/atomic_file.hpp"
#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/search/learned_fusion.hpp"
#include "core/text/json_depth.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 2, kWithoutSpreads = 1;
constexpr std::size_t kMostBytes = 1'000'000, kMostExperts = 32;

/// Of everything but itself, so that a digit that fell over is found and not fused by.
std::string checksum_of(Json json) {
    json.erase("checksum");
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return fmt::format("{:016x}", checksum64(std::as_bytes(std::span(text))));
}

/// Reads one file's fields; every refusal names the file and the place in it.
class Fields {
public:
    explicit Fields(const std::filesystem::path& file) : m_file(file) {}

    [[noreturn]] void refuse(const std::string& why, ErrorKind kind = ErrorKind::InvalidInput) const {
        throw Error(kind, m_file.string() + ": " + why + "; `cameo fuse` makes it anew");
    }
    const Json& field(const Json& object, const char* key, const std::string& place) const {
        const auto found = object.find(key);
        if (found == object.end()) refuse("field " + place + " is missing");
        return *found;
    }
    void know(const Json& object, const std::set<std::string, std::less<>>& keys) const {
        for (const auto& [key, value] : object.items())
            if (!keys.contains(key)) refuse("field " + key.substr(0, 100) + " is unknown");
    }
    std::vector<double> numbers(const Json& list, std::size_t count, const std::string& place) const {
        if (!list.is_array() || list.size() != count)
            refuse(fmt::format("field {} has {} numbers, expected {}", place,
                               list.is_array() ? list.size() : 0, count));
        std::vector<double> values;
        for (const Json& item : list) {
            if (!item.is_number() || !std::isfinite(item.get<double>()))
                refuse("field " + place + " has an entry that is no number");
            values.push_back(item.get<double>());
        }
        return values;
    }

private:
    const std::filesystem::path& m_file;
};

Json parse(const std::filesystem::path& path, const Fields& fields) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) fields.refuse("cannot be read (" + failed.message() + ")", ErrorKind::Environment);
    if (size > kMostBytes)
        fields.refuse(fmt::format("{} bytes, expected at most {}", size, kMostBytes));
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (json_too_deep(text.view())) fields.refuse("nested too deeply");
    Json json = Json::parse(text.view(), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) fields.refuse("not a JSON object");
    return json;
}

std::vector<std::string> read_experts(const Json& list, const Fields& fields) {
    std::vector<std::string> experts;
    if (list.is_array())
        for (const Json& item : list)
            if (item.is_string()) experts.push_back(item.get<std::string>());
    if (!list.is_array() || experts.size() != list.size() || experts.empty() ||
        experts.size() > kMostExperts)
        fields.refuse(fmt::format("field experts is no list of 1 to {} names", kMostExperts));
    return experts;
}

FusionGate read_gate(const Json& object, int format, std::size_t experts, const Fields& fields) {
    if (!object.is_object()) fields.refuse("field gate is no object");
    const bool spreads = format != kWithoutSpreads;
    fields.know(object, spreads ? std::set<std::string, std::less<>>{"base", "mean", "deviation", "effects", "spread"}
                                : std::set<std::string, std::less<>>{"base", "mean", "deviation", "effects"});
    const std::size_t with_effects = 2 * experts, features = with_effects + (spreads ? experts : 0);
    FusionGate gate;
    gate.base = fields.numbers(fields.field(object, "base", "gate.base"), experts, "gate.base");
    gate.mean = fields.numbers(fields.field(object, "mean", "gate.mean"), features, "gate.mean");
    gate.deviation =
        fields.numbers(fields.field(object, "deviation", "gate.deviation"), features, "gate.deviation");
    if (std::any_of(gate.deviation.begin(), gate.deviation.end(), [](double value) { return value <= 0; }))
        fields.refuse("field gate.deviation has an entry that is not above 0");
    const Json& effects = fields.field(object, "effects", "gate.effects");
    if (!effects.is_array() || effects.size() != experts)
        fields.refuse(fmt::format("field gate.effects has {} rows, expected {}",
                                  effects.is_array() ? effects.size() : 0, experts));
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const auto row =
            fields.numbers(effects[expert_idx], with_effects, fmt::format("gate.effects[{}]", expert_idx));
        gate.effects.insert(gate.effects.end(), row.begin(), row.end());
    }
    if (spreads)
        gate.spread = fields.numbers(Json::array({fields.field(object, "spread", "gate.spread")}), 1, "gate.spread").front();
    gate.mean.resize(with_effects + experts, 0);
    gate.deviation.resize(with_effects + experts, 1);
    return gate;
}

} // namespace

std::filesystem::path learned_fusion_file(const std::filesystem::path& model_folder) {
    return model_folder / "fusion.json";
}

std::optional<LearnedFusion> read_learned_fusion(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return std::nullopt;
    const Fields fields(file);
    const Json json = parse(file, fields);
    const Json& format = fields.field(json, "format", "format");
    if (format != kFormat && format != kWithoutSpreads)
        fields.refuse(fmt::format("its format is {}, this Cameo reads {} and {}", format.dump().substr(0, 100), kWithoutSpreads, kFormat),
                      ErrorKind::Unsupported);
    if (const std::string expected = checksum_of(json); fields.field(json, "checksum", "checksum") != expected)
        fields.refuse("damaged or changed by hand, its checksum does not match");
    fields.know(json, {"format", "experts", "linear", "gate", "provenance", "checksum"});

    LearnedFusion learned;
    learned.experts = read_experts(fields.field(json, "experts", "experts"), fields);
    learned.linear = fields.numbers(fields.field(json, "linear", "linear"), learned.experts.size(), "linear");
    learned.gate = read_gate(fields.field(json, "gate", "gate"), format.get<int>(), learned.experts.size(), fields);
    const Json& provenance = fields.field(json, "provenance", "provenance");
    if (!provenance.is_object()) fields.refuse("field provenance is no object");
    for (const auto& [key, value] : provenance.items()) {
        if (!value.is_string()) fields.refuse("field provenance." + key.substr(0, 100) + " is no text");
        learned.provenance[key] = value.get<std::string>();
    }
    return learned;
}

void write_learned_fusion(const LearnedFusion& learned, const std::filesystem::path& path) {
    const std::size_t experts = learned.experts.size(), features = 3 * experts, with_effects = 2 * experts;
    check(learned.linear.size() == experts && learned.gate.base.size() == experts && learned.gate.mean.size() == features &&
              learned.gate.deviation.size() == features && learned.gate.effects.size() == experts * with_effects,
          "write_learned_fusion: shapes differ");
    Json effects = Json::array();
    for (auto row = learned.gate.effects.begin(); row != learned.gate.effects.end();
         row += static_cast<std::ptrdiff_t>(with_effects))
        effects.push_back(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(with_effects)));
    Json json = {{"format", kFormat},
                 {"experts", learned.experts},
                 {"linear", learned.linear},
                 {"gate",
                  {{"base", learned.gate.base},
                   {"mean", learned.gate.mean},
                   {"deviation", learned.gate.deviation},
                   {"effects", std::move(effects)},
                   {"spread", learned.gate.spread}}},
                 {"provenance", learned.provenance}};
    json["checksum"] = checksum_of(json);
    AtomicFile file(path);
    file.write(json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace cameo
