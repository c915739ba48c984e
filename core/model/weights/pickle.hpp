#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// What a pickle of tensors is made of. Containers refer to values of the same Pickle.
struct PickleValue {
    enum class Kind { Mark, None, Bool, Int, Float, Text, Bytes, Tuple, List, Dict, Global, Storage, Tensor };
    Kind kind = Kind::None;
    std::int64_t integer = 0;               ///< Bool, Int; Storage: elements; Tensor: offset in elements
    double number = 0;                      ///< Float
    std::string text;                       ///< Text, Bytes; Global: "module.name"; Storage: its key in the zip
    std::vector<const PickleValue*> items;  ///< Tuple, List; Dict: key, value, key, value; Tensor: its Storage
    std::string storage_type;               ///< Storage: "FloatStorage", …
    std::vector<std::int64_t> shape, strides; ///< Tensor, strides in elements
};

/// A pickle read without running anything: the values live here, the last one is the root. Values are owned by a flat
/// list, so that no depth of nesting in a stranger's file can exhaust the stack.
struct Pickle {
    std::deque<PickleValue> values;
    const PickleValue* root = nullptr;
};

/// Reads protocols 2 to 5. Globals that are understood: OrderedDict, torch's storages, _rebuild_tensor_v2 and
/// _rebuild_parameter.
/// @throws Error(Unsupported) naming any other global or opcode; Error(InvalidInput) on damage, with the byte.
Pickle read_pickle(const std::filesystem::path& path, std::span<const std::byte> bytes);

} // namespace cameo
