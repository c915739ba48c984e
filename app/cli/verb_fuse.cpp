// cameo fuse: learns how much each expert counts, for all queries alike and for each query, from judged ones.

#include "app/cli/verbs.hpp"
#include "core/base/atomic_file.hpp"
#include "core/model/default_fusion_field.hpp"
#include "core/train/fusion/learn_fusion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace cameo {

namespace {

struct Options {
    EngineOptions engine;
    FusionFitOptions fit;
    std::string default_fusion; ///< "adaptive", "linear"; empty: stays as it is
    bool json = false;
};

/// The weights of the typical query, and what moves them most.
std::string in_words(const LearnedFusion& learned) {
    const std::size_t experts = learned.experts.size(), features = learned.gate.mean.size();
    const auto typical = predicted_weights(learned.gate, learned.gate.mean);
    std::size_t width = 8;
    for (const std::string& name : learned.experts)
        width = std::max(width, name.size());
    std::string text = fmt::format("\n{:<{}}  {:>8}  {:>8}   a standard deviation more of … multiplies it by\n", "expert",
                                   width, "linear", "typical");
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        text += fmt::format("{:<{}}  {:>8.4f}  {:>8.4f} ", learned.experts[expert_idx], width,
                            learned.linear[expert_idx], typical[expert_idx]);
        for (std::size_t feature = 0; feature < features; ++feature)
            text += fmt::format("  {} {} {:.2f}", learned.experts[feature % experts],
                                feature < experts ? "margin" : "agreement",
                                std::exp(learned.gate.effects[expert_idx * features + feature]));
        text += '\n';
    }
    return text;
}

void fuse(const Options& options, Console& console, ConsoleProgress& progress) {
    const auto engine = open_engine(options.engine, console, progress);
    const DeviceInfo device = engine->model().device();
    const auto folder = engine->model().folder();
    const auto file = learned_fusion_file(folder);
    AtomicFile{file}; // gone at once: a folder that cannot be written is told before the long work, not after it
    if (options.fit.split == "test")
        console.err << "fitted on test: what is measured there afterwards flatters the fusion\n";
    const FusionFit fit = learn_fusion(*engine, options.fit, progress);
    write_learned_fusion(fit.learned, file);
    const std::string linear = to_string(linear_fusion(fit.learned));
    if (!options.default_fusion.empty())
        set_default_fusion(folder, options.default_fusion == "linear" ? linear : "adaptive");
    progress.clear_line();
    tell_device_trouble(device, engine->model().device(), console.err);
    if (options.json) {
        auto json = nlohmann::ordered_json::parse(to_json(fit.evaluation));
        json["linear"] = linear;
        json["file"] = file.string();
        console.out << json.dump() << '\n';
    } else {
        console.out << to_table(fit.evaluation) << in_words(fit.learned);
    }
    console.err << fmt::format("\n--fusion {} has the linear weights; --fusion adaptive reads {}\n", linear,
                               file.string());
}

} // namespace

void add_fuse(VerbContext context) {
    auto* verb = context.program.add_subcommand(
        "fuse", "learn the experts' weights from judged queries, for all alike and for each query");
    auto options = std::make_shared<Options>();
    options->engine.add_to(*verb);
    verb->add_option("--split", options->fit.split, "judged queries that the experts were not trained on")
        ->capture_default_str();
    verb->add_option("--depth", options->fit.depth, "candidates of each expert")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    verb->add_option("--folds", options->fit.folds, "of the cross-validation")
        ->check(CLI::Range(2, 100))
        ->capture_default_str();
    verb->add_option("--seed", options->fit.seed, "which query falls into which fold")->capture_default_str();
    verb->add_option("--default", options->default_fusion, "make it the model's own fusion: adaptive or linear")
        ->expected(0, 1)
        ->default_str("adaptive")
        ->check(CLI::IsMember({"adaptive", "linear"}));
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) { fuse(*options, console, progress); };
    });
}

} // namespace cameo
