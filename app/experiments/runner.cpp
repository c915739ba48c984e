#include "app/experiments/runner.hpp"

#include "app/demo.hpp"
#include "app/experiments/shared_mining.hpp"
#include "core/data/sampled_collection.hpp"
#include "core/data/sample_texts.hpp"
#include "core/eval/block_evaluation.hpp"
#include "core/index/index.hpp"
#include "core/train/fusion/learn_fusion.hpp"
#include "core/train/trainer.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {

namespace {

namespace fs = std::filesystem;

fs::path training_at(const fs::path& folder, const std::string& name, std::int64_t seed) {
    return folder / fmt::format("{}-{}", name, seed);
}

/// The folder of the model that a training begins with, made where it is not there.
fs::path beginning(const PlannedTraining& training, std::int64_t seed, const fs::path& folder, const Collection& collection,
                   Progress& progress) {
    if (!training.from.empty()) return training_at(folder, training.from, seed) / "model";
    const fs::path at = training_at(folder, training.name, seed) / "beginning";
    if (fs::exists(at)) return at;
    fs::create_directories(at.parent_path());
    if (const auto* came = std::get_if<CameOptions>(&training.create)) {
        CameOptions options = *came;
        options.name = "beginning";
        options.folder = at;
        constexpr std::int64_t kTexts = 300; // that the heads are fitted to, as `cameo model create` does
        create_came(options, sample_texts(collection, kTexts), progress);
    } else {
        SbmoeOptions options = std::get<SbmoeOptions>(training.create);
        options.name = "beginning";
        options.folder = at;
        options.seed = std::uint64_t(seed);
        create_sbmoe(options);
    }
    return at;
}

std::shared_ptr<const Collection> documents_of(const PlannedEvaluation& evaluation) {
    auto whole = open_collection(evaluation.collection);
    return evaluation.documents == 0 ? whole : sampled_collection(std::move(whole), {"dev", "test"}, evaluation.documents);
}

/// Models whose encoder was not trained share what it makes of a collection.
class KeptEncoders {
public:
    MeasuredCollection measure(const fs::path& model_at, const PlannedEvaluation& evaluation, Progress& progress) {
        auto& pooled = m_pooled[{PooledSplit::key(model_at), evaluation.name}];
        if (!pooled) pooled = std::make_unique<PooledSplit>(model_at, *documents_of(evaluation), "test", progress);
        return measured(pooled->evaluate(model_at, progress));
    }

private:
    std::map<std::pair<std::string, std::string>, std::unique_ptr<PooledSplit>> m_pooled;
};

/// @param learns whether the model learns its fusion on these documents' dev queries, to be measured here and elsewhere
MeasuredCollection measure(const fs::path& model_at, const PlannedEvaluation& evaluation, bool learns, const fs::path& folder,
                           Progress& progress) {
    const auto model = Model::load(model_at);
    const auto collection = documents_of(evaluation);
    const auto index_at = folder / ("index-" + evaluation.name);
    build_index(*model, *collection, index_at, {}, progress);
    const auto index = Index::open(index_at, progress);
    const auto bm25_at = evaluation.documents == 0 ? bm25_file(evaluation.collection) : folder / (evaluation.name + ".bm25");
    const auto bm25 = Bm25::load_or_build(bm25_at, *collection, progress);
    if (learns && model->kind() == "came" && model->experts().size() > 1)
        write_learned_fusion(learn_fusion(SearchEngine(model, collection, index), {}, progress).learned,
                             learned_fusion_file(model_at));
    const SearchEngine engine(model, collection, index); // which reads what was learned
    EvaluationOptions options;
    // An SB-MoE's forced experts are no parts of a sum: the gate's own ranking is the system.
    if (model->kind() == "sbmoe") options.fusions = {parse_fusion(model->default_fusion())};
    auto result = measured(evaluate(engine, *bm25, options, progress));
    fs::remove_all(index_at);
    return result;
}

constexpr std::size_t kFewestJudged = 30; ///< dev queries that say something about a fusion

bool is_done(const fs::path& folder, const std::string& training, std::int64_t seed) {
    const auto result = read_result(training_at(folder, training, seed) / "result.json");
    return result && result->steps > 0;
}

/// Whether others with that seed go on with its model.
bool is_needed(const ExperimentPlan& plan, const std::string& training, std::int64_t seed, const fs::path& folder) {
    return std::ranges::any_of(plan.trainings, [&](const PlannedTraining& other) { return other.from == training && !is_done(folder, other.name, seed); });
}

/// What only training needs. Done again after a kill in its midst.
void clean_up(const ExperimentPlan& plan, const PlannedTraining& training, std::int64_t seed, const fs::path& folder,
              const SharedMining& mining) {
    const auto at = training_at(folder, training.name, seed);
    if (!training.from.empty()) {
        if (is_needed(plan, training.from, seed, folder))
            mining.keep();
        else
            mining.forget();
    }
    fs::remove_all(at / "checkpoints"); // models are kept, what else it takes to go on is not
    fs::remove_all(at / "mined");
}

/// The last value of every dev measure and gate quantity, and the mean over the steps in which experts competed.
std::map<std::string, double> recorded_numbers(const fs::path& record) {
    const TrainingWatch watch(record);
    std::map<std::string, double> numbers;
    for (const auto& name : watch.metric_names()) {
        const auto points = watch.metric(name);
        if (points.empty()) continue;
        if (name.starts_with("weight.")) {
            double sum = 0;
            for (const auto& point : points)
                sum += point.value;
            numbers[name] = sum / double(points.size());
        } else if (std::isfinite(points.back().value)) {
            numbers[name] = points.back().value;
        }
    }
    return numbers;
}

double seconds_of(const fs::path& record) {
    double sum = 0;
    for (const auto& point : TrainingWatch(record).metric("seconds"))
        sum += point.value;
    return sum;
}

} // namespace

