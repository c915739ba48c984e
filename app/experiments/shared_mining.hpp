#pragma once

#include "core/train/recipe/recipe.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// What a model finds in the collection before the first step (core/train/mining.hpp) is the same for every training that
/// goes on from it, whatever its competition: it is looked up once, and lies beside that model until the last such training
/// is done. Where recipes differ in more than the competition, the index still serves both. Files are shared by links.
/// A training that mines again later takes its first round away itself: then nothing is shared.
class SharedMining {
public:
    SharedMining(const std::filesystem::path& from, const std::filesystem::path& training, const Recipe& recipe);

    void lend() const;   ///< before the training
    void keep() const;   ///< after it
    void forget() const; ///< after the last one

private:
    std::filesystem::path m_kept, m_own;
    std::string m_recipe; ///< what decides the lists
};

} // namespace cameo
