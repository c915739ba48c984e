#pragma once

#include "core/train/record/recorder.hpp"

#include <filesystem>

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

/// `training.db` as everyone but its trainer has it: to read what happens and to leave commands, while the
/// trainer writes and after it has ended or died. Each call opens the file and closes it again, so that
/// nothing is held between calls; reading writes nothing of its own and works in a folder without write
/// permission. Calls take about a millisecond, more for many rows, but touch the disk: make them from a job,
/// not from the frame's thread. Thread-safe. All functions throw Error(Environment) naming the file when it
/// cannot be read or written, and Error(InvalidInput) when it is damaged.
///
/// A trainer that goes back (an event "resumed" or "step_back") has taken out what came after: whoever keeps
/// points reads events first and, when there is one of these, reads everything again.
class TrainingWatch {
public:
    /// @throws Error as above, and where there is none, it is no training or of another version
    explicit TrainingWatch(std::filesystem::path file);

    const std::filesystem::path& path() const { return m_file; }

    /// Those with a point, in order of their first appearance.
    std::vector<std::string> metric_names() const;
    /// By step, from this one on. A name that is not there has no points.
    std::vector<MetricPoint> metric(std::string_view name, std::int64_t from_step = 0) const;
    /// By step and then as recorded, both ends included.
    std::vector<RecordedCompetition> competition(std::int64_t first_step, std::int64_t last_step) const;
    /// By id, those with a larger one than this.
    std::vector<RecordedEvent> events(std::int64_t after_id = 0) const;
    std::vector<LeftCommand> commands(std::int64_t after_id = 0) const;

    /// Leaves a command for the trainer, which looks for commands before each step; with no trainer running
    /// it waits for the next one. @return its id
    std::int64_t leave(CommandKind kind, std::string_view argument = {}) const;

private:
    std::filesystem::path m_file;
};

} // namespace cameo
