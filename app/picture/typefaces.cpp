#include "app/picture/typefaces.hpp"

#include "app/picture/svg_out.hpp"
#include "core/base/error.hpp"

#include <imgui.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

namespace cameo {

struct Typefaces::Library {
    FT_Library handle = nullptr;
    Library() { check(FT_Init_FreeType(&handle) == 0, "FreeType cannot be initialised"); }
    ~Library() { FT_Done_FreeType(handle); } // with its faces
};

struct Typefaces::Face {
    FT_Face handle = nullptr; ///< null: FreeType cannot read it, nor could Dear ImGui
    float height() const { return static_cast<float>(handle->ascender - handle->descender); }
};

namespace {

struct Pen {
    std::string path;
    float scale = 1;
    void to(char what, std::initializer_list<const FT_Vector*> points) {
        path += what;
        bool first = true;
        for (const FT_Vector* point : points) {
            if (!first) path += ' ';
            first = false;
            path += svg_figure(static_cast<float>(point->x) * scale);
            path += ' ';
            path += svg_figure(static_cast<float>(-point->y) * scale);
        }
    }
};

Pen& pen(void* user) { return *static_cast<Pen*>(user); }

FT_Outline_Funcs steps() {
    FT_Outline_Funcs steps{};
    steps.move_to = [](const FT_Vector* to, void* user) { return pen(user).to('M', {to}), 0; };
    steps.line_to = [](const FT_Vector* to, void* user) { return pen(user).to('L', {to}), 0; };
    steps.conic_to = [](const FT_Vector* by, const FT_Vector* to, void* user) { return pen(user).to('Q', {by, to}), 0; };
    steps.cubic_to = [](const FT_Vector* by, const FT_Vector* then, const FT_Vector* to, void* user) {
        return pen(user).to('C', {by, then, to}), 0;
    };
    return steps;
}

} // namespace

Typefaces::Typefaces() : m_library(std::make_unique<Library>()) {}
Typefaces::~Typefaces() = default;

Typefaces::Face& Typefaces::face(const ImFontConfig& source) {
    const auto [found, fresh] = m_faces.try_emplace(source.FontData);
    if (fresh) {
        found->second = std::make_unique<Face>();
        if (source.FontData)
            FT_New_Memory_Face(m_library->handle, static_cast<const FT_Byte*>(source.FontData), source.FontDataSize,
                               static_cast<FT_Long>(source.FontNo), &found->second->handle);
    }
    return *found->second;
}

float Typefaces::em(const ImFontConfig& source) {
    const Face& read = face(source);
    if (!read.handle || !(read.height() > 0)) return 1;
    return static_cast<float>(read.handle->units_per_EM) / read.height();
}

std::string Typefaces::path(const ImFontConfig& source, std::uint32_t character, float height) {
    const Face& read = face(source);
    if (!read.handle || !(read.height() > 0)) return {};
    const FT_UInt glyph = FT_Get_Char_Index(read.handle, character);
    if (glyph == 0 || FT_Load_Glyph(read.handle, glyph, FT_LOAD_NO_SCALE) != 0) return {};
    if (read.handle->glyph->format != FT_GLYPH_FORMAT_OUTLINE) return {};
    Pen drawn{.scale = height * source.ExtraSizeScale / read.height()};
    static const FT_Outline_Funcs kSteps = steps();
    FT_Outline_Decompose(&read.handle->glyph->outline, &kSteps, &drawn);
    return drawn.path.empty() ? std::string() : drawn.path + 'Z'; // a filled path closes its parts by itself
}

} // namespace cameo
