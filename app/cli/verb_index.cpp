// cameo index: makes or completes the index of a model and a collection.

#include "app/cli/verbs.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/model/expert_names.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

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
                               {"truncated_documents", expert.truncated_documents}});
        const Json all = {{"documents", report.documents},
                          {"resumed_at", report.resumed_at},
                          {"tokens", report.tokens},
                          {"seconds", report.seconds},
                          {"documents_per_second", fresh / seconds},
                          {"tokens_per_second", static_cast<double>(report.tokens) / seconds},
                          {"experts", std::move(experts)}};
        out << all.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
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
}

} // namespace

void add_index(VerbContext context) {
    auto* verb =
        context.program.add_subcommand("index", "make or complete the index of a model and a collection");
    auto options = std::make_shared<EngineOptions>();
    auto wanted = std::make_shared<IndexOptions>();
    auto choice = std::make_shared<EngineChoice>();
    auto json = std::make_shared<bool>(false);
    options->add_to(*verb);
    verb->add_option("--local-bits", wanted->local_bits,
                     "bits for each value of a token vector: 0 keeps half precision, 2 takes a seventh of its bytes; without it as the index "
                     "is, and for a new one 0 up to " + grouped(kExactDocuments) + " documents, 2 beyond")
        ->check(CLI::IsMember({0, 1, 2, 4}));
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
    verb->add_flag("--json", *json, "as JSON");
    verb->callback([=] {
        context.action = [options, wanted, choice, json](Console& console, ConsoleProgress& progress) {
            progress.begin("loading the model", Unit::Steps);
            const auto model = open_model(options->model);
            const auto collection = open_collection(options->collection);
            const DeviceInfo device = model->device();
            const IndexReport report =
                make_index(*model, *collection, index_folder(model->name(), collection->name()), *choice, *wanted, progress);
            progress.clear_line();
            tell_device_trouble(device, model->device(), console.err);
            print(report, *json, console.out);
        };
    });
}

} // namespace cameo
