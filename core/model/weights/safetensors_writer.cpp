#include "core/model/weights/safetensors_writer.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

namespace cameo {

void write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                       const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header;
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& tensor : tensors) {
        std::uint64_t bytes = size_of(tensor.type);
        for (const auto size : tensor.shape)
            bytes *= std::uint64_t(size);
        check(bytes == tensor.bytes.size() && !header.contains(tensor.name), "write_safetensors: a tensor is not sound");
        header[tensor.name] = {{"dtype", name(tensor.type)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    std::string text = header.is_null() ? "{}" : header.dump();
    text.append((8 - text.size() % 8) % 8, ' '); // so that the numbers begin at a multiple of 8 bytes
    std::array<std::byte, 8> length{};
    const std::uint64_t size = text.size();
    std::memcpy(length.data(), &size, length.size());

    AtomicFile file(path);
    file.write(length);
    file.write(text);
    for (const auto& tensor : tensors)
        file.write(tensor.bytes);
    file.commit();
}

} // namespace cameo
