#pragma once

#include "core/train/record/probe.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// A number of one step: "loss", "loss.lexical", "gradient.gate", "rate.layers", "dev.fusion.MRR@10", "load.2", …
struct Metric {
    std::string name;
    double value = 0; ///< may be NaN or infinite: that is what is to be seen then
};

struct MetricPoint {
    std::int64_t step = 0;
    double value = 0; ///< may be NaN or infinite
};

/// How the experts competed for one instance of a step (competition.hpp).
struct CompetitionRecord {
    std::string query;          ///< its id
    std::vector<double> ranks;  ///< [E] of the positive among the candidates
    std::vector<float> weights; ///< [E]

    bool operator==(const CompetitionRecord&) const = default;
};

enum class EventKind {
    Started,
    Resumed,    ///< from the checkpoint of its step: what was recorded after it is taken out first
    Command,    ///< one was honoured
    Checkpoint,
    Best,       ///< this checkpoint is the best so far
    Mined,      ///< new negatives are in use
    Warning,    ///< such as a gate without gradient
    StepBack,   ///< from a state that diverged to an earlier one
    Finished,   ///< all steps, stopped by a command or early; the text says which
    Failed,
    Interrupted, ///< by a person or the machine, after a checkpoint; begun again it goes on
};
std::string_view name(EventKind kind); ///< "started", "resumed", "step_back", …
std::optional<EventKind> event_kind(std::string_view name);

struct Event {
    std::int64_t step = 0;
    EventKind kind = EventKind::Started;
    std::string text; ///< one sentence
};

/// What others may ask of a training while it runs. It is honoured before the next step.
enum class CommandKind {
    Pause,
    Resume,
    Stop,            ///< after a checkpoint of where it stands
    StopAndKeepBest, ///< the best checkpoint becomes its result
    FinishEpoch,     ///< stop when the epoch is over
    Checkpoint,
    Set,             ///< `argument` is "key=value" of a recipe's field that may change while it runs
};
std::string_view name(CommandKind kind); ///< "pause", "resume", "stop", "stop_and_keep_best", "finish_epoch", "checkpoint", "set"
std::optional<CommandKind> command_kind(std::string_view name);

struct TrainingCommand {
    std::int64_t id = 0; ///< given by whoever keeps them
    CommandKind kind = CommandKind::Pause;
    std::string argument;

    bool operator==(const TrainingCommand&) const = default;
};

/// Where a training writes down what happens and finds what is asked of it. One thread. Writing functions throw
/// Error(Environment) when they cannot; what a call has returned from survives the death of the process.
class TrainingRecorder {
public:
    virtual ~TrainingRecorder() = default;

    /// Takes out the metrics, competition and probes of steps after `step`: a training that goes on from there makes them anew.
    virtual void rewind(std::int64_t step) = 0;
    /// All of one step at once. Called again for the same step it adds to it: a metric that is named again is replaced,
    /// and so is the competition where there is one.
    /// @pre each competition has as many ranks as weights
    virtual void record(std::int64_t step, std::span<const Metric> metrics, std::span<const CompetitionRecord> competition) = 0;
    virtual void record(const Event& event) = 0;
    /// Before any probes of it: another set takes out the probes of the one before.
    virtual void watch(const ProbeSet& set) = 0;
    /// All of one validation, one for each query of the set; those of the same step before are replaced.
    virtual void record(std::int64_t step, std::span<const ProbeRecord> probes) = 0;

    /// Those that nobody has answered, in the order in which they were left.
    virtual std::vector<TrainingCommand> pending() = 0;
    /// Only the first answer counts.
    /// @param refusal why it cannot be done; empty: it was done
    virtual void answer(const TrainingCommand& command, std::int64_t step, std::string_view refusal) = 0;
};

} // namespace cameo
