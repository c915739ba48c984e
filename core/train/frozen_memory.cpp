#include "core/train/frozen_memory.hpp"

namespace cameo {

std::shared_ptr<FrozenMemory> make_frozen_memory(std::size_t most_bytes) {
    auto memory = std::make_shared<FrozenMemory>();
    memory->most_bytes = most_bytes;
    return memory;
}

FrozenMemory::Kept& FrozenMemory::of(const std::string& wanted) {
    if (key != wanted) {
        kept = {};
        key = wanted;
    }
    return kept;
}

void FrozenMemory::keep(Kept& under, std::int64_t text, Text made) const {
    const std::size_t bytes = made.numbers.size() * sizeof(float);
    if (under.bytes + bytes <= most_bytes && under.texts.emplace(text, std::move(made)).second)
        under.bytes += bytes;
}

} // namespace cameo
