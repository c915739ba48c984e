#include "core/base/folders.hpp"

#include "core/base/error.hpp"

#include <cstdlib>
#include <string>

namespace cameo {

namespace {

std::filesystem::path variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? std::filesystem::path(value) : std::filesystem::path();
}

std::filesystem::path xdg(const char* name, const char* fallback) {
    // The XDG specification says that a relative path in these variables is to be ignored.
    if (auto path = variable(name); path.is_absolute()) return path / "cameo";
    const auto home = variable("HOME");
    if (home.empty())
        throw Error(ErrorKind::Environment, std::string("neither $CAMEO_HOME nor $HOME nor $") + name +
                                                " is set: Cameo does not know where to keep its data");
    return home / fallback / "cameo";
}

std::filesystem::path find_assets() {
    if (const auto assets = variable("CAMEO_ASSETS"); !assets.empty()) return std::filesystem::absolute(assets);
    std::error_code failed;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
    const auto installed = program.parent_path().parent_path() / "share" / "cameo";
    if (!failed && std::filesystem::is_directory(installed, failed)) return installed;
    return CAMEO_SOURCE_ASSETS;
}

} // namespace

std::filesystem::path Folders::weights() const {
    std::error_code failed;
    const auto installed = assets / "weights";
    return std::filesystem::is_directory(installed, failed) ? installed : cache / "weights";
}

Folders folders() {
    Folders result;
    if (const auto home = variable("CAMEO_HOME"); !home.empty()) {
        const auto root = std::filesystem::absolute(home);
        result.data = root / "data";
        result.config = root / "config";
        result.state = root / "state";
    } else {
        result.data = xdg("XDG_DATA_HOME", ".local/share");
        result.config = xdg("XDG_CONFIG_HOME", ".config");
        result.state = xdg("XDG_STATE_HOME", ".local/state");
    }
    if (const auto cache = variable("CAMEO_CACHE"); !cache.empty())
        result.cache = std::filesystem::absolute(cache);
    else
        result.cache = xdg("XDG_CACHE_HOME", ".cache");
    if (const auto vectors = variable("CAMEO_VECTORS"); vectors == "off")
        result.vectors.clear();
    else if (!vectors.empty())
        result.vectors = std::filesystem::absolute(vectors);
    else if (const auto home = variable("CAMEO_HOME"); !home.empty())
        result.vectors = std::filesystem::absolute(home) / "vectors";
    else
        result.vectors = result.cache / "vectors";
    result.assets = find_assets();
    return result;
}

} // namespace cameo
