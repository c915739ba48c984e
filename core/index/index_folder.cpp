#include "core/index/index_folder.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/expert_names.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace cameo {

namespace {

constexpr int kFormat = 2;

constexpr std::uintmax_t kMostBytes = 8'000'000; ///< of index.json, where a segment takes some twenty

constexpr std::int64_t kMost = std::int64_t{1} << 48; ///< that no sum of a few overflows

/// A whole number from 0 on.
std::int64_t parse_count(const nlohmann::json& value, const std::filesystem::path& path, const char* what, std::int64_t most = kMost) {
    const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most) : value.is_number_integer() && value.get<std::int64_t>() >= 0;
    if (!fits) throw Error(ErrorKind::InvalidInput, path.string() + ": its " + what + " is no whole number from 0 to " + std::to_string(most));
    return value.get<std::int64_t>();
}

StoredExpert parse_expert(const nlohmann::json& json, const std::filesystem::path& path) {
    StoredExpert expert{.name = json.at("name").get<std::string>(), .width = static_cast<std::int32_t>(parse_count(json.at("width"), path, "width", INT32_MAX))};
    if (const auto gate = json.find("gate"); gate != json.end()) expert.gate = static_cast<std::int32_t>(parse_count(*gate, path, "gate", INT32_MAX));
    if (const auto codec = json.find("codec"); codec != json.end() && codec->is_number_unsigned()) expert.codec = codec->get<std::uint64_t>();
    if (const auto pooling = json.find("pooling"); pooling != json.end()) expert.pooling = static_cast<std::int32_t>(parse_count(*pooling, path, "tokens to a vector", kMostPooled));
    if (expert.pooling < 1) throw Error(ErrorKind::InvalidInput, path.string() + ": no token to a vector, expected 1 to " + std::to_string(kMostPooled));
    const auto kind = json.at("kind").get<std::string>();
    if (kind == name(ExpertKind::Lexical)) expert.kind = ExpertKind::Lexical;
    if (kind == name(ExpertKind::Local)) expert.kind = ExpertKind::Local;
    return expert;
}

} // namespace

std::optional<IndexManifest> read_index_manifest(const std::filesystem::path& folder) {
    const auto path = folder / "index.json";
    std::ifstream file(path);
    if (!file) {
        if (std::filesystem::exists(path))
            throw Error(ErrorKind::Environment, path.string() + ": cannot be read");
        return {};
    }
    std::error_code unknown;
    if (const auto size = std::filesystem::file_size(path, unknown); !unknown && size > kMostBytes)
        throw Error(ErrorKind::InvalidInput, path.string() + ": " + std::to_string(size) + " bytes, expected the description of an index in at most " + std::to_string(kMostBytes));
    std::stringstream text;
    text << file.rdbuf();
    try {
        const auto json = nlohmann::json::parse(text.str());
        if (const auto format = parse_count(json.at("format"), path, "format"); format != kFormat)
            // An older one is mended by indexing, as damage is; a newer one belongs to a newer program.
            throw Error(format < kFormat ? ErrorKind::InvalidInput : ErrorKind::Unsupported, path.string() + ": format " + std::to_string(format) + ", this Cameo reads format " +
                                                    std::to_string(kFormat) + (format < kFormat ? ": index again, which keeps what is encoded" : ""));
        IndexManifest manifest;
        json.at("model").get_to(manifest.model);
        json.at("model_version").get_to(manifest.model_version);
        json.at("collection").get_to(manifest.collection);
        json.at("collection_version").get_to(manifest.collection_version);
        manifest.expected = parse_count(json.at("expected"), path, "number of documents");
        json.at("complete").get_to(manifest.complete);
        manifest.local_bits = static_cast<std::int32_t>(parse_count(json.at("local_bits"), path, "bits of token vectors", INT32_MAX));
        if (manifest.local_bits != 0 && manifest.local_bits != 1 && manifest.local_bits != 2 && manifest.local_bits != 4)
            throw Error(ErrorKind::InvalidInput, path.string() + ": " + std::to_string(manifest.local_bits) + " bits for each value of a token vector, expected 0, 1, 2 or 4");
        json.at("global_structure").get_to(manifest.global_structure);
        manifest.lexical_structure = json.value("lexical_structure", kLexicalExact); // indexes made before there was another
        for (const auto& expert : json.at("experts"))
            manifest.experts.push_back(parse_expert(expert, path));
        manifest.drift = json.value("drift", std::vector<double>{});
        for (const auto& segment : json.at("segments")) {
            const SegmentRange range{parse_count(segment.at(0), path, "segment"), parse_count(segment.at(1), path, "segment")};
            const std::int64_t end = manifest.segments.empty() ? 0 : manifest.segments.back().end();
            if (range.first != end || range.documents < 1)
                throw Error(ErrorKind::InvalidInput, path.string() + ": a segment of " + std::to_string(range.documents) + " documents from " +
                                                         std::to_string(range.first) + " on, expected one from " + std::to_string(end) + " on");
            manifest.segments.push_back(range);
        }
        if (const auto engine = json.find("engine"); engine != json.end())
            manifest.engine = StoredEngine{engine->at("address").get<std::string>(), engine->at("collection").get<std::string>(),
                                           engine->at("dense").get<std::string>(), static_cast<int>(parse_count(engine->at("text_fields"), path, "number of text fields", INT32_MAX))};
        return manifest;
    } catch (const nlohmann::json::parse_error& problem) {
        throw Error(ErrorKind::InvalidInput, path.string() + ": not an index's description: no JSON (at byte " + std::to_string(problem.byte) + ")");
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorKind::InvalidInput,
                    path.string() + ": not an index's description: " + problem.what());
    }
}

