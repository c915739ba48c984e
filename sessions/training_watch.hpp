#pragma once

#include "core/train/record/recorded.hpp"

#include <filesystem>

namespace cameo {

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

    /// All at one moment.
    /// @param after_event the last id that is known   @param from_step the last step that is known: more of it may have come
    TrainingNews news(std::int64_t after_event = 0, std::int64_t from_step = -1) const;

    /// What probes are about; empty before the first validation, and of a training by an older version.
    ProbeSet probe_set() const;
    /// One for each query of the set; empty where that step has none.
    std::vector<ProbeRecord> probes(std::int64_t step) const;

    /// Leaves a command for the trainer, which looks for commands before each step; with no trainer running
    /// it waits for the next one. @return its id
    std::int64_t leave(CommandKind kind, std::string_view argument = {}) const;

private:
    std::filesystem::path m_file;
};

} // namespace cameo
