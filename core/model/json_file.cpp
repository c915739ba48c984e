#include "core/model/json_file.hpp"

#include "core/base/error.hpp"

#include <fstream>
#include <sstream>

namespace cameo {

nlohmann::json read_json(const std::filesystem::path& path, bool array) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed)
        throw Error(ErrorKind::NotFound, path.string() + ": cannot be read (" + failed.message() + ")");
    if (size > 16'000'000)
        throw Error(ErrorKind::InvalidInput,
                    path.string() + ": " + std::to_string(size) + " bytes, expected at most 16 MB of JSON");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    nlohmann::json value;
    try {
        value = nlohmann::json::parse(text.view());
    } catch (const nlohmann::json::exception& why) {
        throw Error(ErrorKind::InvalidInput, path.string() + ": not JSON (" + why.what() + ")");
    }
    if (array ? !value.is_array() : !value.is_object())
        throw Error(ErrorKind::InvalidInput, path.string() + ": holds a JSON " + value.type_name() + ", expected an " +
                                                 (array ? "array" : "object"));
    return value;
}

template <class T>
T field_or(const nlohmann::json& object, const char* key, T fallback, const std::filesystem::path& path) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null())
        return fallback;
    const auto refuse = [&](const char* expected) {
        throw Error(ErrorKind::InvalidInput, path.string() + ": field " + key + " is " + found->dump() + ", expected " +
                                                 expected);
    };
    if constexpr (std::is_same_v<T, std::string>) {
        if (!found->is_string())
            refuse("a text");
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!found->is_boolean())
            refuse("true or false");
    } else if constexpr (std::is_integral_v<T>) {
        if (!found->is_number_integer() || found->template get<std::int64_t>() < 0)
            refuse("a natural number");
    } else if (!found->is_number()) {
        refuse("a number");
    }
    return found->template get<T>();
}

template std::string field_or(const nlohmann::json&, const char*, std::string, const std::filesystem::path&);
template bool field_or(const nlohmann::json&, const char*, bool, const std::filesystem::path&);
template std::int64_t field_or(const nlohmann::json&, const char*, std::int64_t, const std::filesystem::path&);
template double field_or(const nlohmann::json&, const char*, double, const std::filesystem::path&);

} // namespace cameo
