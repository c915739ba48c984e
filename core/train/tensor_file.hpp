#pragma once

#include "core/train/adamw.hpp"

#include <filesystem>

// Private to core: shows ATen.

namespace cameo {

/// Tensors in float32 as a safetensors file, whole or not at all.
void write_tensors(const std::filesystem::path& file, const NamedTensors& tensors);
/// What write_tensors wrote, in the file's order. @throws Error naming the file when it is damaged.
NamedTensors read_tensors(const std::filesystem::path& file);

} // namespace cameo
