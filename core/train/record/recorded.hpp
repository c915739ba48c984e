#pragma once

#include "core/train/record/recorder.hpp"

#include <cstdint>
#include <string>
#include <vector>

// A training's record as those find it who read it.

namespace cameo {

struct RecordedCompetition {
    std::int64_t step = 0;
    CompetitionRecord record; ///< ranks to float32's 7 digits

    bool operator==(const RecordedCompetition&) const = default;
};

struct RecordedEvent {
    std::int64_t id = 0;    ///< from 1, in the order in which they happened
    std::int64_t at_ms = 0; ///< milliseconds since 1970, UTC
    std::int64_t step = 0;
    std::string kind; ///< name(EventKind), or a later version's
    std::string text;

    bool operator==(const RecordedEvent&) const = default;
};

enum class CommandState { Pending, Done, Refused };

struct LeftCommand {
    std::int64_t id = 0;      ///< from 1, in the order in which they were left
    std::int64_t left_ms = 0; ///< milliseconds since 1970, UTC
    std::string kind;         ///< name(CommandKind), or a later version's
    std::string argument;
    CommandState state = CommandState::Pending;
    // Of one that is not pending:
    std::int64_t answered_ms = 0;
    std::int64_t step = 0; ///< before which it was done or refused
    std::string refusal;   ///< one sentence

    bool operator==(const LeftCommand&) const = default;
};

struct RecordedMetric {
    std::string name;
    std::vector<MetricPoint> points; ///< by step
};

/// What has come since somebody looked last.
struct TrainingNews {
    bool anew = false; ///< the trainer went back meanwhile: `metrics` and `probe_steps` are all that there are
    std::vector<RecordedMetric> metrics;
    std::vector<RecordedEvent> events;
    std::vector<LeftCommand> commands;     ///< all of them, since they change when they are answered
    std::vector<std::int64_t> probe_steps; ///< of validations whose probes are there, all of them
};

} // namespace cameo
