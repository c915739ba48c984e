#include "views/fonts.hpp"

#include <imgui.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// Where distributions put a face below a font folder; the first that is there is taken.
struct FontFile {
    std::string_view name;
    std::string_view package;
    std::span<const std::string_view> files;
};

constexpr std::array<std::string_view, 3> kInterRegular{"opentype/inter/Inter-Regular.otf",
                                                        "truetype/inter/Inter-Regular.ttf", "Inter-Regular.otf"};
constexpr std::array<std::string_view, 3> kInterSemibold{"opentype/inter/Inter-SemiBold.otf",
                                                         "truetype/inter/Inter-SemiBold.ttf", "Inter-SemiBold.otf"};
constexpr std::array<std::string_view, 2> kMono{"truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
                                                "JetBrainsMono-Regular.ttf"};
constexpr std::array<std::string_view, 2> kDejaVu{"truetype/dejavu/DejaVuSans.ttf", "DejaVuSans.ttf"};
constexpr std::array<std::string_view, 2> kDejaVuBold{"truetype/dejavu/DejaVuSans-Bold.ttf", "DejaVuSans-Bold.ttf"};
constexpr std::array<std::string_view, 2> kDejaVuMono{"truetype/dejavu/DejaVuSansMono.ttf", "DejaVuSansMono.ttf"};
constexpr std::array<std::string_view, 1> kCjk{"opentype/noto/NotoSansCJK-Regular.ttc"};
constexpr std::array<std::string_view, 2> kUnifont{"opentype/unifont/unifont.otf", "truetype/unifont/unifont.ttf"};
constexpr std::array<std::string_view, 1> kIcons{
    "truetype/materialdesignicons-webfont/materialdesignicons-webfont.ttf"};

std::optional<fs::path> find_font(std::span<const std::string_view> files) {
    std::vector<fs::path> folders{"/usr/share/fonts", "/usr/local/share/fonts"};
    if (const char* home = std::getenv("HOME")) folders.emplace_back(fs::path(home) / ".local/share/fonts");
    std::error_code ignored;
    for (const auto& folder : folders)
        for (const auto file : files)
            if (auto path = folder / file; fs::is_regular_file(path, ignored)) return path;
    return std::nullopt;
}

/// A font file's bytes, read once and shared by the faces that fall back on it.
struct FontData {
    void* bytes = nullptr;
    int size = 0;
    bool owned = false; ///< some source of the atlas frees it
};

constexpr long kMaxFontBytes = 64L << 20;

FontData read_font(const std::optional<fs::path>& path) {
    FontData data;
    if (!path) return data;
    std::FILE* file = std::fopen(path->c_str(), "rb");
    if (!file) return data;
    std::fseek(file, 0, SEEK_END);
    const long size = std::ftell(file);
    std::rewind(file);
    if (size > 100 && size < kMaxFontBytes) {
        data.bytes = IM_ALLOC(static_cast<std::size_t>(size));
        data.size = static_cast<int>(size);
        if (std::fread(data.bytes, 1, static_cast<std::size_t>(size), file) != static_cast<std::size_t>(size)) {
            IM_FREE(data.bytes);
            data = {};
        }
    }
    std::fclose(file);
    return data;
}

ImFont* add(ImFontAtlas& atlas, FontData& data, ImFontConfig config) {
    if (!data.bytes) return nullptr;
    config.FontDataOwnedByAtlas = !data.owned;
    ImFont* font = atlas.AddFontFromMemoryTTF(data.bytes, data.size, 0.0f, &config);
    data.owned = true;
    return font;
}

void merge(ImFontAtlas& atlas, FontData& data) {
    ImFontConfig config;
    config.MergeMode = true;
    add(atlas, data, config);
}

} // namespace

Fonts load_fonts(ImFontAtlas& atlas) {
    Fonts fonts;
    auto dejavu = read_font(find_font(kDejaVu));
    auto cjk = read_font(find_font(kCjk));
    auto unifont = read_font(find_font(kUnifont));
    auto icons = read_font(find_font(kIcons));
    fonts.icons = icons.bytes != nullptr;

    const auto face = [&](std::string_view name, std::string_view package, std::span<const std::string_view> files,
                          std::span<const std::string_view> second_choice) -> ImFont* {
        auto data = read_font(find_font(files));
        if (!data.bytes) {
            fonts.notices.push_back("The font " + std::string(name) + " is not installed (Debian package " +
                                    std::string(package) + "); another one stands in for it.");
            data = read_font(find_font(second_choice));
        }
        ImFontConfig config;
        std::snprintf(config.Name, sizeof config.Name, "%.*s", static_cast<int>(name.size()), name.data());
        ImFont* font = data.bytes ? add(atlas, data, config) : atlas.AddFontDefaultVector();
        ImFontConfig icon_config;
        icon_config.MergeMode = true;
        // The icons' own box is a little larger than a capital letter and sits on the line; pull it onto the middle.
        icon_config.ExtraSizeScale = 1.1f;
        if (icons.bytes) add(atlas, icons, icon_config);
        merge(atlas, dejavu);
        merge(atlas, cjk);
        merge(atlas, unifont);
        return font;
    };
    fonts.regular = face("Inter", "fonts-inter", kInterRegular, kDejaVu);
    fonts.semibold = face("Inter SemiBold", "fonts-inter", kInterSemibold, kDejaVuBold);
    fonts.mono = face("JetBrains Mono", "fonts-jetbrains-mono", kMono, kDejaVuMono);
    if (!fonts.icons)
        fonts.notices.emplace_back(
            "The icon font is not installed (Debian package fonts-materialdesignicons-webfont); icons are left out.");
    return fonts;
}

} // namespace cameo