void run_experiments(const ExperimentPlan& plan, const fs::path& folder, const std::function<void(const std::string&)>& said,
                     Progress& progress) {
    const auto collection = open_collection(plan.collection);
    const auto bm25 = Bm25::load_or_build(bm25_file(plan.collection), *collection, progress);
    const bool learns = collection->qrels("dev").size() >= kFewestJudged;
    const auto memory = make_frozen_memory();
    KeptEncoders encoders;
    for (const auto seed : plan.seeds)
        for (const auto& training : plan.trainings) {
            const fs::path at = training_at(folder, training.name, seed), file = at / "result.json";
            ExperimentResult result = read_result(file).value_or(ExperimentResult{training.name, seed, 0, 0, 0, 0, {}, {}});
            const SharedMining mining(training_at(folder, training.from, seed), at, training.recipe);
            // Results may have come from another machine without the models.
            const bool is_gone = !fs::exists(at / "model") && is_needed(plan, training.name, seed, folder);
            if (result.steps == 0 || is_gone) {
                Recipe recipe = training.recipe;
                recipe.name = fmt::format("{}-{}", training.name, seed);
                recipe.seed = seed;
                recipe.collection = plan.collection;
                const fs::path model = beginning(training, seed, folder, *collection, progress);
                recipe.model = model.string();
                fs::create_directories(at);
                if (!training.from.empty()) mining.lend();
                TrainingFile record(at / "training.db");
                const TrainingResult trained = train(recipe, {model, collection, bm25, memory}, at, record, progress);
                result.steps = trained.step;
                result.best_step = trained.best_step;
                result.best_dev = trained.best;
                result.numbers = recorded_numbers(at / "training.db");
                result.seconds = seconds_of(at / "training.db");
                write_result(file, result);
                said(fmt::format("{}: {} steps, dev {} {:.4f}", recipe.name, result.steps, recipe.measure, result.best_dev));
            }
            clean_up(plan, training, seed, folder, mining);
            for (const auto& evaluation : plan.evaluate) {
                const std::string& name = evaluation.name;
                if (result.collections.contains(name) || std::ranges::find(training.evaluate, name) == training.evaluate.end())
                    continue;
                const bool only_block = PooledSplit::serves(at / "model");
                result.collections[name] = only_block ? encoders.measure(at / "model", evaluation, progress)
                                                      : measure(at / "model", evaluation, learns && evaluation.collection == plan.collection, at, progress);
                write_result(file, result);
                std::string means;
                for (const auto& system : result.collections[name].systems) {
                    double sum = 0;
                    for (const double value : system.mrr_10)
                        sum += value;
                    means += fmt::format("  {} {:.4f}", system.name, sum / double(std::max<std::size_t>(1, system.mrr_10.size())));
                }
                said(fmt::format("{}-{} on {}: MRR@10{}", training.name, seed, name, means));
            }
        }
}

std::vector<ExperimentResult> read_results(const ExperimentPlan& plan, const fs::path& folder) {
    std::vector<ExperimentResult> results;
    for (const auto& training : plan.trainings)
        for (const auto seed : plan.seeds)
            if (auto result = read_result(training_at(folder, training.name, seed) / "result.json"))
                results.push_back(std::move(*result));
    return results;
}

} // namespace cameo
