#include "app/about/linked_parts.hpp"

#include "core/base/error.hpp"

#include <CLI/Version.hpp>
#include <GLFW/glfw3.h>
#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <implot.h>
#include <nlohmann/json.hpp>
#include <utf8proc.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace cameo {
namespace {

constexpr const char* kSystems = "the system's"; ///< they do not say which one they are

std::string dotted(int major, int minor, int patch) { return fmt::format("{}.{}.{}", major, minor, patch); }

std::string glfw_version() {
    int major = 0, minor = 0, patch = 0;
    ::glfwGetVersion(&major, &minor, &patch);
    return dotted(major, minor, patch);
}

/// As Debian's library says it; what it adds for its own builds is left out.
std::string up_to_plus(std::string version) { return version.substr(0, version.find('+')); }

} // namespace

const char* own_version() { return CAMEO_VERSION; }

const std::vector<LinkedPart>& linked_parts() {
    static const std::vector<LinkedPart> parts{
        {"LibTorch", CAMEO_LIBTORCH_VERSION, "BSD-3-Clause"},
        {"FAISS", CAMEO_FAISS_VERSION, "MIT"},
        {"LAPACK and BLAS", kSystems, "BSD-3-Clause"},
        {"Dear ImGui", IMGUI_VERSION, "MIT"},
        {"ImPlot", IMPLOT_VERSION, "MIT"},
        {"portable-file-dialogs", "as in imgui-bundle", "WTFPL"},
        {"GLFW", glfw_version(), "Zlib"},
        {"FreeType", dotted(FREETYPE_MAJOR, FREETYPE_MINOR, FREETYPE_PATCH), "FreeType licence"},
        {"SQLite", CAMEO_SQLITE_VERSION, "public domain"},
        {"SQLiteCpp", CAMEO_SQLITECPP_VERSION, "MIT"},
        {"JSON for Modern C++", dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH), "MIT"},
        {"CLI11", CLI11_VERSION, "BSD-3-Clause"},
        {"fmt", dotted(FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100), "MIT"},
        {"utf8proc", up_to_plus(::utf8proc_version()), "MIT"},
        {"Snowball's libstemmer", kSystems, "BSD-3-Clause"},
        {"zlib", ::zlibVersion(), "Zlib"},
        {"Zstandard", ::ZSTD_versionString(), "BSD-3-Clause"},
        {"stb", kSystems, "public domain"},
        {"gloo", kSystems, "BSD-3-Clause"},
        {"GCC's libraries", __VERSION__, "GPL-3.0-or-later with the GCC Runtime Library Exception"},
    };
    return parts;
}

const std::string& version_of(std::string_view part) {
    const auto found = std::ranges::find(linked_parts(), part, &LinkedPart::name);
    check(found != linked_parts().end(), "version_of: no such part");
    return found->version;
}

std::string about_text() {
    const auto& parts = linked_parts();
    std::size_t name = 0, version = 0;
    for (const LinkedPart& part : parts) name = std::max(name, part.name.size()), version = std::max(version, part.version.size());
    std::string text = fmt::format("cameo {}\n{} licence\n\n", own_version(), kOwnLicence);
    for (const LinkedPart& part : parts) text += fmt::format("{:<{}}  {:<{}}  {}\n", part.name, name, part.version, version, part.licence);
    return text;
}

} // namespace cameo
