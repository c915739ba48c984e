#include "core/train/trainer.hpp"

#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/resident_memory.hpp"
#include "core/model/new_folder.hpp"
#include "core/train/learner.hpp"
#include "core/train/meeting.hpp"
#include "core/train/plain_errors.hpp"
#include "core/train/process_messages.hpp"
#include "core/train/pruning.hpp"
#include "core/train/schedule.hpp"
#include "core/train/trainable.hpp"
#include "core/train/training_folder.hpp"
#include "core/train/validation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostStepBacks = 3;

std::string in_short(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

class Training {
public:
    Training(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder, TrainingRecorder& recorder,
             Progress& progress, Processes& processes, KeepAlive& alive);
    TrainingResult run();

private:
    std::int64_t last_step() const { return m_state.stop_at >= 0 ? std::min(m_state.stop_at, m_learner.total()) : m_learner.total(); }

    /// Whether the step done is one after which the model is validated.
    bool validates() const { return m_state.step % m_recipe.validate_every == 0 || m_state.step >= last_step(); }
    bool gave_up() const { return m_recipe.patience > 0 && m_state.worse >= m_recipe.patience; }
    std::string reason_to_give_up() const { return "no better validation in the last " + std::to_string(m_state.worse); }

    bool resume();
    void load(std::int64_t step);
    void mine_up_to_now();
    void apply(const MiningRound& round);
    TrainingResult train();
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
    /// @return why it cannot be, empty when it was
    std::string honour(const TrainingCommand& command);
    TrainingResult finish(const std::string& reason);
    bool has_best();
    void say(EventKind kind, const std::string& text) { m_recorder.record(Event{m_state.step, kind, text}); }
    void show() { m_progress.begin("training", Unit::Steps, last_step(), m_state.step); }
    void tell(const Order& order) { m_processes.tell(to_text(order)); }
    void part(const Order& end);
    void tell_to_load();

    TrainingRecorder& m_recorder;
    Progress& m_progress;
    Processes& m_processes;
    KeepAlive& m_alive;
    const TrainingData& m_data;
    const std::filesystem::path m_folder;
    Learner m_learner;
    const Recipe& m_recipe; ///< as given
    CheckpointState& m_state;
    Checkpoints& m_checkpoints;
    const std::vector<MiningRound>& m_rounds;
    const std::string m_data_sum;
    Validation m_validation;
    LeapWatch m_losses, m_norms;
    GateWatch m_gate;
    bool m_paused = false, m_stopped = false;
    bool m_watched = false;            ///< the recorder knows what probes are about
    bool m_others_loaded = false;      ///< the other processes stand where this one does
    std::int64_t m_mined = -1;         ///< the round in use
    Order m_next{Order::Kind::Step};   ///< what the other processes are told before the next step
    std::optional<std::string> m_end;  ///< why a command ends it
    Miner m_miner; ///< last: its thread uses what stands above
};

Training::Training(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                   TrainingRecorder& recorder, Progress& progress, Processes& processes, KeepAlive& alive)
    : m_recorder(recorder), m_progress(progress), m_processes(processes), m_alive(alive), m_data(data), m_folder(folder),
      m_learner(recipe, data, folder, processes, progress), m_recipe(m_learner.recipe()), m_state(m_learner.state()),
      m_checkpoints(m_learner.checkpoints()), m_rounds(m_learner.rounds()),
      m_data_sum(m_learner.data_sum()),
      m_validation(data.collection, m_learner.dev_queries(), *data.bm25, better(recipe), progress, data.memory),
      m_miner([this](const MiningRound& round, Progress& own) { return m_learner.mine(round, own); }) {}

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
            throw Error(ErrorKind::InvalidInput, m_folder.string() + ": the training there was begun with other documents, "
                                                 "training queries or teacher's scores than collection " +
                                                 m_recipe.collection + " and teacher.run have now; give this one another name");
        // Else the latest checkpoint would be one that cannot be gone back to.
        for (std::size_t damaged = left; damaged < steps.size(); ++damaged)
            m_checkpoints.set_aside(steps[damaged]);
        prune(); // what a kill has kept from it
        return true;
    }
    return false;
}

