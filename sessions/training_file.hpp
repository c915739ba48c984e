#pragma once

#include "core/train/record/recorder.hpp"

#include <filesystem>
#include <memory>

namespace cameo {

/// `training.db` of a training's folder (docs/training-format.md), as the one process that trains has it:
/// SQLite in WAL mode. Any number of others read it and leave commands in it meanwhile, through
/// TrainingWatch. Each call is a transaction of its own: what it has returned from survives the death of the
/// process, and a power cut leaves a whole file that misses at most the last calls. Readers never make it
/// wait; it waits a minute for one who leaves a command. One thread. All functions throw Error(Environment)
/// naming the file on a full disk or a lost permission, and Error(InvalidInput) when it is damaged; one that
/// has thrown has written nothing, and a later one may succeed.
class TrainingFile final : public TrainingRecorder {
public:
    /// Makes the file, and its folder, where there is none or an empty one, and brings an older version up to
    /// date.
    /// @throws Error as above, and when it is no training or of a newer version; nothing is changed then
    explicit TrainingFile(const std::filesystem::path& file);
    ~TrainingFile() override;

    void rewind(std::int64_t step) override;
    void record(std::int64_t step, std::span<const Metric> metrics,
                std::span<const CompetitionRecord> competition) override;
    /// With the time of now.
    void record(const Event& event) override;
    void watch(const ProbeSet& set) override;
    void record(std::int64_t step, std::span<const ProbeRecord> probes) override;

    /// A command of a kind that this version does not know is refused on the way.
    std::vector<TrainingCommand> pending() override;
    void answer(const TrainingCommand& command, std::int64_t step, std::string_view refusal) override;

private:
    struct Database;
    std::unique_ptr<Database> m_database;
    std::int64_t m_step = 0; ///< the last one that was heard of
};

} // namespace cameo
