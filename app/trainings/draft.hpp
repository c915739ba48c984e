#pragma once

#include "views/commands.hpp"
#include "views/training_state.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// Recipes that ship, and those of a person's own beside them. Touches the disk.
std::vector<RecipeOffer> offered_recipes();

/// What is asked for, under a name that no training of the library has. Touches the disk.
/// @param model, collection in use; for a draft that begins with nothing else   @throws Error
TrainingDraft make_draft(const DraftTraining& wanted, const std::string& model, const std::string& collection);

/// "threads=2" or a recipe's key. What is wrong with it is left in `input_error`, and the draft as it was.
void edit_draft(TrainingDraft& draft, const std::string& assignment);

/// Why it cannot be started; empty: it can. Touches the disk.
std::string why_not(const TrainingDraft& draft);

} // namespace cameo