void Training::load(std::int64_t step) {
    m_learner.load(step);
    m_losses = LeapWatch(m_state.mean_loss);
    m_norms = LeapWatch(m_state.mean_norm);
    m_others_loaded = false;
}

TrainingResult Training::run() {
    try {
        const auto result = train();
        part({.kind = Order::Kind::End, .reason = result.reason});
        return result;
    } catch (const Cancelled&) {
        const auto steps = m_checkpoints.steps();
        if (!steps.empty() && steps.back() != m_state.step)
            checkpoint();
        say(EventKind::Interrupted, "interrupted after step " + std::to_string(m_state.step) + "; begun again it goes on from there");
        part({.kind = Order::Kind::End, .cancelled = true});
        throw;
    }
}

/// What became of the training is on record: nothing that happens to the others now changes it.
void Training::part(const Order& end) {
    const auto talk = m_alive.talk();
    try {
        tell(end);
    } catch (const Error&) {
    }
    m_processes.part();
}

TrainingResult Training::train() {
    if (resume()) {
        m_recorder.rewind(m_state.step);
        say(EventKind::Resumed, "goes on after step " + std::to_string(m_state.step));
        validate_if_due();
        if (gave_up())
            return finish(reason_to_give_up());
    } else {
        m_learner.begin();
        m_recorder.rewind(-1);
        say(EventKind::Started, std::to_string(m_learner.train_queries().size()) + " queries to train on, " +
                                    std::to_string(m_learner.dev_queries().size()) + " to validate with over " +
                                    std::to_string(m_validation.documents()) + " documents");
        if (const auto& from = m_recipe.negatives_from; m_rounds.empty() && (from == "mined" || from == "both"))
            say(EventKind::Warning, "negatives.from is \"" + from + "\", but nothing is ever mined, so BM25 proposes all of them: mining takes "
                                    "a negatives.mine_every between 0 and the number of steps, or steps.specialized");
        validate();
        checkpoint();
    }
    mine_up_to_now();
    tell_to_load();
    show();
    while (honour_commands() && m_state.step < last_step()) {
        if (m_stopped)
            throw Cancelled{};
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
    if (!m_end)
        validate_if_due();
    return finish(m_end ? *m_end : m_state.step >= m_learner.total() ? "all steps are done" : "the epoch is over");
}

void Training::tell_to_load() {
    const auto talk = m_alive.talk();
    tell({.kind = Order::Kind::Load, .step = m_state.step, .skipped = m_state.skipped, .data = m_data_sum, .mined = m_mined});
    m_others_loaded = true;
}

void Training::mine_up_to_now() {
    const MiningRound* current = nullptr;
    for (const auto& round : m_rounds) {
        if (round.apply < m_state.step)
            current = &round;
        else if (round.start < m_state.step && !m_miner.needs())
            m_miner.begin(round);
    }
    m_mined = current ? current->start : -1;
    if (current) {
        // Its folder is there, or the checkpoint that it is made of again.
        Progress unseen(m_progress.stop_token());
        m_progress.begin("reading what was mined", Unit::Steps);
        m_learner.use(m_learner.mine(*current, unseen));
    }
}

void Training::apply(const MiningRound& round) {
    const auto mined = m_miner.finish(round, m_progress);
    show();
    m_learner.use(mined);
    m_mined = m_next.mined = round.start;
    std::vector<Metric> metrics{{"mined.left_out", mined.left_out}};
    if (!std::isnan(mined.above))
        metrics.push_back({"mined.above", mined.above});
    m_recorder.record(m_state.step, metrics, {});
    say(EventKind::Mined, "the model of step " + std::to_string(round.start) + " looked up " +
                              std::to_string(mined.queries) + " queries; " + in_short(100 * mined.left_out) +
                              " % of what it found may be right and is left out");
}

bool Training::step() {
    const auto began = Clock::now();
    const std::int64_t step = m_state.step;
    auto talk = m_alive.talk();
    tell(std::exchange(m_next, {Order::Kind::Step}));
    auto [loss, tokens, metrics, competition, stop] = m_learner.gradients();
    m_stopped = m_stopped || stop;
    auto& optimizer = m_learner.optimizer();
    const auto norms = optimizer.gradient_norms();
    double gate = -1, others = 0;
    for (std::size_t at = 0; at < norms.size(); ++at) {
        const auto& group = optimizer.groups()[at].name;
        metrics.push_back({"gradient." + group, norms[at]});
        (group == "gate" ? gate : others) = group == "gate" ? norms[at] : std::max(others, norms[at]);
    }
    const double norm = optimizer.gradient_norm();
    metrics.push_back({"gradient", norm});
    if (diverged(loss, norm)) {
        talk.unlock();
        m_recorder.record(step + 1, metrics, competition); // stays where this ends the training
        std::string groups;
        for (std::size_t at = 0; at < norms.size(); ++at)
            groups += (groups.empty() ? "" : ", ") + optimizer.groups()[at].name + " " + in_short(norms[at]);
        step_back("the loss was " + in_short(loss) + " and the gradient " + in_short(norm) + " (" + groups + ")");
        return false;
    }
    tell({.kind = Order::Kind::Update, .norm = norm});
    talk.unlock();
    for (const auto& group : optimizer.groups())
        metrics.push_back({"rate." + group.name, group.rate * m_learner.rate_factor()});
    m_learner.update(norm);
    m_losses.take(loss);
    m_norms.take(norm);
    m_state.mean_loss = m_losses.mean();
    m_state.mean_norm = m_norms.mean();
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
    const auto steps = m_state.step - m_state.mean_since;
    return m_losses.leaps(loss, m_recipe.spike_factor, steps) || m_norms.leaps(norm, m_recipe.spike_factor, steps);
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
    tell_to_load();
    m_recorder.rewind(m_state.step);
    say(EventKind::StepBack, why + " at step " + std::to_string(failed + 1) + "; back to step " +
                                 std::to_string(m_state.step) + " and on with other batches");
    show();
}

void Training::validate() {
    const NewFolder temporary(m_folder / "validating"); // which it never becomes
    m_learner.trainee().write_model(temporary.path(), m_recipe.name + "-" + std::to_string(m_state.step));
    m_progress.begin("validating", Unit::Documents, std::int64_t(m_validation.documents() + m_learner.dev_queries().size()));
    const auto result = m_validation.measure(temporary.path(), m_progress);
    m_state.validated = m_state.step;
    auto metrics = result.metrics;
    metrics.push_back({"memory.peak", double(peak_memory())});
    m_recorder.record(m_state.step, metrics, {});
    if (!std::exchange(m_watched, true)) m_recorder.watch(m_validation.probe_set(result.systems));
    m_recorder.record(m_state.step, result.probes);
    if (m_state.best_step < 0 || result.value > m_state.best) {
        m_state.best = result.value;
        m_state.best_step = m_state.step;
        m_state.worse = 0;
        say(EventKind::Best, (better(m_recipe).weighted ? "the weighted sum's " : "the fusion's ") + m_recipe.measure + " is " + in_short(result.value));
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
    m_checkpoints.write(m_recipe.name, m_state, m_learner.trainee(), m_learner.optimizer());
    say(EventKind::Checkpoint, m_checkpoints.at(m_state.step).filename().string());
    prune();
    if (m_others_loaded) { // so that all stand where a training that goes on from here would
        const auto talk = m_alive.talk();
        tell({.kind = Order::Kind::Settle});
        m_learner.settle();
    }
}

void Training::prune() {
    const auto gone = superfluous({m_checkpoints.steps(), m_recipe.checkpoints_kept, m_state.best_step, m_miner.needs()}, m_rounds);
    for (const auto step : gone.checkpoints)
        m_checkpoints.remove(step);
    for (const auto start : gone.mined)
        std::filesystem::remove_all(m_learner.mined_folder(start));
}

bool Training::honour_commands() {
    do {
        for (const auto& command : m_recorder.pending()) {
            const std::string refusal = honour(command);
            m_recorder.answer(command, m_state.step, refusal);
            if (refusal.empty())
                say(EventKind::Command, std::string(name(command.kind)) + (command.argument.empty() ? "" : " ") + command.argument);
        }
        if (m_paused && !m_end) {
            m_progress.check_cancelled();
            m_alive.check();
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    } while (m_paused && !m_end);
    return !m_end;
}

std::string Training::honour(const TrainingCommand& command) {
    switch (command.kind) {
    case CommandKind::Pause: m_paused = true; break;
    case CommandKind::Resume:
        m_paused = false;
        show();
        break;
    case CommandKind::Stop: m_end = "stopped by a command"; break;
    case CommandKind::StopAndKeepBest: m_end = "stopped by a command, the best is kept"; break;
    case CommandKind::FinishEpoch:
        m_state.stop_at = m_learner.epoch_end();
        checkpoint(); // so that it is known after a kill as well
        show();
        break;
    case CommandKind::Checkpoint: checkpoint(); break;
    case CommandKind::Set: {
        Recipe changed = m_state.recipe;
        try {
            set_live_field(changed, command.argument);
            m_learner.use(changed);
        } catch (const Error& refused) {
            return refused.what();
        }
        m_next.recipe = to_json(changed);
        // Another loss is not measured by what the one before it was: a weight that is raised would be taken for a divergence.
        m_losses = m_norms = LeapWatch();
        m_state.mean_loss = m_state.mean_norm = 0;
        m_state.mean_since = m_state.step;
        checkpoint();
        break;
    }
    }
    if (m_end && m_checkpoints.steps().back() != m_state.step)
        checkpoint();
    return {};
}

TrainingResult Training::finish(const std::string& reason) {
    const bool best = has_best();
    const std::int64_t kept = best ? m_state.best_step : m_checkpoints.steps().back();
    TrainingResult result{m_state.step, kept, best ? m_state.best : std::numeric_limits<double>::quiet_NaN(), reason, m_folder / "model"};
    write_result_model(m_checkpoints.at(kept), result.model, m_recipe.name);
    if (std::exchange(m_state.stop_at, -1) >= 0) // who begins it again wants more than that epoch
        checkpoint();
    say(EventKind::Finished, reason + "; the model is that of step " + std::to_string(kept));
    return result;
}

/// Whether the best checkpoint is there as it was written.
bool Training::has_best() {
    try {
        m_checkpoints.read_state(m_state.best_step);
        return true;
    } catch (const Error& lost) {
        say(EventKind::Warning, std::string("the best checkpoint is lost: ") + lost.what());
        return false;
    }
}

} // namespace

std::unique_ptr<const FolderLock> lock_training(const std::filesystem::path& folder) {
    return std::make_unique<const FolderLock>(folder, "another process trains here");
}

TrainingResult train(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                     TrainingRecorder& recorder, Progress& progress, Processes& processes,
                     std::unique_ptr<const FolderLock> lock) {
    check(processes.lead(), "train: the other processes follow");
    check_trainable(recipe, data.model, processes.size());
    if (!lock) lock = lock_training(folder);
    keep_recipe(recipe, folder);
    try {
        return plainly([&] {
            meet(folder, recipe, processes);
            KeepAlive alive(processes);
            Training training(recipe, data, folder, recorder, progress, processes, alive);
            return training.run();
        });
    } catch (const std::exception& error) {
        // The disk that is full may be the recorder's as well: the error itself is what must be told.
        try {
            recorder.record(Event{-1, EventKind::Failed, error.what()});
        } catch (const Error&) {
        }
        throw;
    }
}

TrainingResult train(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                     TrainingRecorder& recorder, Progress& progress) {
    const auto alone = one_process();
    return train(recipe, data, folder, recorder, progress, *alone);
}

} // namespace cameo
