#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };
std::string_view name(DType type);
std::size_t size_of(DType type);

/// One named tensor of a file, row-major without gaps. `bytes` points into the file's mapping, or into `owned` where
/// the file had it in another order; it may be unaligned.
struct StoredTensor {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owned;

    std::size_t count() const { return bytes.size() / size_of(type); }
};

/// "[30522, 384]"
std::string shape_text(std::span<const std::int64_t> shape);

/// A file of named tensors: safetensors, or what torch.save writes (a zip with a pickle). The file is a stranger's:
/// every size is checked against the file before anything is allocated, and nothing in it is executed.
struct WeightsFile {
    std::filesystem::path path;
    std::vector<StoredTensor> tensors; ///< by name, ascending
    std::shared_ptr<const void> mapping;

    const StoredTensor* find(std::string_view name) const;

    /// By the file's first bytes: a zip is torch.save's, anything else must be safetensors.
    /// @throws Error naming the file, the place, what was found and what was expected.
    static std::shared_ptr<const WeightsFile> open(const std::filesystem::path& path);
};

std::shared_ptr<const WeightsFile> read_safetensors(const std::filesystem::path& path);

/// What torch.save writes since 2020: a zip (stored, not compressed) with data.pkl and one file a storage. The pickle
/// machine builds tensors, dictionaries, lists, tuples, strings and numbers; any other global it names is an error
/// that names it ("posix.system"), and nothing is ever called. Nested dictionaries become dotted names.
std::shared_ptr<const WeightsFile> read_torch_file(const std::filesystem::path& path);

/// The tensor's numbers as float32; integers and booleans too. F32 that is aligned is not copied.
class FloatData {
public:
    FloatData() = default;
    explicit FloatData(const StoredTensor& tensor, std::shared_ptr<const void> mapping);
    explicit FloatData(std::vector<float> values);
    std::span<const float> values() const { return m_values; }

private:
    std::span<const float> m_values;
    std::shared_ptr<const void> m_owner;
};

} // namespace cameo
