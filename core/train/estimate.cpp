#include "core/train/estimate.hpp"

#include "core/base/resident_memory.hpp"
#include "core/data/sampled_collection.hpp"
#include "core/index/index.hpp"
#include "core/model/model.hpp"
#include "core/train/draws.hpp"
#include "core/train/learner.hpp"
#include "core/train/trainable.hpp"
#include "core/train/validation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kQueriesTried = 16;    ///< in a validation
constexpr std::int64_t kDocumentsIndexed = 64; ///< where something will be mined
constexpr std::uint64_t kPurpose = 11;         ///< of draws
/// Looking a query up in an index: for each document and expert, and for each document that an expert brings, which all experts
/// score. Over 19,647 documents and three experts a query took 24 ms with 100 of each expert and 85 ms with 1,000, on two cores.
constexpr double kSecondsALookup = 0.29e-6, kSecondsARescored = 22.6e-6;
constexpr double kRecordBytesAStep = 2'000, kRecordBytesAProbe = 450; ///< of training.db: an SB-MoE's has 1,100 a step, a CAME's the competition as well

template <class Work>
double seconds_of(const Work& work) {
    const auto began = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - began).count();
}

/// How many of `all` come up when `draws` are drawn.
double different(double all, double draws) { return all > 0 ? all * (1 - std::exp(-draws / all)) : 0; }

std::vector<TrainingQuery> some_of(const std::vector<TrainingQuery>& queries, std::size_t wanted, std::uint64_t seed) {
    const auto order = shuffled(std::uint32_t(queries.size()), seed, kPurpose);
    std::vector<TrainingQuery> some;
    for (std::size_t at = 0; at < std::min(wanted, order.size()); ++at)
        some.push_back(queries[order[at]]);
    return some;
}

/// Tries what a training does, once each.
class Trial {
public:
    Trial(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& scratch, std::uint64_t seed, Progress& progress)
        : m_recipe(recipe), m_data(data), m_scratch(scratch), m_seed(seed), m_progress(progress), m_alone(one_process()) {}

    TrainingCost run() {
        m_start_s = seconds_of([&] {
            m_learner.emplace(m_recipe, m_data, m_scratch, *m_alone, m_progress);
            m_learner->begin(/*prepares=*/false);
        });
        try_steps();
        try_checkpoint();
        try_validation();
        if (!m_learner->rounds().empty()) try_mining();
        return cost();
    }

private:
    double step(std::int64_t at) {
        m_progress.check_cancelled();
        m_learner->state().step = at;
        return seconds_of([&] {
            m_learner->gradients();
            m_learner->update(m_learner->optimizer().gradient_norm());
        });
    }

    void try_steps() {
        m_progress.begin("trying some steps", Unit::Steps);
        Draws draws(m_seed, kPurpose, 0, 0);
        const auto at = std::int64_t(draws.below(std::size_t(std::max<std::int64_t>(1, m_learner->total() - 1))));
        step(at); // the first one also makes room for its numbers
        m_fresh_step_s = step(at + 1);
        m_step_s = std::min(m_fresh_step_s, step(at + 1)); // whose texts are known now
    }

    void try_checkpoint() {
        m_learner->state().step = 0;
        m_checkpoint_s = seconds_of([&] { m_learner->checkpoints().write("estimate", m_learner->state(), m_learner->trainee(), m_learner->optimizer()); });
        m_checkpoint_bytes = folder_bytes(m_scratch / "checkpoints");
    }

    /// What a validation costs whatever it ranks, and for each document more: those that were never encoded, and others.
    void try_validation() {
        m_progress.begin("trying a validation", Unit::Steps);
        const auto over = [&](std::uint32_t queries) {
            return Validation(m_data.collection, some_of(m_learner->dev_queries(), queries, m_seed), *m_data.bm25, better(m_recipe), m_progress);
        };
        const Validation some = over(kQueriesTried), few = over(1); // the first of those
        const auto model = m_learner->checkpoints().at(0);
        const auto seconds = [&](const Validation& validation) { return seconds_of([&] { validation.measure(model, m_progress); }); };
        const double fresh_s = seconds(some), few_s = seconds(few), some_s = seconds(some);
        const double more = double(some.documents()) - double(few.documents());
        const double a_document_s = more > 0 ? std::max(0.0, some_s - few_s) / more : 0;
        const double fixed_s = std::max(0.0, few_s - a_document_s * double(few.documents()));
        const Validation whole(m_data.collection, m_learner->dev_queries(), *m_data.bm25, better(m_recipe), m_progress);
        m_validation_s = fixed_s + a_document_s * double(whole.documents());
        m_first_validation_s = std::max(m_validation_s, fixed_s + (fresh_s - fixed_s) / double(some.documents()) * double(whole.documents()));
    }

