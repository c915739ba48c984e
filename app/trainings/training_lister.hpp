#pragma once

#include "views/training_state.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

namespace cameo {

/// Lists trainings again and again: those whose files have not changed are not read anew. One thread at a time.
class TrainingLister {
public:
    /// All of the library and those from elsewhere, the last sign of life first. Touches the disk: from a job.
    /// @throws Error(Environment) when the library cannot be read
    std::vector<TrainingLine> list(const std::vector<std::filesystem::path>& elsewhere);

private:
    /// What a summary was made of.
    struct Signature {
        std::array<std::int64_t, 6> written{}; ///< when each of its files was
        std::uintmax_t bytes = 0;              ///< of the record with its log
        bool operator==(const Signature&) const = default;
    };
    static Signature signature(const std::filesystem::path& training);

    struct Known {
        Signature signature;
        TrainingLine line;
    };
    std::map<std::filesystem::path, Known> m_known;
};

} // namespace cameo
