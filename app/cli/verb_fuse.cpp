// cameo fuse: learns how much each expert counts, for all queries alike and for each query, from judged ones.

#include "app/cli/json_line.hpp"
#include "app/cli/verbs.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/model/default_fusion_field.hpp"
#include "core/train/fusion/learn_fusion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>

namespace cameo {

namespace {

struct FuseOptions {
    EngineOptions engine;
    FusionFitOptions fit;
    std::string default_fusion; ///< "adaptive", "linear", "weighted"; empty: stays as it is
    bool json = false;
};

/// The weights of the typical query, and what moves them most.
std::string in_words(const FusionFit& fit) {
    const LearnedFusion& learned = fit.learned;
    const std::size_t experts = learned.experts.size(), features = 2 * experts;
    const auto typical = predicted_weights(learned.gate, learned.gate.mean);
    std::size_t width = 8;
    for (const std::string& name : learned.experts)
        width = std::max(width, name.size());
    std::string text = fmt::format("\n{:<{}}  {:>8}  {:>8}  {:>8}   a standard deviation more of … multiplies it by\n", "expert",
                                   width, "weighted", "linear", "typical");
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        text += fmt::format("{:<{}}  {:>8.4f}  {:>8.4f}  {:>8.4f} ", learned.experts[expert_idx], width,
                            fit.weighted[expert_idx], learned.linear[expert_idx], typical[expert_idx]);
        for (std::size_t feature = 0; feature < features; ++feature)
            text += fmt::format("  {} {} {:.2f}", learned.experts[feature % experts],
                                feature < experts ? "margin" : "agreement",
                                std::exp(learned.gate.effects[expert_idx * features + feature]));
        text += '\n';
    }
    return text + fmt::format("\nhow far the adaptive weights keep the experts' own scales: {:.2f} (0: a sum of z-scores, 1: of the scores as they are)\n",
                              learned.gate.spread);
}

void fuse(const FuseOptions& options, Console& console, ConsoleProgress& progress) {
    const auto engine = open_engine(options.engine, console, progress);
    if (!options.default_fusion.empty() && options.default_fusion != "adaptive" && engine->model().kind() == "sbmoe")
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("--default {}: an SB-MoE model ranks by its gate; weights of its forced experts cannot be its "
                                "own fusion",
                                options.default_fusion));
    const DeviceInfo device = engine->model().device();
    const auto given = engine->model().folder();
    // A folder that cannot be written is told before the long work, not after it; that file is gone at once.
    if (!is_shipped(given)) AtomicFile{learned_fusion_file(given)};
    if (options.fit.split == "test")
        console.err << "fitted on test: what is measured there afterwards flatters the fusion\n";
    const FusionFit fit = learn_fusion(*engine, options.fit, progress);
    const auto folder = own_folder(given);
    const auto file = learned_fusion_file(folder);
    write_learned_fusion(fit.learned, file);
    const std::string linear = to_string(linear_fusion(fit.learned));
    const std::string weighted = to_string(FusionSpec{.method = FusionMethod::Weighted, .weights = fit.weighted});
    const std::map<std::string, std::string> fusions{{"adaptive", "adaptive"}, {"linear", linear}, {"weighted", weighted}};
    if (!options.default_fusion.empty()) set_default_fusion(folder, fusions.at(options.default_fusion));
    progress.clear_line();
    tell_device_trouble(device, engine->model().device(), console.err);
    if (options.json) {
        auto json = nlohmann::ordered_json::parse(to_json(fit.evaluation));
        json["weighted"] = weighted;
        json["linear"] = linear;
        json["file"] = file.string();
        console.out << json_line(json);
    } else {
        console.out << to_table(fit.evaluation) << in_words(fit);
    }
    if (folder != given)
        console.err << fmt::format("\n{} ships with Cameo: a copy of it with its learned fusion is stored in {}\n",
                                   engine->model().name(), folder.string());
    console.err << fmt::format("\n--fusion {} has the weights of raw scores, {} those of z-scores; --fusion adaptive "
                               "reads {}\n",
                               weighted, linear, file.string());
}

} // namespace

void add_fuse(VerbContext context) {
    auto* verb = context.program.add_subcommand(
        "fuse", "learn the experts' weights from judged queries, for all alike and for each query");
    auto options = std::make_shared<FuseOptions>();
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
    verb->add_option("--default", options->default_fusion, "make it the model's own fusion: adaptive, linear or weighted")
        ->expected(0, 1)
        ->default_str("adaptive")
        ->check(CLI::IsMember({"adaptive", "linear", "weighted"}));
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) { fuse(*options, console, progress); };
    });
}

} // namespace cameo
