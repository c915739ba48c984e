#include "core/base/error.hpp"
#include "core/model/json_file.hpp"
#include "core/model/weights/mapped_file.hpp"
#include "core/model/weights/weights_file.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace cameo {

namespace {

// The format allows 100 MB of header; a model of ten thousand tensors needs about one.
constexpr std::uint64_t kMaxHeader = 100'000'000;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, path.string() + ": not a sound safetensors file: " + why);
}

std::optional<DType> type_named(const std::string& wanted) {
    for (const DType type : {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64, DType::I32, DType::I16,
                             DType::I8, DType::U8, DType::Bool})
        if (name(type) == wanted)
            return type;
    return {};
}

StoredTensor read_entry(const std::filesystem::path& path, const std::string& key, const nlohmann::json& entry,
                        std::span<const std::byte> data) {
    const auto has = [&](const char* field) { return entry.is_object() && entry.contains(field); };
    if (!has("dtype") || !entry["dtype"].is_string() || !has("shape") || !entry["shape"].is_array() ||
        !has("data_offsets") || !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
        refuse(path, "tensor " + key + " lacks dtype, shape or two data_offsets");
    const auto type_name = entry["dtype"].get<std::string>();
    const auto type = type_named(type_name);
    if (!type)
        throw Error(ErrorKind::Unsupported, path.string() + ": tensor " + key + " has the type " + type_name +
                                                ", which is not one of F64, F32, F16, BF16, I64 … BOOL");
    const auto number = [&](const nlohmann::json& value) {
        if (!value.is_number_unsigned())
            refuse(path, "tensor " + key + " has a size or offset that is no natural number");
        return value.get<std::uint64_t>();
    };
    StoredTensor tensor{key, *type, {}, {}, {}};
    std::uint64_t bytes = size_of(*type);
    for (const auto& axis : entry["shape"]) {
        const std::uint64_t size = number(axis);
        tensor.shape.push_back(std::int64_t(size));
        if (__builtin_mul_overflow(bytes, size, &bytes) || size > std::uint64_t(INT64_MAX))
            refuse(path, "tensor " + key + " has a shape whose size overflows");
    }
    const std::uint64_t begin = number(entry["data_offsets"][0]), end = number(entry["data_offsets"][1]);
    if (begin > end || end > data.size())
        refuse(path, "tensor " + key + " lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) +
                         ", but the file has " + std::to_string(data.size()) + " bytes of data");
    if (end - begin != bytes)
        refuse(path, "tensor " + key + " of shape " + shape_text(tensor.shape) + " and type " + type_name + " needs " +
                         std::to_string(bytes) + " bytes, its offsets give " + std::to_string(end - begin));
    tensor.bytes = data.subspan(begin, bytes);
    return tensor;
}

} // namespace

std::shared_ptr<const WeightsFile> read_safetensors(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    if (bytes.size() < 8)
        refuse(path, "it has " + std::to_string(bytes.size()) + " bytes, the header's length alone takes 8");
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, bytes.data(), 8);
    if (header_size > kMaxHeader)
        refuse(path, "its header claims " + std::to_string(header_size) + " bytes, more than the " +
                         std::to_string(kMaxHeader) + " that the format allows");
    if (header_size > bytes.size() - 8)
        refuse(path, "its header claims " + std::to_string(header_size) + " bytes, but only " +
                         std::to_string(bytes.size() - 8) + " follow (truncated?)");
    const auto* text = reinterpret_cast<const char*>(bytes.data()) + 8;
    const auto header = parse_json({text, header_size}, path, "its header");
    if (!header.is_object())
        refuse(path, "its header is not a JSON object");

    auto weights = std::make_shared<WeightsFile>();
    weights->path = path;
    weights->mapping = file;
    const auto data = bytes.subspan(8 + header_size);
    for (const auto& [key, entry] : header.items())
        if (key != "__metadata__")
            weights->tensors.push_back(read_entry(path, key, entry, data));

    // Sorted by place, each tensor must begin where the last one ended.
    std::vector<const StoredTensor*> by_place;
    for (const auto& tensor : weights->tensors)
        by_place.push_back(&tensor);
    std::sort(by_place.begin(), by_place.end(), [](const auto* a, const auto* b) {
        return std::pair(a->bytes.data(), a->bytes.size()) < std::pair(b->bytes.data(), b->bytes.size());
    });
    const std::byte* end = data.data();
    const StoredTensor* last = nullptr;
    for (const auto* tensor : by_place) {
        if (tensor->bytes.data() < end)
            refuse(path, "tensors " + last->name + " and " + tensor->name + " overlap");
        end = tensor->bytes.data() + tensor->bytes.size();
        last = tensor;
    }
    std::sort(weights->tensors.begin(), weights->tensors.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return weights;
}

} // namespace cameo
