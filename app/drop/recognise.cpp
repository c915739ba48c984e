#include "app/drop/recognise.hpp"

#include "app/drop/recognise_file.hpp"
#include "app/drop/recognise_folder.hpp"
#include "core/base/error.hpp"

#include <algorithm>
#include <exception>

namespace cameo {

namespace fs = std::filesystem;

Thing recognise(const fs::path& given) {
    Thing thing{.path = given};
    try {
        // As a folder's path is written with a slash behind it too.
        thing.path = fs::absolute(given).lexically_normal();
        if (!thing.path.has_filename()) thing.path = thing.path.parent_path();
        const fs::file_status status = fs::status(thing.path);
        if (status.type() == fs::file_type::not_found) thing.what = "There is no such file or folder.";
        else if (status.type() == fs::file_type::directory) return recognise_folder(thing.path);
        else if (status.type() == fs::file_type::regular) return recognise_file(thing.path);
        else thing.what = "This is neither a file nor a folder.";
    } catch (const fs::filesystem_error& failed) {
        thing.what = "It cannot be read: " + failed.code().message() + ".";
    } catch (const Error& error) {
        thing.what = std::string(error.what()) + ".";
    } catch (const std::exception& error) {
        thing.what = std::string("It cannot be read: ") + error.what() + ".";
    }
    return thing;
}

std::string free_name(const fs::path& path, std::span<const std::string> taken) {
    constexpr std::size_t kLongest = 80;
    std::string name;
    for (const char c : path.filename().string().substr(0, kLongest)) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        name += fits ? c : '-';
    }
    name.erase(0, std::min(name.find_first_not_of(".-"), name.size()));
    if (name.empty()) name = "unnamed";
    std::string free = name;
    for (int number = 2; std::ranges::find(taken, free) != taken.end(); ++number) free = name + "-" + std::to_string(number);
    return free;
}

} // namespace cameo
