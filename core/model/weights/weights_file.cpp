#include "core/model/weights/weights_file.hpp"

#include "core/base/error.hpp"
#include "core/model/weights/mapped_file.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cameo {

static_assert(std::endian::native == std::endian::little, "weights are read as they lie in the file");

namespace {

struct TypeNames {
    DType type;
    std::string_view name;
    std::size_t size;
};
constexpr TypeNames kTypes[] = {{DType::F64, "F64", 8}, {DType::F32, "F32", 4}, {DType::F16, "F16", 2},
                            {DType::BF16, "BF16", 2}, {DType::I64, "I64", 8}, {DType::I32, "I32", 4},
                            {DType::I16, "I16", 2}, {DType::I8, "I8", 1}, {DType::U8, "U8", 1}, {DType::Bool, "BOOL", 1}};

float from_half(std::uint16_t half) {
    const std::uint32_t sign = std::uint32_t(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1fu;
    const std::uint32_t fraction = half & 0x3ffu;
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
    if (exponent == 0) {
        const float tiny = float(fraction) * 0x1p-24f;
        return sign ? -tiny : tiny;
    }
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

template <class T>
T value_at(const StoredTensor& tensor, std::size_t i) {
    T value;
    std::memcpy(&value, tensor.bytes.data() + i * sizeof(T), sizeof(T));
    return value;
}

float float_at(const StoredTensor& tensor, std::size_t i) {
    switch (tensor.type) {
    case DType::F64: return float(value_at<double>(tensor, i));
    case DType::F32: return value_at<float>(tensor, i);
    case DType::F16: return from_half(value_at<std::uint16_t>(tensor, i));
    case DType::BF16: return std::bit_cast<float>(std::uint32_t(value_at<std::uint16_t>(tensor, i)) << 16);
    case DType::I64: return float(value_at<std::int64_t>(tensor, i));
    case DType::I32: return float(value_at<std::int32_t>(tensor, i));
    case DType::I16: return float(value_at<std::int16_t>(tensor, i));
    case DType::I8: return float(value_at<std::int8_t>(tensor, i));
    case DType::U8:
    case DType::Bool: return float(value_at<std::uint8_t>(tensor, i));
    }
    return 0;
}

} // namespace

std::string_view name(DType type) { return kTypes[std::size_t(type)].name; }
std::size_t size_of(DType type) { return kTypes[std::size_t(type)].size; }

std::string shape_text(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        text += (axis ? ", " : "") + std::to_string(shape[axis]);
    return text + "]";
}

const StoredTensor* WeightsFile::find(std::string_view wanted) const {
    const auto at = std::lower_bound(tensors.begin(), tensors.end(), wanted,
                                     [](const StoredTensor& tensor, std::string_view key) { return tensor.name < key; });
    return at != tensors.end() && at->name == wanted ? &*at : nullptr;
}

std::shared_ptr<const WeightsFile> WeightsFile::open(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    const auto starts = [&](std::string_view magic) {
        return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
    };
    if (starts("PK\x03\x04"))
        return read_torch_file(path);
    if (starts("\x80\x02") && path.extension() != ".safetensors")
        throw Error(ErrorKind::Unsupported, path.string() + ": a pickle of torch.save's old form (before 1.6); save it "
                                                            "again with a newer PyTorch or as safetensors");
    return read_safetensors(path);
}

FloatData::FloatData(const StoredTensor& tensor, std::shared_ptr<const void> mapping) {
    const auto address = reinterpret_cast<std::uintptr_t>(tensor.bytes.data());
    if (tensor.type == DType::F32 && address % alignof(float) == 0) {
        m_values = {reinterpret_cast<const float*>(tensor.bytes.data()), tensor.count()};
        m_owner = tensor.owned ? tensor.owned : std::move(mapping);
        return;
    }
    std::vector<float> values(tensor.count());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float_at(tensor, i);
    *this = FloatData(std::move(values));
}

FloatData::FloatData(std::vector<float> values) {
    auto owner = std::make_shared<const std::vector<float>>(std::move(values));
    m_values = *owner;
    m_owner = std::move(owner);
}

} // namespace cameo
