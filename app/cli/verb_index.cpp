// cameo index: makes or completes the index of a model and a collection.

#include "app/cli/json_line.hpp"
#include "app/cli/verbs.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/model/expert_names.hpp"
#include "core/train/processes.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cinttypes>
#include <cstdio>
#include <ostream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

/// @return what is wrong with it; empty: nothing
std::string check_engine(const std::string& text) {
    try {
        if (text != "embedded") parse_milvus_address(text);
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

/// "2/4". @return nothing when it is no such pair
std::optional<IndexPart> part_of(const std::string& text) {
    IndexPart part;
    int read = 0;
    if (std::sscanf(text.c_str(), "%" SCNd64 "/%" SCNd64 "%n", &part.number, &part.of, &read) != 2 || static_cast<std::size_t>(read) != text.size() ||
        part.number < 1 || part.number > part.of)
        return {};
    return part;
}

/// What --shard says, or torchrun's variables; nothing where one process builds all.
std::optional<IndexPart> wanted_part(const std::string& shard) {
    if (!shard.empty()) return part_of(shard);
    const auto place = ProcessPlace::in_environment();
    if (place.size == 1) return {};
    return IndexPart{place.rank + 1, place.size};
}

std::string in_words(const IndexForecast& forecast) {
    return fmt::format("{} documents to encode: about {} on this machine and {} on the disk, where {} are free\n", grouped(forecast.documents),
                       in_time(forecast.seconds), in_bytes(static_cast<double>(forecast.bytes)), in_bytes(static_cast<double>(forecast.free)));
}

void print(const IndexReport& report, bool json, std::ostream& out) {
    const auto fresh = static_cast<double>(report.documents - report.resumed_at);
    const double seconds = std::max(report.seconds, 1e-9);
    if (json) {
        Json experts = Json::array();
        for (const ExpertIndexInfo& expert : report.experts)
            experts.push_back({{"name", expert.name},
                               {"kind", name(expert.kind)},
                               {"structure", expert.structure},
                               {"bytes_per_document", expert.bytes_per_document},
                               {"exact_candidates", expert.exact_candidates},
                               {"truncated_documents", expert.truncated_documents},
                               {"drift", expert.drift}});
        const Json all = {{"documents", report.documents},
                          {"resumed_at", report.resumed_at},
                          {"tokens", report.tokens},
                          {"seconds", report.seconds},
                          {"documents_per_second", fresh / seconds},
                          {"tokens_per_second", static_cast<double>(report.tokens) / seconds},
                          {"experts", std::move(experts)}};
        out << json_line(all);
        return;
    }
    if (fresh > 0)
        out << fmt::format("{} documents in {}: {:.1f} documents/s, {} tokens/s\n",
                           grouped(report.documents - report.resumed_at), in_time(report.seconds),
                           fresh / seconds,
                           grouped(static_cast<std::int64_t>(static_cast<double>(report.tokens) / seconds)));
    if (report.resumed_at > 0) out << fmt::format("{} were there already\n", grouped(report.resumed_at));
    for (const ExpertIndexInfo& expert : report.experts)
        out << fmt::format("  {:<12} {:>9} bytes a document, {}{}\n", expert.name,
                           grouped(static_cast<std::int64_t>(expert.bytes_per_document + 0.5)),
                           expert.structure,
                           expert.truncated_documents > 0 ? fmt::format(", {} documents longer than it reads",
                                                                        grouped(expert.truncated_documents))
                                                          : "");
    for (const ExpertIndexInfo& expert : report.experts)
        if (expert.drift > kMuchDrift)
            out << fmt::format("  {}: the compression loses {:.1f} times as much of the latest documents as of those that it was fitted to; "
                               "`cameo index --new-codec` fits it to all of them and encodes everything again\n",
                               expert.name, expert.drift);
}

} // namespace

void add_index(VerbContext context) {
    auto* verb =
        context.program.add_subcommand("index", "make or complete the index of a model and a collection");
    auto options = std::make_shared<EngineOptions>();
    auto wanted = std::make_shared<IndexOptions>();
    auto choice = std::make_shared<EngineChoice>();
    auto shard = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    options->add_to(*verb);
    verb->add_option("--local-bits", wanted->local_bits,
                     "bits for each value of a token vector: 0 keeps half precision, 2 takes a seventh of its bytes; without it as the index "
                     "is, and for a new one 0 up to " + grouped(kExactDocuments) + " documents, 2 beyond")
        ->check(CLI::IsMember({0, 1, 2, 4}));
    verb->add_option("--pool-tokens", wanted->token_pooling,
                     "so many tokens of a document share a vector, the mean of those that are alike: 2 halves the bytes of token vectors; without it as the index is, and for a new one 1")
        ->check(CLI::Range(1, kMostPooled));
    verb->add_flag("--new-codec", wanted->new_codecs, "makes what token vectors are coded with anew, of all documents, and encodes these again");
    verb->add_option("--global", wanted->global_structure,
                     "how pooled vectors are found: a factory string of FAISS, such as Flat, HNSW32 or IVF1024,SQ8; \"\": Flat up to 64 MB of vectors, HNSW32 beyond");
    verb->add_option("--lexical", wanted->lexical_structure,
                     "how sparse vectors are found: exact, or seismic, which is approximate and for large collections; without it as the index is, and for a new one exact")
        ->check(CLI::IsMember({"exact", "seismic"}));
    verb->add_option("--memory", wanted->memory, "bytes that the build may take, such as 4G")->transform(CLI::AsSizeValue(false));
    verb->add_option("--engine", choice->engine,
                     "where the index is to be: embedded (on this machine), or milvus://HOST:PORT[/DATABASE], milvus+tls://… for a "
                     "Milvus server, its token in $CAMEO_MILVUS_TOKEN; without, where it is already, else on this machine")
        ->type_name("ENGINE")
        ->check(check_engine);
    verb->add_option("--dense", choice->dense, "how a new index in Milvus finds whole vectors: flat (exact) or hnsw")
        ->transform(CLI::CheckedTransformer(std::map<std::string, MilvusDense>{{"flat", MilvusDense::Flat}, {"hnsw", MilvusDense::Hnsw}}, CLI::ignore_case))
        ->default_str("flat");
    verb->add_option("--shard", *shard,
                     "I/N: encode only the I-th of N parts of the documents, beside processes, here or on machines that share the folder, that encode "
                     "the others; `cameo index` without it then makes one index of them. Under torchrun each process takes its part by itself, and the first makes the index")
        ->type_name("I/N")
        ->check([](const std::string& text) { return part_of(text) ? std::string() : "expected I/N with I from 1 to N, such as 2/4, found " + text; });
    verb->add_flag("--json", *json, "as JSON");
    verb->callback([=] {
        context.action = [options, wanted, choice, shard, json](Console& console, ConsoleProgress& progress) {
            progress.begin("loading the model", Unit::Steps);
            const auto model = open_model(options->model);
            const auto collection = open_collection(options->collection);
            const DeviceInfo device = model->device();
            wanted->on_forecast = [&](const IndexForecast& forecast) {
                progress.clear_line();
                console.err << in_words(forecast);
            };
            const auto folder = index_folder(model->name(), collection->name());
            const auto part = wanted_part(*shard);
            const IndexReport report = part ? make_index_part(*model, *collection, folder, *choice, *part, shard->empty(), *wanted, progress)
                                            : make_index(*model, *collection, folder, *choice, *wanted, progress);
            progress.clear_line();
            tell_device_trouble(device, model->device(), console.err);
            print(report, *json, console.out);
            if (!shard->empty() && !*json)
                console.out << fmt::format("part {} of {}; `cameo index --model {} --collection {}` makes one index of all\n", part->number, part->of, options->model,
                                           options->collection);
        };
    });
}

} // namespace cameo
