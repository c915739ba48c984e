#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace cameo {

class PooledSplit;

/// Of what frozen layers make of texts: 700,000 tokens of MiniLM's width take 1 GiB.
inline constexpr std::size_t kFrozenMemoryBytes = std::size_t{4} << 30;

/// What frozen layers made of texts: trainings one after the other in one process share it, as long as the layers, the
/// texts and how they are cut are the same, which the keys say. What does not fit is computed again at every step; the
/// numbers are the same. One thread.
struct FrozenMemory {
    struct Text {
        std::vector<float> numbers;
        std::int64_t tokens = 0; ///< that it was read as
    };
    struct Kept {
        std::unordered_map<std::int64_t, Text> texts; ///< by number
        std::size_t bytes = 0;
    };
    std::string key;
    Kept kept;
    std::size_t most_bytes = kFrozenMemoryBytes; ///< of `kept`
    /// Of validations, one vector a text: a few megabytes.
    std::string pooled_key;
    std::shared_ptr<const PooledSplit> pooled;

    /// What is kept under that key; what was kept under another one is forgotten.
    Kept& of(const std::string& wanted);
    /// As long as there is room.
    void keep(Kept& under, std::int64_t text, Text made) const;
};

std::shared_ptr<FrozenMemory> make_frozen_memory(std::size_t most_bytes = kFrozenMemoryBytes);

} // namespace cameo
