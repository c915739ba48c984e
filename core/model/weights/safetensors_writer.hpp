#pragma once

#include "core/model/weights/weights_file.hpp"

#include <map>

namespace cameo {

/// A tensor on its way to a file. @pre bytes.size() == size_of(type) times the product of shape
struct TensorToWrite {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes a safetensors file, whole or not at all, in the order given. The same tensors give the same bytes.
/// @param metadata goes into "__metadata__" when there is any
/// @throws Error(Environment) naming the path on a full disk or without permission.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                       const std::map<std::string, std::string>& metadata = {});

} // namespace cameo
