#pragma once

#include <filesystem>
#include <string>

namespace cameo {

/// Makes a small folder of a trained model to hand on: what training changed, its matrices in half precision, with
/// model.json and whatever else small lies beside it. The encoder itself is not in it: who receives it needs the same
/// checkpoint, where the manifest names it.
/// @param model a folder with model.json that names `changes`   @param folder is made; it must not exist
/// @param name of the model there
/// @throws Error(InvalidInput) for a model without changes; Error(Environment).
void export_model(const std::filesystem::path& model, const std::filesystem::path& folder, const std::string& name);

} // namespace cameo
