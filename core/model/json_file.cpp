#include "core/model/json_file.hpp"

#include "core/base/error.hpp"
#include "core/text/json_depth.hpp"

#include <fstream>
#include <sstream>

namespace cameo {

namespace {

constexpr std::size_t kShown = 100; ///< bytes of a stranger's text that a message repeats

std::string shown(const nlohmann::json& value) {
    if (value.is_structured())
        return value.type_name();
    const std::string text = value.dump(-1, ' ', true); // ASCII, so that it may be cut anywhere
    return text.size() <= kShown ? text : text.substr(0, kShown) + "…";
}

} // namespace

nlohmann::json parse_json(std::string_view text, const std::filesystem::path& path, const std::string& what) {
    if (json_too_deep(text))
        throw Error(ErrorKind::InvalidInput, path.string() + ": " + what + " is nested more than " +
                                                 std::to_string(kMaxJsonDepth) + " deep");
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& why) {
        throw Error(ErrorKind::InvalidInput,
                    path.string() + ": " + what + " is not JSON (at byte " + std::to_string(why.byte) + ")");
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::InvalidInput,
                    path.string() + ": " + what + " is not JSON that can be read (a number beyond a double's range)");
    }
}

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
    auto value = parse_json(text.view(), path, "it");
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
        throw Error(ErrorKind::InvalidInput, path.string() + ": field " + key + " is " + shown(*found) + ", expected " +
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