void write_manifest(const std::filesystem::path& folder, const IndexManifest& manifest) {
    auto experts = nlohmann::json::array();
    for (const auto& expert : manifest.experts)
        experts.push_back({{"name", expert.name},
                           {"kind", name(expert.kind)},
                           {"width", expert.width},
                           {"gate", expert.gate},
                           {"codec", expert.codec},
                           {"pooling", expert.pooling}});
    auto segments = nlohmann::json::array();
    for (const auto& range : manifest.segments)
        segments.push_back({range.first, range.documents});
    nlohmann::json json{{"format", kFormat},
                              {"model", manifest.model},
                              {"model_version", manifest.model_version},
                              {"collection", manifest.collection},
                              {"collection_version", manifest.collection_version},
                              {"expected", manifest.expected},
                              {"complete", manifest.complete},
                              {"local_bits", manifest.local_bits},
                              {"global_structure", manifest.global_structure},
                              {"lexical_structure", manifest.lexical_structure},
                              {"segments", segments},
                              {"experts", experts}};
    if (!manifest.drift.empty()) json["drift"] = manifest.drift;
    if (const auto& engine = manifest.engine)
        json["engine"] = {{"address", engine->address}, {"collection", engine->collection}, {"dense", engine->dense}, {"text_fields", engine->text_fields}};
    AtomicFile file(folder / "index.json");
    file.write(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    file.commit();
}

std::int32_t token_pooling(const IndexManifest& manifest) {
    const auto local = std::ranges::find(manifest.experts, ExpertKind::Local, &StoredExpert::kind);
    return local != manifest.experts.end() ? local->pooling : 1;
}

std::filesystem::path shard_path(const std::filesystem::path& folder, std::int64_t first) {
    char name[48];
    std::snprintf(name, sizeof name, "shard-%012lld.sections", static_cast<long long>(first));
    return folder / name;
}

std::filesystem::path codec_path(const std::filesystem::path& folder, std::size_t expert_idx) {
    return folder / ("codec-" + std::to_string(expert_idx) + ".sections");
}

std::filesystem::path structure_path(const std::filesystem::path& folder, std::size_t expert_idx, const SegmentRange& range) {
    return folder / ("structure-" + std::to_string(expert_idx) + "-" + std::to_string(range.first) + "-" + std::to_string(range.documents) + ".sections");
}

std::vector<std::filesystem::path> shard_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("shard-") && name.ends_with(".sections")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::filesystem::path index_folder(std::string_view model, std::string_view collection) {
    for (const auto name : {model, collection})
        check(!name.empty() && name.find('/') == std::string_view::npos,
              "index_folder: a name that is none of a file");
    return folders().indexes() / (std::string(model) + "--" + std::string(collection));
}

} // namespace cameo
