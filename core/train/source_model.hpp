#pragma once

#include "core/model/assembly/encoder_files.hpp"
#include "core/train/adamw.hpp"

#include <filesystem>
#include <string>

// Private to core: shows ATen.

namespace cameo {

/// The model folder that a training begins with: what it reads of it, and how it is written again with what was trained.
/// All experts read the same encoder ("came", "sbmoe").
class SourceModel {
public:
    /// @throws Error naming what is missing or wrong.
    explicit SourceModel(const std::filesystem::path& folder);

    const Manifest& manifest() const { return m_manifest; }
    const EncoderFiles& files() const { return m_files; }
    TensorTable& tensors() { return m_tensors; }

    /// Puts model.json and changes.safetensors into an existing folder: what the source's own changes have, with these
    /// tensors instead or beside it. Weights stay where the source has them.
    /// @param manifest the source's, with its new name and what training decided
    /// @param encoder under the names that Trunk gives them; they get those of the source's files
    /// @param others as they are named there, but that "….qkv.…" is query, key and value in one, as Trunk has it
    void write(const std::filesystem::path& folder, Manifest manifest, const NamedTensors& encoder,
               const NamedTensors& others) const;

private:
    std::filesystem::path m_folder;
    Manifest m_manifest;
    EncoderFiles m_files;
    TensorTable m_tensors;
};

} // namespace cameo
