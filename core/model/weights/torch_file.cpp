#include "core/base/error.hpp"
#include "core/model/weights/mapped_file.hpp"
#include "core/model/weights/pickle.hpp"
#include "core/model/weights/weights_file.hpp"
#include "core/model/weights/zip.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace cameo {

namespace {

using Kind = PickleValue::Kind;
using ZipFiles = std::map<std::string, std::span<const std::byte>, std::less<>>;

std::optional<DType> storage_dtype(std::string_view storage) {
    constexpr std::pair<std::string_view, DType> kStorages[] = {
        {"DoubleStorage", DType::F64}, {"FloatStorage", DType::F32}, {"HalfStorage", DType::F16},
        {"BFloat16Storage", DType::BF16}, {"LongStorage", DType::I64}, {"IntStorage", DType::I32},
        {"ShortStorage", DType::I16}, {"CharStorage", DType::I8}, {"ByteStorage", DType::U8},
        {"BoolStorage", DType::Bool}};
    for (const auto& [name, type] : kStorages)
        if (name == storage)
            return type;
    return {};
}

class TorchFile {
public:
    TorchFile(const std::filesystem::path& path, ZipFiles files) : m_path(path), m_files(std::move(files)) {}

    std::vector<StoredTensor> read() {
        const auto entry = std::find_if(m_files.begin(), m_files.end(), [](const auto& file) {
            return file.first == "data.pkl" || file.first.ends_with("/data.pkl");
        });
        if (entry == m_files.end())
            refuse("it has no data.pkl, so torch.save did not write it");
        m_prefix = entry->first.substr(0, entry->first.size() - std::string("data.pkl").size());
        if (const auto order = m_files.find(m_prefix + "byteorder");
            order != m_files.end() && order->second.size() == 3 && std::memcmp(order->second.data(), "big", 3) == 0)
            refuse("its numbers are big-endian");
        // A TorchScript archive holds code beside data.pkl, and its tensors elsewhere.
        if (m_files.contains(m_prefix + "constants.pkl"))
            throw Error(ErrorKind::Unsupported, m_path.string() + ": a TorchScript module, not a state dict");
        const Pickle pickle = read_pickle(m_path, entry->second);
        collect(*pickle.root, "", 0);
        std::sort(m_tensors.begin(), m_tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        const auto twice = std::adjacent_find(m_tensors.begin(), m_tensors.end(),
                                              [](const auto& a, const auto& b) { return a.name == b.name; });
        if (twice != m_tensors.end())
            refuse("it has two tensors named " + twice->name);
        return std::move(m_tensors);
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::InvalidInput, m_path.string() + ": not a sound PyTorch file: " + why);
    }

    // Containers may share and even contain each other, so both depth and the number of visits are bounded.
    void collect(const PickleValue& value, const std::string& name, int depth) {
        if (depth > 16 || ++m_visits > 1'000'000)
            refuse("its containers are nested too deeply");
        const std::string dot = name.empty() ? "" : name + ".";
        if (value.kind == Kind::Tensor) {
            m_tensors.push_back(tensor(value, name));
        } else if (value.kind == Kind::Dict) {
            for (std::size_t i = 0; i < value.items.size(); i += 2)
                if (const auto& key = *value.items[i]; key.kind == Kind::Text || key.kind == Kind::Int)
                    collect(*value.items[i + 1], dot + (key.kind == Kind::Text ? key.text : std::to_string(key.integer)),
                            depth + 1);
        } else if (value.kind == Kind::List || value.kind == Kind::Tuple) {
            for (std::size_t i = 0; i < value.items.size(); ++i)
                collect(*value.items[i], dot + std::to_string(i), depth + 1);
        }
    }

    StoredTensor tensor(const PickleValue& value, const std::string& name) const {
        const PickleValue& storage = *value.items[0];
        const auto type = storage_dtype(storage.storage_type);
        if (!type)
            throw Error(ErrorKind::Unsupported,
                        m_path.string() + ": tensor " + name + " has a storage of type " + storage.storage_type);
        const auto file = m_files.find(m_prefix + "data/" + storage.text);
        if (file == m_files.end())
            refuse("tensor " + name + " lies in storage " + storage.text + ", which the file lacks");
        const std::uint64_t available = file->second.size() / size_of(*type);

        // The last element's place says whether the whole tensor lies in its storage.
        std::uint64_t count = 1, last = std::uint64_t(value.integer);
        bool overflow = false;
        for (std::size_t axis = 0; axis < value.shape.size(); ++axis) {
            const auto size = std::uint64_t(value.shape[axis]), stride = std::uint64_t(value.strides[axis]);
            overflow |= __builtin_mul_overflow(count, size, &count);
            std::uint64_t reach = 0;
            overflow |= size > 0 && __builtin_mul_overflow(size - 1, stride, &reach);
            overflow |= __builtin_add_overflow(last, reach, &last);
        }
        if (overflow || (count > 0 && last >= available))
            refuse("tensor " + name + " of shape " + shape_text(value.shape) + " reaches beyond its storage of " +
                   std::to_string(available) + " elements");
        StoredTensor stored{name, *type, value.shape, {}, {}};
        std::uint64_t dense = 1;
        bool contiguous = true;
        for (std::size_t axis = value.shape.size(); axis-- > 0;) {
            contiguous &= value.shape[axis] <= 1 || std::uint64_t(value.strides[axis]) == dense;
            dense *= std::uint64_t(value.shape[axis]);
        }
        if (count == 0)
            return stored;
        if (contiguous) {
            stored.bytes = file->second.subspan(std::size_t(value.integer) * size_of(*type), count * size_of(*type));
            return stored;
        }
        // A stride of 0 makes a small storage a large tensor (expand): nothing that weights are saved as.
        if (count > available)
            refuse("tensor " + name + " of shape " + shape_text(value.shape) + " repeats its storage of " +
                   std::to_string(available) + " elements");
        copy_strided(value, file->second, count, stored);
        return stored;
    }

    static void copy_strided(const PickleValue& value, std::span<const std::byte> storage, std::size_t count,
                             StoredTensor& stored) {
        const std::size_t width = size_of(stored.type);
        auto copy = std::make_shared<std::vector<std::byte>>(count * width);
        std::vector<std::int64_t> place(value.shape.size(), 0);
        std::size_t from = std::size_t(value.integer);
        for (std::size_t to = 0; to < count; ++to) {
            std::memcpy(copy->data() + to * width, storage.data() + from * width, width);
            for (std::size_t axis = place.size(); axis-- > 0;) {
                from += std::size_t(value.strides[axis]);
                if (++place[axis] < value.shape[axis])
                    break;
                from -= std::size_t(value.strides[axis]) * std::size_t(value.shape[axis]);
                place[axis] = 0;
            }
        }
        stored.bytes = *copy;
        stored.owned = std::move(copy);
    }

    const std::filesystem::path& m_path;
    ZipFiles m_files;
    std::string m_prefix;
    std::vector<StoredTensor> m_tensors;
    std::size_t m_visits = 0;
};

} // namespace

std::shared_ptr<const WeightsFile> read_torch_file(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    auto weights = std::make_shared<WeightsFile>();
    weights->path = path;
    weights->mapping = file;
    weights->tensors = TorchFile(path, read_zip(path, file->bytes())).read();
    return weights;
}

} // namespace cameo
