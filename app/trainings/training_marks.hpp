#pragma once

#include "views/training_state.hpp"

#include <filesystem>

namespace cameo {

/// What somebody has written beside a training, in its marks.json; nothing where there is none or it cannot be read: it is no
/// more than a remark. Touches the disk.
TrainingMarks read_marks(const std::filesystem::path& training);
/// Whole or not at all; without anything to say it goes.   @throws Error(Environment)
void write_marks(const std::filesystem::path& training, const TrainingMarks& marks);

} // namespace cameo
