#include "core/train/trainer.hpp"

#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/resident_memory.hpp"
#include "core/model/new_folder.hpp"
#include "core/train/checkpoint.hpp"
#include "core/train/make_trainee.hpp"
#include "core/train/miner.hpp"
#include "core/train/schedule.hpp"
#include "core/train/training_folder.hpp"
#include "core/train/validation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <thread>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostStepBacks = 3;
constexpr std::int64_t kBatchesToScale = 8; ///< that experts' scales are measured on

std::string in_short(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// What a training asks of its data, once.
struct Queries {
    std::vector<TrainingQuery> train, dev;
};

Queries queries_of(const Collection& collection, const Recipe& recipe) {
    Queries queries;
    queries.train = training_queries(collection, "train");
    const auto splits = collection.splits();
    if (std::ranges::find(splits, "dev") != splits.end()) {
        queries.dev = training_queries(collection, "dev");
    } else { // every tenth is not trained on
        std::vector<TrainingQuery> left;
        for (std::size_t q = 0; q < queries.train.size(); ++q)
            (q % 10 == 9 ? queries.dev : left).push_back(std::move(queries.train[q]));
        queries.train = std::move(left);
    }
    // Spread over the split, whose neighbours may be of one kind.
    const auto wanted = std::size_t(recipe.validation_queries);
    if (queries.dev.size() > wanted) {
        std::vector<TrainingQuery> some;
        for (std::size_t at = 0; at < wanted; ++at)
            some.push_back(std::move(queries.dev[at * queries.dev.size() / wanted]));
        queries.dev = std::move(some);
    }
    if (queries.dev.empty())
        throw Error(ErrorKind::InvalidInput, "collection " + collection.name() +
                                                 " has too few judged queries to keep some for validation");
    return queries;
}

class Training {
public:
    Training(Recipe recipe, const TrainingData& data, std::filesystem::path folder, TrainingRecorder& recorder,
             Progress& progress);
    TrainingResult run();

private:
    std::int64_t total() const { return m_recipe.standardized_steps + m_recipe.specialized_steps; }
    std::int64_t last_step() const { return m_state.stop_at >= 0 ? std::min(m_state.stop_at, total()) : total(); }

    /// Whether the step done is one after which the model is validated.
    bool validates() const { return m_state.step % m_recipe.validate_every == 0 || m_state.step >= last_step(); }
    bool gave_up() const { return m_recipe.patience > 0 && m_state.worse >= m_recipe.patience; }
    std::string reason_to_give_up() const { return "no better validation in the last " + std::to_string(m_state.worse); }

    void begin();
    bool resume();
    void load(std::int64_t step);
    void mine_up_to_now();
    void apply(const MiningRound& round);
    /// @return whether it was done; false: it diverged, and the training stands where it stood earlier
    bool step();
    bool diverged(double loss, double norm);
    void step_back(const std::string& why);
    void validate();
    void validate_if_due(); ///< where it was stopped meanwhile, or ends unexpectedly
    void checkpoint();
    void prune();
    /// @return whether to go on
    bool honour_commands();
    void honour(const TrainingCommand& command);
    TrainingResult finish(const std::string& reason);
    void say(EventKind kind, const std::string& text) { m_recorder.record(Event{m_state.step, kind, text}); }
    void show() { m_progress.begin("training", Unit::Steps, last_step(), m_state.step); }

    const Recipe m_recipe; ///< as given; what commands change is m_state.recipe
    const TrainingData& m_data;
    const std::filesystem::path m_folder;
    TrainingRecorder& m_recorder;
    Progress& m_progress;

    Queries m_queries;
    std::string m_data_sum;
    std::vector<std::vector<std::int32_t>> m_bm25_negatives, m_negatives;
    std::optional<BatchSampler> m_sampler;
    std::optional<Validation> m_validation;
    Checkpoints m_checkpoints;
    TrainingState m_state;
    std::unique_ptr<Trainee> m_trainee;
    std::optional<AdamW> m_optimizer;
    LeapWatch m_losses, m_norms;
    GateWatch m_gate;
    std::vector<MiningRound> m_rounds;
    bool m_paused = false;
    std::optional<std::string> m_end; ///< why a command ends it
    Miner m_miner; ///< last: its thread uses what stands above
};

Training::Training(Recipe recipe, const TrainingData& data, std::filesystem::path folder, TrainingRecorder& recorder,
                   Progress& progress)
    : m_recipe(std::move(recipe)), m_data(data), m_folder(std::move(folder)), m_recorder(recorder), m_progress(progress),
      m_checkpoints(m_folder / "checkpoints"), m_rounds(mining_rounds(m_recipe)),
      m_miner([this](const MiningRound& round, Progress& own) {
          const BatchSampler sampler(m_queries.train, std::uint64_t(m_recipe.seed), m_recipe.queries, m_recipe.negatives);
          std::vector<std::uint32_t> wanted = sampler.queries_between(round.apply, round.until);
          return mine(m_checkpoints.at(round.start), m_data.collection, m_queries.train, wanted, m_recipe,
                      m_folder / "mined" / m_checkpoints.at(round.start).filename(), own);
      }) {}

void Training::begin() {
    m_queries = queries_of(*m_data.collection, m_recipe);
    m_data_sum = training_data_sum(*m_data.collection, m_queries.train);
    m_bm25_negatives = bm25_negatives(*m_data.bm25, m_queries.train, m_recipe.negatives_depth, m_progress);
    m_negatives = m_bm25_negatives;
    m_sampler.emplace(m_queries.train, std::uint64_t(m_recipe.seed), m_recipe.queries / m_recipe.accumulate,
                      m_recipe.negatives);
    m_validation.emplace(m_data.collection, m_queries.dev, *m_data.bm25, m_recipe.measure, m_progress);
}

bool Training::resume() {
    m_checkpoints.sweep();
    const auto steps = m_checkpoints.steps();
    for (std::size_t left = steps.size(); left > 0; --left) {
        try {
            load(steps[left - 1]);
        } catch (const Error& damaged) {
            // A lack of memory, say, is none, and who has another version of Cameo is not to lose steps for it.
            const bool is_damage = damaged.kind() == ErrorKind::InvalidInput || damaged.kind() == ErrorKind::NotFound;
            if (!is_damage || left == 1)
                throw;
            say(EventKind::Warning, std::string("the checkpoint before is used: ") + damaged.what());
            continue;
        }
        check_same_training(m_recipe, m_state.recipe, m_folder);
        if (!m_state.data.empty() && m_state.data != m_data_sum)
            throw Error(ErrorKind::InvalidInput, m_folder.string() + ": the training there was begun with other documents or "
                                                 "training queries than collection " + m_recipe.collection +
                                                 " has now; give this one another name");
        // Else the latest checkpoint would be one that cannot be gone back to.
        for (std::size_t damaged = left; damaged < steps.size(); ++damaged)
            m_checkpoints.set_aside(steps[damaged]);
        prune(); // what a kill has kept from it
        return true;
    }
    return false;
}

void Training::load(std::int64_t step) {
    m_state = m_checkpoints.read_state(step);
    m_optimizer.reset();
    m_trainee = make_trainee(m_checkpoints.at(step), m_data.collection, m_queries.train, m_state.recipe);
    m_optimizer.emplace(m_trainee->groups(m_state.recipe));
    m_checkpoints.restore(step, *m_trainee, *m_optimizer);
    m_losses = LeapWatch(m_state.mean_loss);
    m_norms = LeapWatch(m_state.mean_norm);
}

TrainingResult Training::run() {
    begin();
    if (resume()) {
        m_recorder.rewind(m_state.step);
        say(EventKind::Resumed, "goes on after step " + std::to_string(m_state.step));
        validate_if_due();
        if (gave_up())
            return finish(reason_to_give_up());
    } else {
        m_state.recipe = m_recipe;
        m_trainee = make_trainee(m_data.model, m_data.collection, m_queries.train, m_recipe);
        std::vector<TrainingBatch> batches;
        for (std::int64_t step = 0; step < kBatchesToScale; ++step)
            batches.push_back(m_sampler->batch(step, m_negatives));
        m_trainee->prepare(batches, m_recipe);
        m_optimizer.emplace(m_trainee->groups(m_recipe));
        m_recorder.rewind(-1);
        say(EventKind::Started, std::to_string(m_queries.train.size()) + " queries to train on, " +
                                    std::to_string(m_queries.dev.size()) + " to validate with over " +
                                    std::to_string(m_validation->documents()) + " documents");
        validate();
        checkpoint();
    }
    mine_up_to_now();
    show();
    try {
        while (honour_commands() && m_state.step < last_step()) {
            for (const auto& round : m_rounds) {
                if (round.start == m_state.step && round.apply >= m_state.step && !m_miner.needs())
                    m_miner.begin(round);
                if (round.apply == m_state.step)
                    apply(round);
            }
            if (!step())
                continue;
            if (validates())
                validate();
            const bool mines = std::ranges::any_of(m_rounds, [&](const auto& round) { return round.start == m_state.step; });
            if (validates() || mines || m_state.step % m_recipe.checkpoint_every == 0)
                checkpoint();
            if (gave_up())
                return finish(reason_to_give_up());
            if (validates())
                show();
            m_progress.advance();
        }
    } catch (const Cancelled&) {
        if (m_checkpoints.steps().back() != m_state.step)
            checkpoint();
        throw;
    }
    if (!m_end)
        validate_if_due();
    return finish(m_end ? *m_end : m_state.step >= total() ? "all steps are done" : "the epoch is over");
}

void Training::mine_up_to_now() {
    const MiningRound* current = nullptr;
    for (const auto& round : m_rounds) {
        if (round.apply < m_state.step)
            current = &round;
        else if (round.start < m_state.step && !m_miner.needs())
            m_miner.begin(round);
    }
    if (current) {
        // Its folder is there, or the checkpoint that it is made of again.
        Progress unseen(m_progress.stop_token());
        m_progress.begin("reading what was mined", Unit::Steps);
        const BatchSampler sampler(m_queries.train, std::uint64_t(m_recipe.seed), m_recipe.queries, m_recipe.negatives);
        const auto folder = m_checkpoints.at(current->start);
        const auto mined = mine(folder, m_data.collection, m_queries.train, sampler.queries_between(current->apply, current->until),
                                m_recipe, m_folder / "mined" / folder.filename(), unseen);
        m_trainee->use(mined.bank);
        m_negatives = merge_negatives(m_recipe.negatives_from, m_bm25_negatives, mined.negatives);
    }
}

void Training::apply(const MiningRound& round) {
    const auto mined = m_miner.finish(round, m_progress);
    m_trainee->use(mined.bank);
    m_negatives = merge_negatives(m_recipe.negatives_from, m_bm25_negatives, mined.negatives);
    say(EventKind::Mined, "the model of step " + std::to_string(round.start) + " looked up " +
                              std::to_string(mined.queries) + " queries; " + in_short(100 * mined.left_out) +
                              " % of what it found may be right and is left out");
}

bool Training::step() {
    const auto began = Clock::now();
    const Recipe& recipe = m_state.recipe;
    const std::int64_t step = m_state.step;
    std::map<std::string, double> sums;
    std::vector<CompetitionRecord> competition;
    double loss = 0, tokens = 0;
    for (std::int64_t part = 0; part < recipe.accumulate; ++part) {
        StepPart own{step, part, m_sampler->batch((step + m_state.skipped) * recipe.accumulate + part, m_negatives),
                     step >= recipe.standardized_steps, 1 / double(recipe.accumulate)};
        auto result = m_trainee->backward(own, recipe);
        loss += result.loss * own.share;
        tokens += double(result.tokens);
        for (const auto& metric : result.metrics)
            sums[metric.name] += metric.value * own.share;
        std::ranges::move(result.competition, std::back_inserter(competition));
    }
    std::vector<Metric> metrics{{"loss", loss}};
    for (const auto& [name, value] : sums)
        metrics.push_back({name, value});
    const auto norms = m_optimizer->gradient_norms();
    double gate = -1, others = 0;
    for (std::size_t at = 0; at < norms.size(); ++at) {
        const auto& group = m_optimizer->groups()[at].name;
        metrics.push_back({"gradient." + group, norms[at]});
        (group == "gate" ? gate : others) = group == "gate" ? norms[at] : std::max(others, norms[at]);
    }
    const double norm = m_optimizer->clip(recipe.clip);
    metrics.push_back({"gradient", norm});
    if (diverged(loss, norm)) {
        m_recorder.record(step + 1, metrics, competition);
        step_back("the loss was " + in_short(loss) + " and the gradient " + in_short(norm));
        return false;
    }
    const double factor = rate_factor(recipe, step, total());
    m_optimizer->step(factor);
    m_optimizer->forget_gradients();
    m_trainee->after_step(recipe);
    for (const auto& group : m_optimizer->groups())
        metrics.push_back({"rate." + group.name, group.rate * factor});
    m_losses.take(loss, step);
    m_norms.take(norm, step);
    m_state.mean_loss = m_losses.mean();
    m_state.mean_norm = m_norms.mean();
    ++m_state.step;
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    metrics.push_back({"seconds", seconds});
    metrics.push_back({"tokens_per_second", tokens / std::max(seconds, 1e-9)});
    metrics.push_back({"memory", double(resident_memory())});
    m_recorder.record(m_state.step, metrics, competition);
    if (gate >= 0 && m_gate.take(gate, others))
        say(EventKind::Warning, "the gate receives no gradient: its norm is " + in_short(gate) + " where another group's is " +
                                    in_short(others) + ", so it learns nothing from the loss");
    return true;
}

bool Training::diverged(double loss, double norm) {
    return m_losses.leaps(loss, m_recipe.spike_factor, m_state.step) || m_norms.leaps(norm, m_recipe.spike_factor, m_state.step);
}

void Training::step_back(const std::string& why) {
    const std::int64_t failed = m_state.step, skipped = m_state.skipped;
    const auto step_backs = m_state.step_backs + 1;
    if (m_recipe.on_divergence == "stop" || step_backs > kMostStepBacks)
        throw Error(ErrorKind::InvalidInput,
                    "the training diverged at step " + std::to_string(failed + 1) + ": " + why +
                        (m_recipe.on_divergence == "stop" ? "" : "; it was set back " + std::to_string(kMostStepBacks) + " times") +
                        ". Lower learning rates may help; the checkpoints are kept");
    load(m_checkpoints.steps().back());
    mine_up_to_now();
    m_state.skipped = skipped + (failed - m_state.step) + 1;
    m_state.step_backs = step_backs;
    m_recorder.rewind(m_state.step);
    say(EventKind::StepBack, why + " at step " + std::to_string(failed + 1) + "; back to step " +
                                 std::to_string(m_state.step) + " and on with other batches");
    show();
}

void Training::validate() {
    const NewFolder temporary(m_folder / "validating"); // which it never becomes
    m_trainee->write_model(temporary.path(), m_recipe.name + "-" + std::to_string(m_state.step));
    m_progress.begin("validating", Unit::Documents, std::int64_t(m_validation->documents() + m_queries.dev.size()));
    const auto result = m_validation->measure(*Model::load(temporary.path()), m_progress);
    m_state.validated = m_state.step;
    m_recorder.record(m_state.step, result.metrics, {});
    if (m_state.best_step < 0 || result.value > m_state.best) {
        m_state.best = result.value;
        m_state.best_step = m_state.step;
        m_state.worse = 0;
        say(EventKind::Best, "the fusion's " + m_recipe.measure + " is " + in_short(result.value));
    } else {
        ++m_state.worse;
    }
}

void Training::validate_if_due() {
    if (!validates() || m_state.validated == m_state.step)
        return;
    validate();
    checkpoint();
}

void Training::checkpoint() {
    m_state.step_backs = 0;
    m_state.data = m_data_sum;
    m_checkpoints.write(m_recipe.name, m_state, *m_trainee, *m_optimizer);
    say(EventKind::Checkpoint, m_checkpoints.at(m_state.step).filename().string());
    prune();
}

void Training::prune() {
    const auto steps = m_checkpoints.steps();
    const auto kept = std::min(steps.size(), std::size_t(m_recipe.checkpoints_kept));
    const std::int64_t oldest = steps[steps.size() - kept];
    const auto needed = m_miner.needs();
    for (const auto step : steps) {
        const bool mined_soon = std::ranges::any_of(
            m_rounds, [&](const auto& round) { return round.start == step && round.apply >= oldest; });
        if (step < oldest && step != m_state.best_step && step != needed && !mined_soon)
            m_checkpoints.remove(step);
    }
    for (const auto& round : m_rounds)
        if (round.until <= oldest)
            std::filesystem::remove_all(m_folder / "mined" / m_checkpoints.at(round.start).filename());
}

bool Training::honour_commands() {
    do {
        for (const auto& command : m_recorder.pending()) {
            std::string refusal;
            try {
                honour(command);
            } catch (const Error& error) {
                refusal = error.what();
            }
            m_recorder.answer(command, m_state.step, refusal);
            if (refusal.empty())
                say(EventKind::Command, std::string(name(command.kind)) + (command.argument.empty() ? "" : " ") + command.argument);
        }
        if (m_paused && !m_end) {
            m_progress.check_cancelled();
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    } while (m_paused && !m_end);
    return !m_end;
}

void Training::honour(const TrainingCommand& command) {
    switch (command.kind) {
    case CommandKind::Pause: m_paused = true; break;
    case CommandKind::Resume:
        m_paused = false;
        show();
        break;
    case CommandKind::Stop: m_end = "stopped by a command"; break;
    case CommandKind::StopAndKeepBest: m_end = "stopped by a command, the best is kept"; break;
    case CommandKind::FinishEpoch: {
        const auto epoch = BatchSampler(m_queries.train, 0, m_recipe.queries, 0).steps_an_epoch();
        m_state.stop_at = (m_state.step + epoch - 1) / epoch * epoch;
        checkpoint(); // so that it is known after a kill as well
        show();
        break;
    }
    case CommandKind::Checkpoint: checkpoint(); break;
    case CommandKind::Set: {
        set_live_field(m_state.recipe, command.argument);
        auto& groups = m_optimizer->groups();
        for (const auto& fresh : m_trainee->groups(m_state.recipe))
            for (auto& group : groups)
                if (group.name == fresh.name) {
                    group.rate = fresh.rate;
                    group.decay = fresh.decay;
                }
        checkpoint();
        break;
    }
    }
    if (m_end && m_checkpoints.steps().back() != m_state.step)
        checkpoint();
}

TrainingResult Training::finish(const std::string& reason) {
    const auto steps = m_checkpoints.steps();
    const bool best_is_there = std::ranges::find(steps, m_state.best_step) != steps.end();
    const std::int64_t kept = best_is_there ? m_state.best_step : steps.back();
    TrainingResult result{m_state.step, kept, m_state.best, reason, m_folder / "model"};
    write_result_model(m_checkpoints.at(kept), result.model, m_recipe.name);
    say(EventKind::Finished, reason + "; the model is that of step " + std::to_string(kept));
    return result;
}

} // namespace

TrainingResult train(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                     TrainingRecorder& recorder, Progress& progress) {
    check_trainable(recipe, data.model);
    const FolderLock lock(folder, "another process trains here");
    keep_recipe(recipe, folder);
    Training training(recipe, data, folder, recorder, progress);
    try {
        return training.run();
    } catch (const Error& error) {
        // The disk that is full may be the recorder's as well: the error itself is what must be told.
        try {
            recorder.record(Event{-1, EventKind::Failed, error.what()});
        } catch (const Error&) {
        }
        throw;
    }
}

} // namespace cameo