    void try_mining() {
        m_progress.begin("trying to index", Unit::Steps);
        const auto model = Model::load(m_learner->checkpoints().at(0));
        const auto sample = sampled_collection(m_data.collection, {}, kDocumentsIndexed);
        Progress unseen(m_progress.stop_token());
        const double share = double(m_data.collection->size()) / double(std::max<std::int64_t>(1, sample->size()));
        m_index_s = share * seconds_of([&] { build_index(*model, *sample, m_scratch / "index", {}, unseen); });
        m_experts = double(model->experts().size());
        m_index_bytes = std::int64_t(share * double(folder_bytes(m_scratch / "index")));
    }

    TrainingCost cost() const {
        const auto steps = m_learner->total();
        const double documents_a_step = double(m_recipe.queries * (1 + m_recipe.negatives));
        const double documents = double(m_data.collection->size()), queries = double(m_learner->train_queries().size());
        const double fresh_steps = different(documents, documents_a_step * double(steps)) / documents_a_step;
        const auto validations = steps / m_recipe.validate_every + 1 + (steps % m_recipe.validate_every != 0);
        const auto checkpoints = validations + steps / m_recipe.checkpoint_every;
        double seconds = m_start_s + double(steps) * m_step_s + fresh_steps * (m_fresh_step_s - m_step_s) + double(checkpoints) * m_checkpoint_s +
                         m_first_validation_s + double(validations - 1) * m_validation_s;
        std::int64_t mined_bytes = 0;
        for (const auto& round : m_learner->rounds()) {
            const double looked_up = std::min(queries, double((round.until - round.apply) * m_recipe.queries));
            const double depth = double(std::max(m_recipe.negatives_depth, recipe_of(round, m_recipe).competition_depth));
            const double rescored = std::min(documents, depth * m_experts);
            seconds += m_index_s + looked_up * (documents * m_experts * kSecondsALookup + rescored * kSecondsARescored);
            mined_bytes = m_index_bytes + std::int64_t(4 * looked_up * depth * m_experts);
        }
        const std::int64_t record_bytes = std::int64_t(kRecordBytesAStep * double(steps) + kRecordBytesAProbe * double(validations) * double(m_learner->dev_queries().size()));
        return {.seconds = seconds,
                .memory_bytes = peak_memory() + kept_bytes(different(documents, documents_a_step * double(steps)) + different(queries, double(m_recipe.queries * steps))),
                // The latest, the best, and the one that is being written; the result, which has no moments of the optimiser beside its
                // weights; what was mined for one round while the next is.
                .disk_bytes = m_checkpoint_bytes * (m_recipe.checkpoints_kept + 2) + m_checkpoint_bytes / 3 + mined_bytes * (m_learner->rounds().size() > 1 ? 2 : 1) + record_bytes};
    }

    /// What frozen layers will have made of so many texts, beyond what is kept of those that were tried.
    std::int64_t kept_bytes(double texts) const {
        if (!m_data.memory || m_data.memory->kept.texts.empty()) return 0;
        const auto& kept = m_data.memory->kept;
        const double all = double(kept.bytes) / double(kept.texts.size()) * texts;
        return std::max<std::int64_t>(0, std::int64_t(std::min(all, double(m_data.memory->most_bytes))) - std::int64_t(kept.bytes));
    }

    const Recipe& m_recipe;
    const TrainingData& m_data;
    const std::filesystem::path& m_scratch;
    const std::uint64_t m_seed;
    Progress& m_progress;
    std::unique_ptr<Processes> m_alone;
    std::optional<Learner> m_learner;
    double m_start_s = 0, m_fresh_step_s = 0, m_step_s = 0, m_checkpoint_s = 0, m_first_validation_s = 0, m_validation_s = 0, m_index_s = 0, m_experts = 0;
    std::int64_t m_checkpoint_bytes = 0, m_index_bytes = 0;
};

} // namespace

TrainingCost estimate(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& scratch, std::uint64_t seed, Progress& progress) {
    check_trainable(recipe, data.model);
    return Trial(recipe, data, scratch, seed, progress).run();
}

std::int64_t folder_bytes(const std::filesystem::path& folder) {
    std::int64_t bytes = 0;
    std::error_code failed;
    for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        std::error_code gone; // while somebody trains there
        if (at->is_regular_file(gone))
            if (const auto size = at->file_size(gone); !gone) bytes += std::int64_t(size);
    }
    return bytes;
}

} // namespace cameo
