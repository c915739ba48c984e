#include "app/experiments/runner.hpp"

#include "app/demo.hpp"
#include "app/experiments/measured_row.hpp"
#include "app/experiments/shared_mining.hpp"
#include "core/base/error.hpp"
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
#include <set>

namespace cameo {

namespace {

namespace fs = std::filesystem;

fs::path training_at(const fs::path& folder, const std::string& name, std::int64_t seed) {
    return folder / fmt::format("{}-{}", name, seed);
}

/// The folder of the model that a training begins with.
fs::path beginning_at(const PlannedTraining& training, std::int64_t seed, const fs::path& folder) {
    return training.from.empty() ? training_at(folder, training.name, seed) / "beginning" : training_at(folder, training.from, seed) / "model";
}

void make_beginning(const PlannedTraining& training, std::int64_t seed, const fs::path& at, const Collection& collection, Progress& progress) {
    if (!training.from.empty() || fs::exists(at)) return;
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

bool is_needed(const ExperimentPlan& plan, const std::string& training, std::int64_t seed, const fs::path& folder);

bool lacks_measures(const PlannedTraining& training, const ExperimentResult& result) {
    return !std::ranges::all_of(training.evaluate, [&](const std::string& name) { return result.collections.contains(name); });
}

/// Results may have come from another machine without the models, which are missed only by what is still to do.
bool must_train(const ExperimentPlan& plan, const PlannedTraining& training, std::int64_t seed, const fs::path& folder) {
    const auto at = training_at(folder, training.name, seed);
    const auto result = read_result(at / "result.json");
    if (!result || result->steps == 0) return true;
    return !fs::exists(at / "model") && (lacks_measures(training, *result) || is_needed(plan, training.name, seed, folder));
}

/// Whether others with that seed go on with its model.
bool is_needed(const ExperimentPlan& plan, const std::string& training, std::int64_t seed, const fs::path& folder) {
    return std::ranges::any_of(plan.trainings, [&](const PlannedTraining& other) { return other.from == training && must_train(plan, other, seed, folder); });
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

/// What is done by another recipe would stand in the tables under this one's name.
void refuse_another(const Recipe& recipe, const fs::path& at) {
    if (!fs::exists(at / "recipe.json")) return; // results that came without
    Recipe kept = read_recipe(at / "recipe.json");
    kept.model = recipe.model; // where it lies may have changed
    if (kept != recipe)
        throw Error(ErrorKind::InvalidInput, fmt::format("{}: what is there was trained by another recipe than the plan's; take it away to train it anew", at.string()));
}

class Experiments {
public:
    Experiments(const ExperimentPlan& plan, fs::path folder, const std::function<void(const std::string&)>& said, Progress& progress)
        : m_plan(plan), m_folder(std::move(folder)), m_said(said), m_progress(progress), m_collection(open_collection(plan.collection)),
          m_bm25(Bm25::load_or_build(bm25_file(plan.collection), *m_collection, progress)) {}

    void run(const PlannedTraining& training, std::int64_t seed) {
        const fs::path at = training_at(m_folder, training.name, seed);
        const Recipe recipe = recipe_of(training, seed);
        ExperimentResult result = read_result(at / "result.json").value_or(ExperimentResult{training.name, seed, 0, 0, 0, 0, {}, {}});
        const SharedMining mining(training_at(m_folder, training.from, seed), at, training.recipe);
        if (must_train(m_plan, training, seed, m_folder)) {
            result = train_one(training, recipe, at, mining);
            keep(result, at);
            m_said(fmt::format("{}: {} steps, dev {} {:.4f}", recipe.name, result.steps, recipe.measure, result.best_dev));
        } else {
            refuse_another(recipe, at);
        }
        clean_up(m_plan, training, seed, m_folder, mining);
        for (const auto& evaluation : m_plan.evaluate)
            if (!result.collections.contains(evaluation.name) && std::ranges::find(training.evaluate, evaluation.name) != training.evaluate.end())
                measure_one(evaluation, at, result);
    }

private:
    Recipe recipe_of(const PlannedTraining& training, std::int64_t seed) const {
        Recipe recipe = training.recipe;
        recipe.name = fmt::format("{}-{}", training.name, seed);
        recipe.seed = seed;
        recipe.collection = m_plan.collection;
        recipe.model = beginning_at(training, seed, m_folder).string();
        return recipe;
    }

    ExperimentResult train_one(const PlannedTraining& training, const Recipe& recipe, const fs::path& at, const SharedMining& mining) {
        make_beginning(training, recipe.seed, recipe.model, *m_collection, m_progress);
        fs::create_directories(at);
        if (!training.from.empty()) mining.lend();
        TrainingFile record(at / "training.db");
        const TrainingResult trained = train(recipe, {recipe.model, m_collection, m_bm25, m_memory}, at, record, m_progress);
        const fs::path kept = at / "training.db";
        return {training.name, recipe.seed, trained.step, trained.best_step, seconds_of(kept), trained.best, recorded_numbers(kept), {}};
    }

    void measure_one(const PlannedEvaluation& evaluation, const fs::path& at, ExperimentResult& result) {
        const fs::path model = at / "model";
        const bool learns = evaluation.collection == m_plan.collection && m_collection->qrels("dev").size() >= kFewestJudged;
        auto& measures = result.collections[evaluation.name];
        measures = PooledSplit::serves(model) ? m_encoders.measure(model, evaluation, m_progress) : measure(model, evaluation, learns, at, m_progress);
        std::string means;
        for (const auto& system : measures.systems)
            means += fmt::format("  {} {:.4f}", system.name, mean_of(system.mrr_10));
        keep(result, at);
        m_said(fmt::format("{}-{} on {}: MRR@10{}", result.training, result.seed, evaluation.name, means));
    }

    static void keep(const ExperimentResult& result, const fs::path& at) { write_result(at / "result.json", result); }

    const ExperimentPlan& m_plan;
    fs::path m_folder;
    const std::function<void(const std::string&)>& m_said;
    Progress& m_progress;
    std::shared_ptr<const Collection> m_collection;
    std::shared_ptr<const Bm25> m_bm25;
    std::shared_ptr<FrozenMemory> m_memory = make_frozen_memory();
    KeptEncoders m_encoders;
};

} // namespace

void run_experiments(const ExperimentPlan& plan, const fs::path& folder, const std::function<void(const std::string&)>& said,
                     Progress& progress) {
    Experiments experiments(plan, folder, said, progress);
    std::size_t failed = 0;
    for (const auto seed : plan.seeds) {
        std::set<std::string> lost; // with this seed
        for (const auto& training : plan.trainings) {
            try {
                if (lost.contains(training.from))
                    throw Error(ErrorKind::InvalidInput, fmt::format("it goes on from {}, which failed", training.from));
                experiments.run(training, seed);
            } catch (const Error& error) {
                // A training that diverges must not keep those behind it waiting for ever.
                lost.insert(training.name);
                ++failed;
                said(fmt::format("{}-{}: FAILED: {}", training.name, seed, error.what()));
            }
        }
    }
    if (failed > 0)
        throw Error(ErrorKind::InvalidInput, fmt::format("{} of {} trainings failed, as said above; the others are done", failed, plan.trainings.size() * plan.seeds.size()));
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
